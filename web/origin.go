package web

import (
	"net/http"

	"verso/faas"
)

// CrossOrigin refuses what another site makes a browser send. There is no list of exceptions on purpose. A request
// with neither Sec-Fetch-Site nor Origin is from a program, not a browser: it passes unless it carries a cookie,
// because only browsers send cookies without being told to. Beside a token the cookie counts for nothing (see Token), and
// no other site can make a browser send one.
func CrossOrigin(onError ErrorFunc) Middleware {
	protection := http.NewCrossOriginProtection()
	return func(next http.Handler) http.Handler {
		return Handle(func(w http.ResponseWriter, r *http.Request) error {
			if err := protection.Check(r); err != nil {
				return &faas.Error{Kind: faas.Forbidden, Message: "This request came from another site. Open the page here and try again.", Err: err}
			}
			if unsafeMethod(r.Method) && len(r.Header["Cookie"]) > 0 && len(tokens(r)) == 0 && r.Header.Get("Sec-Fetch-Site") == "" && r.Header.Get("Origin") == "" {
				return faas.Errorf(faas.Forbidden, "The browser did not say which page this request came from. Use a current browser, or a token instead of a cookie.")
			}
			next.ServeHTTP(w, r)
			return nil
		}, onError)
	}
}

func unsafeMethod(m string) bool {
	return m != http.MethodGet && m != http.MethodHead && m != http.MethodOptions
}
