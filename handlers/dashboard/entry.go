package dashboard

import (
	"cmp"
	"context"
	"net/http"
	"strings"

	"verso/faas"
	"verso/web"
)

// entry is who made a request and where they stand: the gate fills it, handlers and error pages read it.
type entry struct {
	identity  faas.Identity
	actor     faas.Actor
	project   faas.Project   // that the path names; zero for none
	operation faas.Operation // that the path names, without its order; zero for none
}

type entryKey struct{}

// Visitors gives every request a place for what is found out about it. It stands outside the router, so that error
// pages know as much as the gate did.
func (d *Dashboard) Visitors() web.Middleware {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), entryKey{}, &entry{actor: web.From(r, faas.DoorDashboard)})))
		})
	}
}

// entryOf is what is known of a request.
func entryOf(r *http.Request) *entry {
	if e, ok := r.Context().Value(entryKey{}).(*entry); ok {
		return e
	}
	return &entry{}
}

// Gate lets a request through to what the rule protects, or says why not. It is the only way to a page.
func (d *Dashboard) Gate(rule faas.Rule, next web.Handler) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		e := entryOf(r)
		err := d.admit(r, rule, e)
		if err == nil {
			err = next(w, r)
		}
		if failed := d.recordDenial(r, e.actor, err); failed != nil {
			return failed
		}
		return err
	}
}

// admit says why a request goes no further. That a body is no form is said only to who may ask at all.
func (d *Dashboard) admit(r *http.Request, rule faas.Rule, e *entry) error {
	if rule.Scope != faas.Everybody {
		if err := d.enter(r, rule, e); err != nil {
			return err
		}
		if err := e.actor.Need(rule.Right); err != nil {
			return err
		}
	}
	return web.CheckForm(r)
}

// enter finds out who asks, and about which project.
func (d *Dashboard) enter(r *http.Request, rule faas.Rule, e *entry) error {
	var err error
	if e.identity, err = d.identify(r); err != nil {
		return err
	}
	e.actor = d.standing(r, e.identity.Actor(""))
	if rule.Scope != faas.InProject {
		return nil
	}
	var a faas.Actor
	if asked := r.PathValue("op"); asked != "" {
		e.operation, e.project, a, err = d.service.EnterOperation(r.Context(), e.identity, asked)
		err = named(err, "There is no operation %s.", asked)
	} else {
		e.project, a, err = d.service.Enter(r.Context(), e.identity, r.PathValue("project"))
		err = named(err, "There is no project %s.", r.PathValue("project"))
	}
	if err != nil {
		return err
	}
	e.actor = d.standing(r, a)
	return nil
}

// identify finds out who asks: by a token where there is one, and then by nothing else; by the session otherwise.
func (d *Dashboard) identify(r *http.Request) (faas.Identity, error) {
	who, err := d.sessions.Identity(r)
	if limited := d.limits.Take(web.RateKey(r, who)); limited != nil {
		return who, limited
	}
	if err == nil && !who.Known() {
		err = faas.Errorf(faas.Unauthenticated, "Sign in first.")
	}
	return who, err
}

// standing adds to an actor how they came.
func (d *Dashboard) standing(r *http.Request, a faas.Actor) faas.Actor {
	from := web.From(r, faas.DoorDashboard)
	a.Door, a.RequestID, a.Address = from.Door, from.RequestID, from.Address
	return a
}

// recordDenial writes a line when an error says that somebody was refused for want of a right: what they wanted, and how
// they asked for it.
func (d *Dashboard) recordDenial(r *http.Request, a faas.Actor, err error) error {
	right := faas.DeniedOf(err)
	if right == "" {
		return nil
	}
	f, failed := d.functionAsked(r, a)
	if failed != nil {
		return failed
	}
	asked := r.Method + " " + shortenedPath(faas.RedactTokens(r.URL.Path))
	about := f.Name
	if wanted := faas.WantedOf(err); wanted != "" {
		about = strings.TrimSuffix(wanted+" of "+f.Name, " of ")
	}
	if about != "" {
		asked = about + ": " + asked
	}
	return d.service.Denied(r.Context(), a, right, f.ID, asked)
}

// functionAsked is the function that a request is about; zero when it names none that the actor may know of.
func (d *Dashboard) functionAsked(r *http.Request, a faas.Actor) (faas.Function, error) {
	nameOrID := cmp.Or(r.PathValue("fn"), entryOf(r).operation.FunctionID)
	mayRead := a.Need(faas.RightRead) == nil
	if nameOrID == "" || !mayRead {
		return faas.Function{}, nil
	}
	f, err := d.service.Function(r.Context(), a, nameOrID)
	if faas.Is(err, faas.NotFound) {
		err = nil // it names none
	}
	return f, err
}
