package web

import (
	"net/http"

	"verso/faas"
)

// Routed is the mux with its own refusals, no such path (404) and not with this method (405, with Allow), in the
// envelope of onError instead of plain text.
func Routed(mux *http.ServeMux, onError ErrorFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h, pattern := mux.Handler(r)
		if pattern != "" {
			mux.ServeHTTP(w, r)
			return
		}
		said := refusal{header: http.Header{}}
		h.ServeHTTP(&said, r)
		switch said.status {
		case http.StatusNotFound:
			onError(w, r, faas.Errorf(faas.NotFound, "There is no page at %s.", r.URL.Path))
		case http.StatusMethodNotAllowed:
			allow := said.header.Get("Allow")
			w.Header().Set("Allow", allow)
			onError(w, r, WithStatus(said.status, faas.Errorf(faas.Invalid, "This address does not take the method %s; it takes %s.", r.Method, allow)))
		default: // it leads to a cleaner address
			h.ServeHTTP(w, r)
		}
	})
}

// refusal takes what the mux answers, and keeps it from the client.
type refusal struct {
	header http.Header
	status int
}

func (f *refusal) Header() http.Header { return f.header }

// Write drops the text.
func (f *refusal) Write(p []byte) (int, error) { return len(p), nil }

// WriteHeader notes the status.
func (f *refusal) WriteHeader(status int) { f.status = status }
