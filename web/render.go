package web

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"strconv"
	"sync"

	"github.com/a-h/templ"
)

// pages keeps buffers between renderings. It is the one variable of the package; it holds no state of any request.
var pages = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// keepBuffer is the largest buffer that goes back to the pool, so that one huge page does not stay in memory.
const keepBuffer = 256 << 10

// Render writes a component as an HTML answer. It renders to memory first: when the component fails, nothing is
// written, not even a header, and the error page can still be sent.
func Render(w http.ResponseWriter, r *http.Request, status int, component templ.Component) error {
	buf, _ := pages.Get().(*bytes.Buffer)
	defer func() {
		if buf.Cap() <= keepBuffer {
			buf.Reset()
			pages.Put(buf)
		}
	}()
	// Without the cancellation: rendering waits for nothing, and the page that says "your upload stopped" has to be
	// rendered although net/http ends the request's context when the upload stops.
	if err := component.Render(context.WithoutCancel(r.Context()), buf); err != nil {
		return fmt.Errorf("render the page: %w", err)
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Length", strconv.Itoa(buf.Len()))
	w.WriteHeader(status)
	_, err := w.Write(buf.Bytes())
	if err != nil && r.Context().Err() == nil {
		return fmt.Errorf("send the page: %w", err)
	}
	return nil // who has gone away needs no page
}
