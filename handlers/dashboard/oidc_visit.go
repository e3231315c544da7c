package dashboard

import (
	"net/http"
	"net/url"

	"verso/faas"
	"verso/views"
	"verso/web"
)

// oidcStart sends the browser to the issuer. It does so with a page that leads on by itself: a browser that obeys our
// content policy does not follow a form's redirect to another site.
func (d *Dashboard) oidcStart(w http.ResponseWriter, r *http.Request, who faas.Actor) error {
	if d.oidc == nil {
		return d.nowhere(w, r, who)
	}
	if err := d.limits.Take(web.RateKey(r, faas.Identity{})); err != nil {
		return err
	}
	values, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	a := newAttempt(nextOf(values.Get("next")))
	to, err := d.oidc.begin(r.Context(), a)
	if err != nil {
		return d.notFederated(w, r, a.next, err)
	}
	d.oidc.remember(w, a)
	w.Header().Set("Refresh", "0; url="+to)
	return web.Render(w, r, http.StatusOK, views.Leaving(views.LeavingProps{Page: d.frame(r), Name: d.oidc.name(), URL: to}))
}

// oidcCallback takes the browser back from the issuer and begins a session. An attempt is good for one return.
func (d *Dashboard) oidcCallback(w http.ResponseWriter, r *http.Request, who faas.Actor) error {
	if d.oidc == nil {
		return d.nowhere(w, r, who)
	}
	if err := d.limits.Take(web.RateKey(r, faas.Identity{})); err != nil {
		return err
	}
	query, a := r.URL.Query(), d.oidc.recall(r)
	if a.isState(query.Get("state")) {
		d.oidc.forget(w) // not for a state that somebody made up: it would end the attempt of another window
	}
	f, err := d.oidc.finish(r.Context(), a, query)
	if err != nil {
		return d.notFederated(w, r, a.next, err)
	}
	p, err := d.service.SignInFederated(r.Context(), who, f)
	if err != nil {
		return d.notFederated(w, r, a.next, err)
	}
	return d.signedIn(w, r, p, a.next)
}

// notFederated shows the login page with what did not work. What lies beneath goes into the log; it holds no code, token
// or secret.
func (d *Dashboard) notFederated(w http.ResponseWriter, r *http.Request, next string, err error) error {
	problems := faas.ProblemsOf(err)
	if len(problems) == 0 || faas.Is(err, faas.Internal) {
		return err
	}
	if cause := problems[0].Err; cause != nil && r.Context().Err() == nil {
		d.log.WarnContext(r.Context(), "a sign-in elsewhere did not work", "request", web.RequestIDFrom(r.Context()), "kind", problems[0].Kind.String(), "error", cause)
	}
	web.RetryAfter(w, err)
	bare := r.Clone(r.Context())
	bare.URL = &url.URL{Path: views.LoginURL("")} // the page must not repeat the code in the address
	return d.showLogin(w, bare, views.LoginProps{Next: next, Err: err})
}
