package web

import (
	"errors"
	"net/http"
	"strconv"
	"time"

	"verso/faas"
)

// Handler answers a request or says why not. It neither logs nor writes an error; whoever mounts it does.
type Handler func(w http.ResponseWriter, r *http.Request) error

// ErrorFunc writes the answer for a failed request, in the envelope of its door, and logs what is Internal.
type ErrorFunc func(w http.ResponseWriter, r *http.Request, err error)

// Middleware wraps a handler with one more concern.
type Middleware func(http.Handler) http.Handler

// Chain wraps h so that the first middleware named sees a request first.
func Chain(h http.Handler, around ...Middleware) http.Handler {
	for i := len(around) - 1; i >= 0; i-- {
		h = around[i](h)
	}
	return h
}

// Handle makes an http.Handler of h. An error goes to onError unless the answer has begun: then onError is called
// only for its log, and the connection is cut, because half an answer must not look whole.
func Handle(h Handler, onError ErrorFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rec := record(w)
		if err := h(rec, r); err != nil {
			fail(rec, r, err, onError)
		}
	})
}

// fail answers with err, or cuts the connection when it is too late for that.
func fail(w *recorder, r *http.Request, err error, onError ErrorFunc) {
	if w.status != 0 {
		onError(deaf{http.Header{}}, r, err)
		cut()
	}
	RetryAfter(w, err)
	if Status(err) == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", "Bearer") // RFC 9110 wants one; browsers ask nobody for this scheme
	}
	onError(w, r, err)
}

// cut ends the connection: half an answer must not look whole, and net/http has no other way to say so.
func cut() {
	panic(http.ErrAbortHandler) //nolint:forbidigo // net/http recovers this value and logs nothing
}

// soon is when to try again after a failure that does not say. It is short because every cause we know (a full queue, a
// lock, a restart) passes quickly.
const soon = 2 * time.Second

// RetryAfter says in the header when trying again makes sense, where an error tells that it will. Errors that a Handler
// returns have it said for them; it is for those that a form shows.
func RetryAfter(w http.ResponseWriter, err error) {
	if kind := faas.KindOf(err); err != nil && (kind == faas.Unavailable || kind == faas.Exhausted) {
		w.Header().Set("Retry-After", retryAfter(faas.WaitOf(err)))
	}
}

// retryAfter writes a wait in whole seconds, rounded up: who comes at that time must not come too early.
func retryAfter(wait time.Duration) string {
	if wait <= 0 {
		wait = soon
	}
	return strconv.FormatInt(int64((wait-1)/time.Second)+1, 10)
}

// deaf takes an answer that nobody can hear any more.
type deaf struct{ header http.Header }

func (d deaf) Header() http.Header         { return d.header }
func (d deaf) Write(p []byte) (int, error) { return len(p), nil }
func (d deaf) WriteHeader(int)             {}

// StatusOf picks the status for a kind of failure. Conflict and Precondition are both 409: 412 would claim that the
// client sent an If-Match, which it did not.
func StatusOf(kind faas.Kind) int {
	switch kind {
	case faas.Invalid:
		return http.StatusUnprocessableEntity
	case faas.Unauthenticated:
		return http.StatusUnauthorized
	case faas.Forbidden:
		return http.StatusForbidden
	case faas.NotFound:
		return http.StatusNotFound
	case faas.Conflict, faas.Precondition:
		return http.StatusConflict
	case faas.TooLarge:
		return http.StatusRequestEntityTooLarge
	case faas.Exhausted:
		return http.StatusTooManyRequests
	case faas.Unavailable:
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}

// statusError is a failure of the protocol rather than of our nouns, so no Kind describes it well enough.
type statusError struct {
	status int
	err    error
}

func (e *statusError) Error() string { return e.err.Error() }
func (e *statusError) Unwrap() error { return e.err }

// WithStatus makes err answer with the given status instead of the one of its Kind.
func WithStatus(status int, err error) error { return &statusError{status, err} }

// Status picks the status for an error: the one given by WithStatus, else the one of its Kind.
func Status(err error) int {
	var s *statusError
	if errors.As(err, &s) {
		return s.status
	}
	return StatusOf(faas.KindOf(err))
}

// Sentence is what a person may read about err: its message, or nothing of an Internal error but the request's id.
func Sentence(r *http.Request, err error) string {
	if list := faas.ProblemsOf(err); faas.KindOf(err) != faas.Internal && len(list) > 0 && list[0].Message != "" {
		return list[0].Message
	}
	if faas.KindOf(err) == faas.Unavailable {
		return "This took too long or was given up. Try again."
	}
	return "Something went wrong on our side. The request's id is " + RequestIDFrom(r.Context()) + "."
}
