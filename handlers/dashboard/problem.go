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

// Fail is the error adapter for what fails before a page is reached: a wrong host, another site's form, a panic. Its
// page shows nothing of what is stored.
func (d *Dashboard) Fail(w http.ResponseWriter, r *http.Request, err error) {
	d.fail(w, r, err, d.frame(r, faas.Actor{}))
}

// failVisit is the error adapter of the pages: the answer keeps project and navigation where the address names them.
func (d *Dashboard) failVisit(w http.ResponseWriter, r *http.Request, err error) {
	var elsewhere moved
	if errors.As(err, &elsewhere) {
		// A local redirect cannot fail.
		_ = web.MovedHere(w, elsewhere.to)
		return
	}
	d.fail(w, r, err, d.surroundings(r, err))
}

// fail answers with status, sentence and page. What the operator has to know is logged, with the request's id.
func (d *Dashboard) fail(w http.ResponseWriter, r *http.Request, err error, page views.Page) {
	id := web.RequestIDFrom(r.Context())
	if r.Context().Err() == nil {
		switch faas.KindOf(err) {
		case faas.Internal:
			d.log.ErrorContext(r.Context(), "request failed", "request", id, "error", err)
		case faas.Unavailable:
			d.log.WarnContext(r.Context(), "something does not answer", "request", id, "error", err)
		}
	}
	status := web.Status(err)
	props := views.ErrorProps{Page: page, Status: status, Err: err, RequestID: id}
	answer := views.ErrorPage(props)
	if web.IsFragment(w, r) {
		answer = views.ErrorResults(props)
	}
	if err := web.Render(w, r, status, answer); err != nil {
		web.PlainError(w, r, err)
	}
}

// surroundingsWait bounds what an error page may wait for its frame.
const surroundingsWait = time.Second

// surroundings fills the frame of an error page with the project that the address names, if that can be had. Where
// something does not answer, nothing is asked of it again.
func (d *Dashboard) surroundings(r *http.Request, err error) views.Page {
	who := d.local(r)
	bare := d.frame(r, who)
	rest, found := strings.CutPrefix(r.URL.Path, "/projects/")
	if !found || faas.Is(err, faas.Unavailable) {
		return bare
	}
	asked, _, _ := strings.Cut(rest, "/")
	// Without the request's cancellation: an upload that stopped has ended it, and is to be told of.
	ctx, stop := context.WithTimeout(context.WithoutCancel(r.Context()), surroundingsWait)
	defer stop()
	project, err := d.service.Project(ctx, asked)
	if err != nil {
		return bare
	}
	page, err := d.page(ctx, r, who, project.Name)
	if err != nil {
		return bare
	}
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
	runes := []rune(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return unicode.ReplacementChar
		}
		return r
	}, name))
	if len(runes) <= nameRunes {
		return string(runes)
	}
	return string(runes[:nameRunes]) + "…"
}

// nowhere answers every path that no route has.
func (d *Dashboard) nowhere(_ http.ResponseWriter, r *http.Request, _ faas.Actor) error {
	return faas.Errorf(faas.NotFound, "There is no page at %s.", r.URL.Path)
}
