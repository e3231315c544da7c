package web

import (
	"io"
	"net/http"
)

// PlainError is the ErrorFunc of last resort: status and sentence as plain text. It does not log.
func PlainError(w http.ResponseWriter, r *http.Request, err error) {
	h := w.Header()
	h.Set("Content-Type", "text/plain; charset=utf-8")
	h.Del("Content-Length")
	w.WriteHeader(Status(err))
	_, _ = io.WriteString(w, Sentence(r, err)+"\n") // a client that has gone cannot be told
}
