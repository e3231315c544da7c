package web

import (
	"context"
	"net/http"
	"net/netip"
	"strings"

	"verso/faas"
)

// caller is what this room remembers of who sends a request, for as long as the request lasts.
type caller struct {
	address string

	asked bool // Sessions has looked: what it found is below
	who   faas.Identity
	err   error
}

type callerKey struct{}

// Addresses finds out which address each request comes from, for ClientAddress. That is whoever opened the connection;
// only when that is one of the trusted proxies, X-Forwarded-For is read, from its right end: every proxy appends whom it
// saw, and what stands left of the first one that is not ours was written by the client. Forwarded and X-Real-IP are
// never read.
func Addresses(trusted []netip.Prefix) Middleware {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			c := &caller{address: addressText(origin(r, trusted))}
			next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), callerKey{}, c)))
		})
	}
}

// callerOf returns the request's caller; one that nobody keeps when Addresses has not seen the request.
func callerOf(r *http.Request) *caller {
	if c, ok := r.Context().Value(callerKey{}).(*caller); ok {
		return c
	}
	return &caller{address: addressText(peer(r))}
}

// ClientAddress returns the address that the request comes from, without port and zone; empty when it has none.
func ClientAddress(r *http.Request) string { return callerOf(r).address }

// LimitKey is what requests of one sender have in common: the address, or for IPv6 its /64, because whoever has one
// address there has all of them.
func LimitKey(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil || ip.Unmap().Is4() {
		return address
	}
	near, err := ip.WithZone("").Prefix(64)
	if err != nil {
		return address
	}
	return near.String()
}

// From is a request as the record knows it before anybody is known: door, request id and address.
func From(r *http.Request, door faas.Door) faas.Actor {
	return faas.Actor{Door: door, RequestID: RequestIDFrom(r.Context()), Address: ClientAddress(r)}
}

// peer is whoever opened the connection; the zero Addr on a socket without addresses.
func peer(r *http.Request) netip.Addr {
	ap, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	return ap.Addr().Unmap().WithZone("")
}

// origin walks from the connection towards the client, as long as it knows who speaks.
func origin(r *http.Request, trusted []netip.Prefix) netip.Addr {
	at := peer(r)
	hops := strings.Split(strings.Join(r.Header["X-Forwarded-For"], ","), ",")
	for i := len(hops) - 1; i >= 0 && among(at, trusted); i-- {
		before, ok := hop(hops[i])
		if !ok {
			break // what a trusted proxy wrote is not an address: it is the last that we know
		}
		at = before
	}
	return at
}

// hop reads one entry of X-Forwarded-For: an address, with a port where a proxy adds one.
func hop(entry string) (netip.Addr, bool) {
	entry = strings.TrimSpace(entry)
	if ap, err := netip.ParseAddrPort(entry); err == nil {
		return ap.Addr().Unmap().WithZone(""), true
	}
	entry = strings.TrimSuffix(strings.TrimPrefix(entry, "["), "]")
	ip, err := netip.ParseAddr(entry)
	return ip.Unmap().WithZone(""), err == nil
}

func among(ip netip.Addr, list []netip.Prefix) bool {
	for _, p := range list {
		if p.Contains(ip) {
			return true
		}
	}
	return false
}

func addressText(ip netip.Addr) string {
	if !ip.IsValid() {
		return ""
	}
	return ip.String()
}
