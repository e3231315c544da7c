package web

import (
	"errors"
	"io"
	"net/http"
	"os"
	"time"

	"verso/faas"
)

// paced cuts clients off that send or take fewer than quota bytes while we wait for them for the given time. One
// deadline for a whole request would forbid long uploads over slow lines; this one moves as long as bytes do. Time
// that the handler spends on other work is not the client's and does not count.
func paced(next http.Handler, window time.Duration, quota int) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctl := http.NewResponseController(w)
		var in *pacedBody
		if r.Body != nil && r.Body != http.NoBody {
			in = &pacedBody{ReadCloser: r.Body, ctl: ctl, window: window, quota: quota, h2: r.ProtoMajor >= 2}
			// In a copy: net/http looks at the type of its own request's body to decide what to do with an unread one.
			r = r.WithContext(r.Context())
			r.Body = in
		}
		next.ServeHTTP(&pacedWriter{ResponseWriter: w, ctl: ctl, window: window, quota: quota, h2: r.ProtoMajor >= 2}, r)
		// net/http now reads on for a while if it was left something, and then sends what it still holds: both must end,
		// and the second needs time after the first.
		_ = ctl.SetWriteDeadline(time.Now().Add(2 * window))
		if in != nil && !in.ended {
			_ = ctl.SetReadDeadline(time.Now().Add(window))
		}
	})
}

// pacedBody is a request's body under a moving deadline. Deadlines that cannot be set (a test's recorder) are not
// needed either, so those errors are dropped.
type pacedBody struct {
	io.ReadCloser
	ctl    *http.ResponseController
	window time.Duration
	quota  int
	h2     bool
	ended  bool // no more deadlines: after the last byte ours would end the request's context, after a failure it is over
	bytes  int
	waited time.Duration
}

// Read reads with what is left of the present window as deadline.
func (b *pacedBody) Read(p []byte) (int, error) {
	if b.ended {
		return b.ReadCloser.Read(p)
	}
	start := time.Now()
	_ = b.ctl.SetReadDeadline(start.Add(b.window - b.waited))
	n, err := b.ReadCloser.Read(p)
	if err != nil {
		b.ended = true
		return n, slowError(err, b.window)
	}
	if b.h2 { // there a deadline strikes even while nobody reads
		_ = b.ctl.SetReadDeadline(time.Time{})
	}
	b.bytes += n
	b.waited += time.Since(start)
	if b.bytes >= b.quota {
		b.bytes, b.waited = 0, 0
	}
	return n, nil
}

// slowError gives a missed deadline its sentence and status.
func slowError(err error, window time.Duration) error {
	if !errors.Is(err, os.ErrDeadlineExceeded) {
		return err
	}
	return WithStatus(http.StatusRequestTimeout, &faas.Error{
		Kind:    faas.Unavailable,
		Message: "The upload stopped: hardly a byte arrived for " + window.String() + ". Check the connection and try again.",
		Err:     err,
	})
}

// pacedWriter sends an answer in pieces of the quota, each under a deadline of its own.
type pacedWriter struct {
	http.ResponseWriter
	ctl    *http.ResponseController
	window time.Duration
	quota  int
	h2     bool
}

// Write gives each piece the whole window.
func (w *pacedWriter) Write(p []byte) (int, error) {
	done := 0
	for {
		piece := p[done:min(done+w.quota, len(p))]
		_ = w.ctl.SetWriteDeadline(time.Now().Add(w.window))
		n, err := w.ResponseWriter.Write(piece)
		done += n
		if err != nil {
			return done, err
		}
		if done == len(p) {
			break
		}
	}
	if w.h2 { // there a deadline strikes even while nobody writes
		_ = w.ctl.SetWriteDeadline(time.Time{})
	}
	return done, nil
}

// Flush sends what is held back, under a deadline.
func (w *pacedWriter) Flush() {
	_ = w.ctl.SetWriteDeadline(time.Now().Add(w.window))
	_ = w.ctl.Flush() // a failed connection shows at the next write
	if w.h2 {
		_ = w.ctl.SetWriteDeadline(time.Time{})
	}
}

// Unwrap lets http.ResponseController reach the connection.
func (w *pacedWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
