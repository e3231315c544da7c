package web

import (
	"net/http"
	"strings"

	"verso/faas"
)

// maxCookies is far above what we set ourselves. Browsers allow a few hundred per site, and another server on the site
// may have set them; only an attack sends thousands.
const maxCookies = 400

// Shape refuses requests that no client of ours sends: unknown methods (501) and floods of cookies (431), and ends the
// connection after a chunked body. It changes nothing: X-HTTP-Method-Override and its kind stay without effect because nobody reads them.
func Shape(onError ErrorFunc) Middleware {
	return func(next http.Handler) http.Handler {
		return Handle(func(w http.ResponseWriter, r *http.Request) error {
			if !knownMethod(r.Method) {
				return WithStatus(http.StatusNotImplemented, faas.Errorf(faas.Invalid, "This server does not know the request's method."))
			}
			if countCookies(r.Header) > maxCookies {
				return WithStatus(http.StatusRequestHeaderFieldsTooLarge, faas.Errorf(faas.TooLarge, "The request has more than %d cookies.", maxCookies))
			}
			if r.ProtoMajor == 1 && len(r.TransferEncoding) > 0 {
				// It may have come with a Content-Length too, which net/http drops silently while a proxy in front may
				// have believed it. Nothing that follows on this connection can be trusted to be a request.
				w.Header().Set("Connection", "close")
			}
			next.ServeHTTP(w, r)
			return nil
		}, onError)
	}
}

func knownMethod(m string) bool {
	switch m {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return true
	}
	return false
}

func countCookies(h http.Header) int {
	n := 0
	for _, line := range h["Cookie"] {
		n += 1 + strings.Count(line, ";")
	}
	return n
}
