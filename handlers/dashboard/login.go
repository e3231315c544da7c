package dashboard

import (
	"net/http"

	"verso/faas"
	"verso/views"
	"verso/web"
)

// loginPage is the form; who is signed in already is led on.
func (d *Dashboard) loginPage(w http.ResponseWriter, r *http.Request, _ faas.Actor) error {
	next := nextOf(r.URL.Query().Get("next"))
	if who, err := d.sessions.Identity(r); err == nil && who.Known() {
		return web.SeeOther(w, homeOr(next))
	}
	return d.showLogin(w, r, views.LoginProps{Next: next, Ended: d.sessions.Sent(r)})
}

// login takes the form. The password is in no answer.
func (d *Dashboard) login(w http.ResponseWriter, r *http.Request, who faas.Actor) error {
	if err := d.limits.Take(web.RateKey(r, faas.Identity{})); err != nil {
		return err
	}
	values, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	next := nextOf(values.Get("next"))
	p, err := d.service.SignIn(r.Context(), who, values.Get("name"), faas.Secret(values.Get("password")))
	if err == nil {
		return d.signedIn(w, r, p, next)
	}
	switch faas.KindOf(err) {
	case faas.Unauthenticated, faas.Invalid, faas.Exhausted:
		web.RetryAfter(w, err)
		return d.showLogin(w, r, views.LoginProps{Name: values.Get("name"), Next: next, Err: err})
	}
	return err
}

// signedIn begins a session of somebody who has proved who they are, and leads on.
func (d *Dashboard) signedIn(w http.ResponseWriter, r *http.Request, p faas.Person, next string) error {
	if err := d.sessions.Begin(w, r, p); err != nil {
		return err
	}
	return web.SeeOther(w, homeOr(next))
}

func (d *Dashboard) showLogin(w http.ResponseWriter, r *http.Request, props views.LoginProps) error {
	anybody, err := d.service.AnyPerson(r.Context())
	if err != nil {
		return err
	}
	props.Page, props.Empty, props.OIDC = d.frame(r), !anybody, d.oidc.name()
	props.Page.Notice = doneOf(r)
	return web.Render(w, r, statusOf(props.Err), views.Login(props))
}

// logout ends the session, also when it had ended already, and makes the browser forget what it saw.
func (d *Dashboard) logout(w http.ResponseWriter, r *http.Request, _ faas.Actor) error {
	if err := d.sessions.End(w, r); err != nil {
		return err
	}
	return web.SeeOther(w, views.DoneURL(views.LoginURL(""), views.DoneSignedOut))
}

// nextOf is where signing in leads: a page of ours, or nowhere in particular.
func nextOf(asked string) string {
	next, ok := web.LocalPath(asked)
	if !ok || next == views.HomeURL() {
		return ""
	}
	return next
}

func homeOr(next string) string {
	if next == "" {
		return views.HomeURL()
	}
	return next
}
