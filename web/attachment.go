package web

import (
	"io"
	"mime"
	"net/http"
	"time"
)

// Attachment makes the answer a download under the given name, whatever bytes follow: the browser must not show it,
// and if it did, the sandbox policy would let nothing in it run. The name may hold any character.
func Attachment(w http.ResponseWriter, name, contentType string) {
	h := w.Header()
	h.Set("Content-Type", contentType)
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	value := mime.FormatMediaType("attachment", map[string]string{"filename": FileName(name)})
	if value == "" {
		value = "attachment"
	}
	h.Set("Content-Disposition", value)
}

// Parts sends content, of which a client may ask for parts or whether it changed, as http.ServeContent does. The answer
// keeps the Cache-Control that was set before; the standard library takes it off a refused range.
func Parts(w http.ResponseWriter, r *http.Request, content io.ReadSeeker) {
	http.ServeContent(cachedAs{w, w.Header().Get("Cache-Control")}, r, "", time.Time{}, content)
}

// cachedAs is an answer with one Cache-Control, whatever happens to its headers on the way.
type cachedAs struct {
	http.ResponseWriter
	control string
}

// WriteHeader puts the header back.
func (w cachedAs) WriteHeader(status int) {
	if w.control != "" {
		w.Header().Set("Cache-Control", w.control)
	}
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap lets http.ResponseController reach the connection.
func (w cachedAs) Unwrap() http.ResponseWriter { return w.ResponseWriter }
