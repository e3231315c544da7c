package web

import (
	"net/http"
	"net/netip"
)

// ClientAddress returns the address of whoever opened the connection, without port and zone. Forwarded and
// X-Forwarded-For are ignored: anyone can send them.
func ClientAddress(r *http.Request) string {
	ap, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return ""
	}
	return ap.Addr().Unmap().WithZone("").String()
}
