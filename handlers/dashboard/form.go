package dashboard

import (
	"crypto/rand"
	"net/http"
	"strings"

	"verso/faas"
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
