package dashboard

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"strings"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"verso/faas"
)

// claims are what the issuer says about somebody.
type claims map[string]json.RawMessage

// claimsOf reads a verified token. What it lacks is asked for: many issuers tell names and groups only there. Failing to
// hear of groups ends the sign-in, because without them somebody would lose their roles.
func (o *OIDC) claimsOf(ctx context.Context, at *issuer, id *oidc.IDToken, token *oauth2.Token) (claims, error) {
	var said claims
	if err := id.Claims(&said); err != nil {
		return nil, o.refused("its answer could not be used", err)
	}
	if at.provider.UserInfoEndpoint() != "" && (said.name() == "" || !said.has(o.config.GroupsClaim)) {
		more, err := at.userInfo(ctx, id.Subject, token)
		if err != nil {
			return nil, o.away(err, token.AccessToken)
		}
		maps.Copy(more, said) // the signed token has the last word
		said = more
	}
	if !said.has(o.config.GroupsClaim) && said.elsewhere(o.config.GroupsClaim) {
		return nil, o.refused("you are in more groups than it tells us", errors.New("the claim "+o.config.GroupsClaim+" is kept elsewhere"))
	}
	return said, nil
}

// userInfo asks for what the issuer knows beyond the token.
func (at *issuer) userInfo(ctx context.Context, subject string, token *oauth2.Token) (claims, error) {
	info, err := at.provider.UserInfo(ctx, oauth2.StaticTokenSource(token))
	if err != nil {
		return nil, fmt.Errorf("ask who that is: %w", err)
	}
	if info.Subject != subject {
		return nil, errors.New("ask who that is: the issuer answered about somebody else")
	}
	said := claims{}
	return said, info.Claims(&said)
}

func (c claims) has(name string) bool {
	_, has := c[name]
	return has
}

// elsewhere reports whether a claim is to be fetched from another place, as some issuers do with long lists of groups.
func (c claims) elsewhere(name string) bool {
	var names map[string]json.RawMessage
	if json.Unmarshal(c["_claim_names"], &names) != nil {
		return false
	}
	_, is := names[name]
	return is
}

// text is a claim that is a string; empty otherwise.
func (c claims) text(name string) string {
	var s string
	if json.Unmarshal(c[name], &s) != nil {
		return ""
	}
	return s
}

// list is a claim that is a list of strings, or one. What is no string in it counts for nothing.
func (c claims) list(name string) []string {
	if one := c.text(name); one != "" {
		return []string{one}
	}
	var all []json.RawMessage
	if json.Unmarshal(c[name], &all) != nil {
		return nil
	}
	var list []string
	for _, raw := range all {
		var s string
		if json.Unmarshal(raw, &s) == nil && s != "" {
			list = append(list, s)
		}
	}
	return list
}

// name is the first of the names that can be a person's here; the first of all when none can, for the refusal.
func (c claims) name() string {
	names := []string{c.text("preferred_username"), c.text("email"), c.text("name")}
	if string(c["email_verified"]) == "false" || c.text("email_verified") == "false" {
		names[1] = "" // anybody could have claimed it
	}
	for i, name := range names {
		if strings.Contains(name, "@") && faas.PersonName(name) != faas.PersonName(names[1]) {
			names[i] = "" // it looks like an address, and is not the one that was verified
		}
	}
	first := ""
	for _, name := range names {
		name = faas.PersonName(name)
		if faas.CheckPersonName(name) == nil {
			return name
		}
		if first == "" {
			first = name
		}
	}
	return first
}

// hiddenText stands in the log for what an issuer repeated of what we sent.
const hiddenText = "•••"

// longestCause bounds what of an issuer's words goes into the log, in bytes.
const longestCause = 500

// without is an error for the log in which no secret is repeated. It no longer wraps its cause.
func without(err error, secrets ...string) error {
	text := err.Error()
	for _, s := range secrets {
		if s != "" {
			text = strings.NewReplacer(s, hiddenText, url.QueryEscape(s), hiddenText).Replace(text)
		}
	}
	if len(text) > longestCause {
		text = strings.ToValidUTF8(text[:longestCause], "") + "…"
	}
	return errors.New(text)
}
