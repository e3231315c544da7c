package web

import (
	"fmt"
	"io"
	"net/http"

	"verso/faas"
)

// DefaultBody is the limit for bodies of routes that ask for no other: 1 MiB holds the longest form we have.
const DefaultBody int64 = 1 << 20

// body counts what is read of a request and stops at its limit.
type body struct {
	io.ReadCloser
	limit    int64
	read     int64
	declared int64 // Content-Length, or -1
}

// BodyLimit gives every request's body a limit. A body that declares more is refused at the first read, before a byte
// of it or a "100 Continue"; others are cut at limit+1. A handler raises the limit for itself with AllowBody.
func BodyLimit(limit int64) Middleware {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			// In place rather than in a copy of r: the mux writes its pattern into r, where Observe looks for it. (Serve
			// and RequestID have copied net/http's own request before.)
			limited(r).limit = limit
			next.ServeHTTP(w, r)
		})
	}
}

// AllowBody sets the limit of this request's body. It returns TooLarge at once when the declared length is above it.
// Call it before the first read.
func AllowBody(r *http.Request, limit int64) error {
	b := limited(r)
	b.limit = limit
	return b.check()
}

// limited returns the request's body as one with a limit, and makes it one if it is not.
func limited(r *http.Request) *body {
	if b, ok := r.Body.(*body); ok {
		return b
	}
	if r.Body == nil {
		r.Body = http.NoBody
	}
	b := &body{ReadCloser: r.Body, declared: r.ContentLength}
	r.Body = b
	return b
}

// check compares the declared length with the limit.
func (b *body) check() error {
	if b.declared > b.limit {
		return tooLarge(b.limit)
	}
	return nil
}

// Read never asks for more than one byte above the limit, so that a body of exactly the limit passes.
func (b *body) Read(p []byte) (int, error) {
	if err := b.check(); err != nil {
		return 0, err
	}
	if left := b.limit - b.read + 1; int64(len(p)) > left {
		p = p[:max(left, 0)]
	}
	if b.read > b.limit {
		return 0, tooLarge(b.limit)
	}
	n, err := b.ReadCloser.Read(p)
	b.read += int64(n)
	if b.read > b.limit {
		return n - 1, tooLarge(b.limit)
	}
	return n, err
}

func tooLarge(limit int64) error {
	return faas.Errorf(faas.TooLarge, "The request is larger than %s, the most that is accepted here.", bytesText(limit))
}

// bytesText writes a limit the way people set them.
func bytesText(n int64) string {
	switch {
	case n >= 1<<20 && n%(1<<20) == 0:
		return fmt.Sprintf("%d MiB", n>>20)
	case n >= 1<<10 && n%(1<<10) == 0:
		return fmt.Sprintf("%d KiB", n>>10)
	}
	return fmt.Sprintf("%d bytes", n)
}
