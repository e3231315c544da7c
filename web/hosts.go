package web

import (
	"net"
	"net/http"
	"net/netip"
	"strings"

	"verso/faas"
)

// Hosts answers 421 to a Host that is not one of ours (names without port). Without it a foreign page could point its
// own name at this machine and be taken for our own origin. An IP address always passes: nobody can point that elsewhere.
// An empty list lets all pass.
func Hosts(names []string, onError ErrorFunc) Middleware {
	known := make(map[string]bool, len(names))
	for _, name := range names {
		known[hostName(name)] = true
	}
	return func(next http.Handler) http.Handler {
		if len(known) == 0 {
			return next
		}
		return Handle(func(w http.ResponseWriter, r *http.Request) error {
			if name := hostName(r.Host); !known[name] && !isAddress(name) {
				return WithStatus(http.StatusMisdirectedRequest,
					faas.Errorf(faas.NotFound, "This server does not answer under the name in the address. Open it by its own address."))
			}
			next.ServeHTTP(w, r)
			return nil
		}, onError)
	}
}

func isAddress(name string) bool {
	_, err := netip.ParseAddr(name)
	return err == nil
}

// hostName strips port, brackets and a final dot, and lowers the case.
func hostName(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
	return strings.ToLower(strings.TrimSuffix(host, "."))
}
