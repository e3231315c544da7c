package web

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"

	"verso/faas"
)

// Recover turns a panic into onError with an Internal error, and logs the stack under the request's id. When the
// answer has begun it cuts the connection instead. It keeps the process alive in both cases.
func Recover(log *slog.Logger, onError ErrorFunc) Middleware {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			rec := record(w)
			defer func() {
				p := recover()
				if p == nil {
					return
				}
				if err, ok := p.(error); ok && errors.Is(err, http.ErrAbortHandler) {
					cut() // it was meant
				}
				log.LogAttrs(r.Context(), slog.LevelError, "panic",
					slog.String("id", RequestIDFrom(r.Context())),
					slog.String("value", logged(fmt.Sprint(p))),
					slog.String("stack", string(debug.Stack())))
				afterPanic(rec, r, onError)
			}()
			next.ServeHTTP(rec, r)
		})
	}
}

// afterPanic answers with the error page, or in plain text when the page panics too.
func afterPanic(w *recorder, r *http.Request, onError ErrorFunc) {
	if w.status != 0 {
		cut()
	}
	// What the handler had prepared (length, encoding, cookies, redirects) does not fit the error page.
	stay := w.Header().Get("Strict-Transport-Security")
	clear(w.Header())
	setSafetyHeaders(w.Header())
	w.Header().Set(requestIDHeader, RequestIDFrom(r.Context()))
	if stay != "" {
		w.Header().Set("Strict-Transport-Security", stay)
	}
	defer func() {
		if recover() != nil && w.status == 0 {
			PlainError(w, r, errPanic)
		}
	}()
	onError(w, r, errPanic)
}

// errPanic is what the user's side learns of a panic: nothing.
var errPanic = &faas.Error{Kind: faas.Internal, Err: errors.New("the handler panicked")}
