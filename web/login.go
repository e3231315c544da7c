package web

import (
	"net/http"
	"net/url"
	"strings"
)

// LeadToLogin sends a browser that nobody has signed in with to the login page, from where it comes back to where it
// was. A page is answered with 303 and true. For a fragment only the header HX-Redirect is set, which htmx follows
// whatever the status, and for a request with a token nothing at all: then it is false, and the caller answers 401.
func LeadToLogin(w http.ResponseWriter, r *http.Request, login string) (answered bool, err error) {
	if len(tokens(r)) > 0 {
		return false, nil
	}
	to := loginFrom(r, login)
	if IsFragment(w, r) {
		w.Header().Set("HX-Redirect", localOrHome(to))
		return false, nil
	}
	return true, SeeOther(w, to)
}

// loginFrom is the login page's address with the page that the person looks at as next.
func loginFrom(r *http.Request, login string) string {
	next, ok := LocalPath(pageOf(r))
	if !ok || next == "/" || next == login || strings.HasPrefix(next, login+"?") {
		return login
	}
	to := login + "?next=" + url.QueryEscape(next)
	if _, ok := LocalPath(to); !ok { // too long to be carried along
		return login
	}
	return to
}

// pageOf is the page in the browser's address line: the requested one, or for a form and a fragment the one that it
// stands on, as far as the browser tells.
func pageOf(r *http.Request) string {
	if !wantsFragment(r) && !unsafeMethod(r.Method) {
		return r.URL.RequestURI()
	}
	told := r.Header.Get("HX-Current-URL")
	if told == "" {
		told = r.Referer()
	}
	u, err := url.Parse(told)
	if err != nil || !strings.EqualFold(u.Host, r.Host) {
		return ""
	}
	return u.RequestURI()
}
