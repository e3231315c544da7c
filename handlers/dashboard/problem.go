package dashboard

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
	"unicode"

	"verso/faas"
	"verso/views"
	"verso/web"
)

// Fail is the error adapter of everything: what fails before a page is reached (a wrong host, another site's form, a
// panic) and in it. The answer keeps project and navigation where the gate has found them.
func (d *Dashboard) Fail(w http.ResponseWriter, r *http.Request, err error) {
	var elsewhere moved
	if errors.As(err, &elsewhere) {
		// A local redirect cannot fail.
		_ = web.MovedHere(w, elsewhere.to)
		return
	}
	if faas.Is(err, faas.Unauthenticated) && d.ledToLogin(w, r) {
		return
	}
	d.report(r, err)
	if asProgram(r) {
		web.PlainError(w, r, err)
		return
	}
	id := web.RequestIDFrom(r.Context())
	props := views.ErrorProps{Page: d.surroundings(r, err), Status: web.Status(err), Err: err, RequestID: id}
	if r.Method == http.MethodGet {
		props.Next = nextOf(r.URL.RequestURI())
	}
	answer := views.ErrorPage(props)
	if web.IsFragment(w, r) {
		answer = views.ErrorResults(props)
	}
	if err := web.Render(w, r, props.Status, answer); err != nil {
		web.PlainError(w, r, err)
	}
}

// asProgram reports whether a program asks, which a whole page would not help: it sends a token, and not for a page.
func asProgram(r *http.Request) bool {
	_, sent, _ := web.Token(r)
	return sent && !strings.Contains(r.Header.Get("Accept"), "text/html")
}

// report logs what the operator has to know, with the request's id.
func (d *Dashboard) report(r *http.Request, err error) {
	if r.Context().Err() != nil {
		return
	}
	id := web.RequestIDFrom(r.Context())
	switch faas.KindOf(err) {
	case faas.Internal:
		d.log.ErrorContext(r.Context(), "request failed", "request", id, "error", err)
	case faas.Unavailable:
		d.log.WarnContext(r.Context(), "something does not answer", "request", id, "error", err)
	}
}

// ledToLogin leads a browser to where people sign in, and back to where it is now. For htmx it only says so in a header;
// programs get their 401.
func (d *Dashboard) ledToLogin(w http.ResponseWriter, r *http.Request) bool {
	if !web.IsFragment(w, r) && !strings.Contains(r.Header.Get("Accept"), "text/html") {
		return false
	}
	answered, err := web.LeadToLogin(w, r, views.LoginURL(""))
	return answered && err == nil
}

// surroundingsWait bounds what an error page may wait for its frame.
const surroundingsWait = time.Second

// surroundings fills the frame of an error page, as far as that can be had. Where something does not answer, nothing is
// asked of it again.
func (d *Dashboard) surroundings(r *http.Request, err error) views.Page {
	bare := d.frame(r)
	if !entryOf(r).identity.Known() || faas.Is(err, faas.Unavailable) {
		return bare
	}
	// Without the request's cancellation: an upload that stopped has ended it, and is to be told of.
	ctx, stop := context.WithTimeout(context.WithoutCancel(r.Context()), surroundingsWait)
	defer stop()
	page, err := d.page(ctx, r)
	if err != nil {
		return bare
	}
	page.Notice = "" // whatever was done before, this was not
	return page
}

// named gives a NotFound the name of what was asked for. Nothing of the error beneath is shown, so that another
// project's thing and a missing one give the same answer. Other errors pass.
func named(err error, format string, names ...string) error {
	if !faas.Is(err, faas.NotFound) {
		return err
	}
	short := make([]any, len(names))
	for i, name := range names {
		short[i] = shortened(name)
	}
	return &faas.Error{Kind: faas.NotFound, Message: fmt.Sprintf(format, short...), Err: err}
}

// nameRunes is more than any name or id has; an address may hold thousands.
const nameRunes = 64

// shortened makes a name from an address fit to be shown: bounded, and without control characters.
func shortened(name string) string {
	runes := []rune(oneLine(name))
	if len(runes) <= nameRunes {
		return string(runes)
	}
	return string(runes[:nameRunes]) + "…"
}

// shortenedPath makes a path fit to be kept.
func shortenedPath(path string) string {
	const most = 200
	runes := []rune(oneLine(path))
	return string(runes[:min(len(runes), most)])
}

// oneLine replaces what is no text, breaks a line or moves a cursor.
func oneLine(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return unicode.ReplacementChar
		}
		return r
	}, text)
}

// nowhere answers every path that no route has.
func (d *Dashboard) nowhere(_ http.ResponseWriter, r *http.Request, _ faas.Actor) error {
	return faas.Errorf(faas.NotFound, "There is no page at %s.", r.URL.Path)
}
