package dashboard

import (
	"errors"
	"net/http"

	"verso/faas"
	"verso/views"
	"verso/web"
)

// Fail is the error adapter of this door: status, sentence and page. Internal is logged once, with its request id.
func (d *Dashboard) Fail(w http.ResponseWriter, r *http.Request, err error) {
	var elsewhere moved
	if errors.As(err, &elsewhere) {
		// A local redirect cannot fail.
		_ = web.MovedHere(w, elsewhere.to)
		return
	}
	status := web.Status(err)
	if faas.KindOf(err) == faas.Internal && r.Context().Err() == nil {
		d.log.ErrorContext(r.Context(), "request failed", "request", web.RequestIDFrom(r.Context()), "error", err)
	}
	props := views.ErrorProps{
		Page: d.frame(r, faas.Actor{}), Status: status, Err: err, RequestID: web.RequestIDFrom(r.Context()),
	}
	page := views.ErrorPage(props)
	if web.IsFragment(w, r) {
		page = views.ErrorResults(props)
	}
	if err := web.Render(w, r, status, page); err != nil {
		web.PlainError(w, r, err)
	}
}

// nowhere answers every path that no route has.
func (d *Dashboard) nowhere(_ http.ResponseWriter, r *http.Request, _ faas.Actor) error {
	return faas.Errorf(faas.NotFound, "There is no page at %s.", r.URL.Path)
}
