package dashboard

import (
	"net/http"
	"net/url"

	"verso/faas"
	"verso/service"
	"verso/views"
	"verso/web"
)

func (d *Dashboard) tokenList(w http.ResponseWriter, r *http.Request, who faas.Actor) error {
	if _, err := d.project(r); err != nil {
		return err
	}
	return d.showTokens(w, r, who, tokensAsked(r, who, views.Tokens))
}

// tokenCreate makes a token and shows it in this answer and never again.
func (d *Dashboard) tokenCreate(w http.ResponseWriter, r *http.Request, who faas.Actor) error {
	values, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	in, form, err := tokenInput(values)
	var text faas.Secret
	var t faas.Token
	if err == nil {
		text, t, err = d.service.CreateToken(r.Context(), who, in)
	}
	if err == nil {
		return d.showMade(w, r, views.TokenMadeProps{Kind: views.Tokens, Token: t, Text: text})
	}
	if !inForm(err) && !faas.Is(err, faas.Exhausted) {
		return err
	}
	return d.showTokens(w, r, who, views.TokenListProps{Kind: views.Tokens, Form: form, Err: err})
}

func (d *Dashboard) tokenRevoke(w http.ResponseWriter, r *http.Request, who faas.Actor) error {
	asked := r.PathValue("token")
	if err := d.service.RevokeToken(r.Context(), who, asked); err != nil {
		return named(err, "There is no token %s.", asked)
	}
	return revoked(w, r, views.Tokens, views.DoneTokenRevoked)
}

func (d *Dashboard) accessKeyList(w http.ResponseWriter, r *http.Request, who faas.Actor) error {
	if _, err := d.project(r); err != nil {
		return err
	}
	return d.showTokens(w, r, who, tokensAsked(r, who, views.AccessKeys))
}

// accessKeyCreate makes an access key and shows its secret in this answer and never again.
func (d *Dashboard) accessKeyCreate(w http.ResponseWriter, r *http.Request, who faas.Actor) error {
	values, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	in, form, err := tokenInput(values)
	var secret faas.Secret
	var k faas.AccessKey
	if err == nil {
		secret, k, err = d.service.CreateAccessKey(r.Context(), who, in)
	}
	if err == nil {
		return d.showMade(w, r, views.TokenMadeProps{Kind: views.AccessKeys, Token: k.Token, Text: secret})
	}
	if !inForm(err) && !faas.Is(err, faas.Exhausted) {
		return err
	}
	return d.showTokens(w, r, who, views.TokenListProps{Kind: views.AccessKeys, Form: form, Err: err})
}

func (d *Dashboard) accessKeyRevoke(w http.ResponseWriter, r *http.Request, who faas.Actor) error {
	asked := r.PathValue("key")
	if err := d.service.RevokeAccessKey(r.Context(), who, asked); err != nil {
		return named(err, "There is no access key %s.", asked)
	}
	return revoked(w, r, views.AccessKeys, views.DoneKeyRevoked)
}

// revoked leads back to the list that the form stood on: one's own or everybody's.
func revoked(w http.ResponseWriter, r *http.Request, kind views.TokenKind, done views.Done) error {
	everybody := r.URL.Query().Get("all") == "1"
	return redirectDone(w, r, views.TokenListURL(projectName(r), kind, everybody, faas.Page{}), done)
}

// tokensAsked is what the address of a list of tokens asks for.
func tokensAsked(r *http.Request, who faas.Actor, kind views.TokenKind) views.TokenListProps {
	q := r.URL.Query()
	return views.TokenListProps{Kind: kind, Everybody: q.Get("all") == "1", At: pageOf(q), Form: views.NewTokenForm(who.Role)}
}

// tokenInput reads the form of a new token or access key.
func tokenInput(values url.Values) (service.TokenInput, views.TokenForm, error) {
	form := views.TokenForm{
		Name: values.Get("name"), Role: values.Get("role"), ReadOnly: values.Get("read_only") == "1", Expires: values.Get("expires"),
	}
	var p faas.Problems
	role, err := faas.RoleByName(form.Role)
	p.Merge(err)
	life, err := views.LifeOf(form.Expires)
	p.Merge(err)
	return service.TokenInput{Name: form.Name, Role: role, ReadOnly: form.ReadOnly, Life: life}, form, p.Err()
}

func (d *Dashboard) showTokens(w http.ResponseWriter, r *http.Request, who faas.Actor, props views.TokenListProps) (err error) {
	if props.Kind == views.Tokens {
		props.List, err = d.service.Tokens(r.Context(), who, props.Everybody, props.At)
	} else {
		var keys faas.List[faas.AccessKey]
		keys, err = d.service.AccessKeys(r.Context(), who, props.Everybody, props.At)
		props.List = views.TokensOfKeys(keys)
	}
	if err != nil {
		return err
	}
	if props.Page, err = d.page(r.Context(), r); err != nil {
		return err
	}
	return web.Render(w, r, statusOf(props.Err), views.TokenList(props))
}

func (d *Dashboard) showMade(w http.ResponseWriter, r *http.Request, props views.TokenMadeProps) (err error) {
	if props.Page, err = d.page(r.Context(), r); err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, views.TokenMade(props))
}
