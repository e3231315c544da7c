package web

import (
	"net/http"
	"net/url"
	"strings"

	"verso/faas"
)

// Token returns the token that a request brings, in Authorization with the scheme Bearer or in X-Auth-Token. Sent says
// that it brings one, however broken: then its cookies count for nothing. Two that differ are Invalid (400). Another
// scheme of Authorization is none of ours; a proxy in front may use it.
func Token(r *http.Request) (token string, sent bool, err error) {
	list := tokens(r)
	for _, other := range list {
		if other != list[0] {
			return "", true, WithStatus(http.StatusBadRequest, faas.Errorf(faas.Invalid, "The request brings two different tokens; send one."))
		}
	}
	if len(list) == 0 {
		return "", false, nil
	}
	return list[0], true, nil
}

// tokens lists every token of the request's headers. An empty one counts.
func tokens(r *http.Request) []string {
	var list []string
	for _, value := range r.Header["Authorization"] {
		if words := strings.Fields(value); len(words) > 0 && strings.EqualFold(words[0], "Bearer") {
			list = append(list, strings.Join(words[1:], " "))
		}
	}
	for _, value := range r.Header["X-Auth-Token"] {
		list = append(list, strings.TrimSpace(value))
	}
	return list
}

// NoTokenInURL refuses a token in the query with 401, so that nobody gets used to it: addresses end up in histories and
// in other servers' logs. Ours holds no query. The error is not Unauthenticated, because signing in is not the cure.
func NoTokenInURL(onError ErrorFunc) Middleware {
	return func(next http.Handler) http.Handler {
		return Handle(func(w http.ResponseWriter, r *http.Request) error {
			if tokenIn(r.URL.RawQuery) {
				return WithStatus(http.StatusUnauthorized, faas.Errorf(faas.Invalid,
					"The address holds a token, and addresses do not stay secret: revoke it, make another, and send that in the header Authorization: Bearer."))
			}
			next.ServeHTTP(w, r)
			return nil
		}, onError)
	}
}

// tokenIn reports whether a query holds what looks like a token of ours, or the parameter that RFC 6750 has for one.
func tokenIn(query string) bool {
	if query == "" {
		return false
	}
	values, _ := url.ParseQuery(query) // what could be read is enough here
	if values.Has("access_token") || redacts(query) {
		return true
	}
	for name, list := range values {
		if redacts(name) || redacts(strings.Join(list, "\n")) {
			return true
		}
	}
	return false
}

func redacts(text string) bool { return faas.RedactTokens(text) != text }
