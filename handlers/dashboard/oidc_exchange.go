package dashboard

import (
	"context"
	"crypto/subtle"
	"errors"
	"net/http"
	"net/url"
	"slices"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"verso/faas"
	"verso/service"
)

// begin returns the address at the issuer where the browser goes to.
func (o *OIDC) begin(ctx context.Context, a attempt) (string, error) {
	ctx, stop := o.bounds(ctx)
	defer stop()
	at, err := o.issuer(ctx)
	if err != nil {
		return "", o.away(err)
	}
	return at.oauth.AuthCodeURL(a.state, oidc.Nonce(a.nonce), oauth2.S256ChallengeOption(a.verifier)), nil
}

// finish takes what the browser brought back, and returns who the issuer says it is.
func (o *OIDC) finish(ctx context.Context, a attempt, answer url.Values) (service.Federated, error) {
	switch {
	case !a.isState(answer.Get("state")):
		return service.Federated{}, o.refused("it was begun in another window, or more than 10 minutes ago", errors.New("the state is not the one that was sent"))
	case answer.Has("iss") && answer.Get("iss") != o.config.Issuer:
		return service.Federated{}, o.refused("the answer came from somebody else", errors.New("another issuer answered"))
	case answer.Get("error") == "access_denied":
		return service.Federated{}, o.refused("it was not agreed to there", errors.New("the issuer says: access_denied"))
	case answer.Get("error") != "":
		return service.Federated{}, o.refused("it was refused there", errors.New("the issuer says: "+answer.Get("error")+": "+answer.Get("error_description")))
	}
	ctx, stop := o.bounds(ctx)
	defer stop()
	at, err := o.issuer(ctx)
	if err != nil {
		return service.Federated{}, o.away(err)
	}
	token, err := at.oauth.Exchange(ctx, answer.Get("code"), oauth2.VerifierOption(a.verifier))
	if err != nil {
		return service.Federated{}, o.unspent(err, answer.Get("code"), a.verifier)
	}
	id, err := at.verified(ctx, token, a.nonce)
	if err != nil {
		return service.Federated{}, o.refused("its answer could not be verified", err)
	}
	said, err := o.claimsOf(ctx, at, id, token)
	if err != nil {
		return service.Federated{}, err
	}
	return service.Federated{Issuer: o.config.Issuer, Subject: id.Subject, Name: said.name(), Groups: said.list(o.config.GroupsClaim)}, nil
}

// bounds is a context for talking to the issuer.
func (o *OIDC) bounds(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(oidc.ClientContext(ctx, o.client), issuerPatience)
}

// verified returns the token that says who somebody is, if it was made by the issuer, for us, for this attempt, and is
// still good.
func (at *issuer) verified(ctx context.Context, token *oauth2.Token, nonce string) (*oidc.IDToken, error) {
	raw, _ := token.Extra("id_token").(string)
	if raw == "" {
		return nil, errors.New("the issuer sent no id token")
	}
	id, err := at.verifier.Verify(ctx, raw)
	if err != nil {
		return nil, err
	}
	if subtle.ConstantTimeCompare([]byte(id.Nonce), []byte(nonce)) != 1 {
		return nil, errors.New("the nonce is not the one that was sent")
	}
	if id.AccessTokenHash != "" {
		if err := id.VerifyAccessToken(token.AccessToken); err != nil {
			return nil, err
		}
	}
	if id.Subject == "" {
		return nil, errors.New("the id token names nobody")
	}
	return id, at.forUs(id)
}

// forUs refuses a token that was made for another program although we are among its readers.
func (at *issuer) forUs(id *oidc.IDToken) error {
	var said struct {
		Party string `json:"azp"`
	}
	if err := id.Claims(&said); err != nil {
		return err
	}
	us := at.oauth.ClientID
	others := slices.ContainsFunc(id.Audience, func(reader string) bool { return reader != us })
	if (said.Party == "" && others) || (said.Party != "" && said.Party != us) {
		return errors.New("the id token was made for another program")
	}
	return nil
}

// unspent is the failure of a code that brought nothing. It tells an issuer that does not answer from one that refuses
// the code.
func (o *OIDC) unspent(err error, secrets ...string) error {
	var said *oauth2.RetrieveError
	if !errors.As(err, &said) {
		return o.away(err, secrets...)
	}
	if said.ErrorCode == "" { // then the error holds the body, which may be anything, also what was sent
		err = errors.New("the issuer answers the code with " + said.Response.Status)
	}
	switch {
	case said.Response.StatusCode >= http.StatusInternalServerError:
		return o.away(err, secrets...)
	case said.ErrorCode == "invalid_grant":
		return o.refused("it took too long or was done already", err, secrets...)
	}
	return o.refused("it was refused there", err, secrets...)
}

// away is the failure of an issuer that does not answer as one.
func (o *OIDC) away(err error, secrets ...string) error {
	return o.failed(faas.Unavailable, "it does not answer now", err, secrets)
}

// refused is the failure of a sign-in that the issuer, or we, did not agree to.
func (o *OIDC) refused(why string, err error, secrets ...string) error {
	return o.failed(faas.Unauthenticated, why, err, secrets)
}

// failed makes the error: a sentence for the person, and a cause for the log without the secrets.
func (o *OIDC) failed(kind faas.Kind, why string, err error, secrets []string) error {
	return &faas.Error{
		Kind: kind, Err: without(err, append(secrets, string(o.config.Secret))...),
		Message: "Signing in with " + o.name() + " did not work: " + why + ". Try again or use a password.",
	}
}
