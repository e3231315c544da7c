package web

import (
	"net/http"
	"slices"
)

// IsFragment reports whether the client wants a part of the page: htmx asked, and not to restore its history, for
// which it wants the whole page. It marks the answer as varying by that, so call it before the answer begins and on
// every path of a route that knows both forms.
func IsFragment(w http.ResponseWriter, r *http.Request) bool {
	if h := w.Header(); !slices.Contains(h["Vary"], "HX-Request") {
		h.Add("Vary", "HX-Request")
	}
	return wantsFragment(r)
}

func wantsFragment(r *http.Request) bool {
	return r.Header.Get("HX-Request") == "true" && r.Header.Get("HX-History-Restore-Request") != "true"
}

// PushURL tells htmx to show a local address for the answer. A path that is not local is left out.
func PushURL(w http.ResponseWriter, path string) {
	if p, ok := LocalPath(path); ok {
		w.Header().Set("HX-Push-Url", p)
	}
}

// SeeOther answers 303 to a local path; one that is not local becomes "/".
func SeeOther(w http.ResponseWriter, path string) error {
	w.Header().Set("Location", localOrHome(path))
	w.WriteHeader(http.StatusSeeOther)
	return nil
}

// MovedHere answers 301: the thing has had another address before. A path that is not local becomes "/".
func MovedHere(w http.ResponseWriter, path string) error {
	w.Header().Set("Location", localOrHome(path))
	w.WriteHeader(http.StatusMovedPermanently)
	return nil
}

// Redirect sends a plain browser on with 303, and htmx with HX-Redirect: its fetch would follow a 303 by itself and
// put a whole page into the fragment's place.
func Redirect(w http.ResponseWriter, r *http.Request, path string) error {
	if !IsFragment(w, r) {
		return SeeOther(w, path)
	}
	w.Header().Set("HX-Redirect", localOrHome(path))
	w.WriteHeader(http.StatusOK)
	return nil
}

func localOrHome(path string) string {
	if p, ok := LocalPath(path); ok {
		return p
	}
	return "/"
}
