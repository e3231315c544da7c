package dashboard

import (
	"crypto/rand"
	"net/http"
	"strings"

	"verso/faas"
	"verso/views"
	"verso/web"
)

// newKey makes the idempotency key of a form: sent twice, it does its work once.
func newKey() string { return rand.Text() }

// usableKey keeps the key that a form came with, or makes another where it has none or a bad one.
func usableKey(key string) string {
	if key == "" || faas.CheckKey(key) != nil {
		return newKey()
	}
	return key
}

// redirectDone leads on to a page that says what was done.
func redirectDone(w http.ResponseWriter, r *http.Request, to string, done views.Done) error {
	return web.Redirect(w, r, views.DoneURL(to, done))
}

// doneOf is what the page that was led to says was done; empty for any other.
func doneOf(r *http.Request) string {
	if r.Method != http.MethodGet {
		return ""
	}
	return views.Done(r.URL.Query().Get("done")).Says()
}

// lines undoes the carriage returns that browsers put into text areas.
func lines(text string) string { return strings.ReplaceAll(text, "\r\n", "\n") }

// inForm reports whether an error belongs into the form that caused it: it names a field of it, or the state of the
// thing forbids the whole form.
func inForm(err error) bool {
	for _, p := range faas.ProblemsOf(err) {
		if p.Field != "" || p.Kind == faas.Precondition {
			return true
		}
	}
	return false
}

// statusOf is the status of a page that shows a form with its problems.
func statusOf(err error) int {
	if err == nil {
		return http.StatusOK
	}
	return web.Status(err)
}
