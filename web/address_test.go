package web_test

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"verso/faas"
	"verso/web"
)

// addressOf is where a request seems to come from, behind the trusted proxies.
func addressOf(remote string, trusted []string, headers http.Header) string {
	var list []netip.Prefix
	for _, p := range trusted {
		list = append(list, netip.MustParsePrefix(p))
	}
	var got string
	h := web.Chain(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = web.ClientAddress(r) }), web.Addresses(list))
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.RemoteAddr = remote
	for name, values := range headers {
		r.Header[http.CanonicalHeaderKey(name)] = values
	}
	h.ServeHTTP(httptest.NewRecorder(), r)
	return got
}

func TestClientAddress(t *testing.T) {
	for remote, want := range map[string]string{
		"192.0.2.7:1234": "192.0.2.7", "[2001:db8::1]:1": "2001:db8::1", "[::ffff:192.0.2.7]:1": "192.0.2.7", "[fe80::1%eth0]:1": "fe80::1", "pipe": "", "": "",
	} {
		if got := addressOf(remote, nil, nil); got != want {
			t.Errorf("%q: got %q, want %q", remote, got, want)
		}
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.RemoteAddr = remote
		if got := web.ClientAddress(r); got != want {
			t.Errorf("%q outside the chain: got %q, want %q", remote, got, want)
		}
	}
}

func TestS03OnlyATrustedProxyIsBelieved(t *testing.T) {
	const proxy, outer = "10.0.0.1:443", "203.0.113.9"
	one := []string{"10.0.0.0/8"}
	forwarded := func(lines ...string) http.Header { return http.Header{"X-Forwarded-For": lines} }
	tests := map[string]struct {
		remote  string
		trusted []string
		headers http.Header
		want    string
	}{
		"nobody is trusted":          {proxy, nil, forwarded(outer), "10.0.0.1"},
		"a stranger says so":         {"198.51.100.4:1", one, forwarded(outer), "198.51.100.4"},
		"the proxy says so":          {proxy, one, forwarded(outer), outer},
		"the client wrote one too":   {proxy, one, forwarded("1.2.3.4, " + outer), outer},
		"in a line of its own":       {proxy, one, forwarded("1.2.3.4", outer), outer},
		"the client names a proxy":   {proxy, one, forwarded("10.9.9.9, " + outer), outer},
		"two proxies":                {proxy, one, forwarded("1.2.3.4," + outer + ",10.0.0.2"), outer},
		"from within":                {proxy, one, forwarded("10.0.0.7"), "10.0.0.7"},
		"nothing but proxies":        {proxy, one, forwarded("10.0.0.8,10.0.0.7"), "10.0.0.8"},
		"no header":                  {proxy, one, nil, "10.0.0.1"},
		"an empty one":               {proxy, one, forwarded(""), "10.0.0.1"},
		"not an address":             {proxy, one, forwarded(outer + ", unknown"), "10.0.0.1"},
		"a name behind an address":   {proxy, one, forwarded("evil.example, " + outer), outer},
		"with a port":                {proxy, one, forwarded(outer + ":8080"), outer},
		"IPv6":                       {"[fd00::1]:1", []string{"fd00::/8"}, forwarded("2001:db8::7"), "2001:db8::7"},
		"IPv6 with a port":           {proxy, one, forwarded("[2001:db8::7]:99"), "2001:db8::7"},
		"IPv6 in brackets":           {proxy, one, forwarded("[2001:db8::7]"), "2001:db8::7"},
		"IPv4 in IPv6":               {"[::ffff:10.0.0.1]:1", one, forwarded("::ffff:203.0.113.9"), outer},
		"no address at all":          {"@", []string{"0.0.0.0/0", "::/0"}, forwarded(outer), ""},
		"X-Real-IP":                  {proxy, one, http.Header{"X-Real-Ip": {outer}}, "10.0.0.1"},
		"Forwarded":                  {proxy, one, http.Header{"Forwarded": {"for=" + outer}}, "10.0.0.1"},
		"Client-IP and its like":     {proxy, one, http.Header{"Client-Ip": {outer}, "True-Client-Ip": {outer}, "Cf-Connecting-Ip": {outer}}, "10.0.0.1"},
		"thousands of trusted names": {proxy, one, forwarded(strings.Repeat("10.0.0.3,", 3000) + "10.0.0.2"), "10.0.0.3"},
	}
	for name, test := range tests {
		if got := addressOf(test.remote, test.trusted, test.headers); got != test.want {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
	}
}

func TestS03AnIPv6NetworkIsOneSender(t *testing.T) {
	for address, want := range map[string]string{
		"192.0.2.7": "192.0.2.7", "::ffff:192.0.2.7": "::ffff:192.0.2.7", "": "", "pipe": "pipe",
		"2001:db8::1": "2001:db8::/64", "2001:db8:0:0:ffff::1": "2001:db8::/64", "2001:db8:0:1::1": "2001:db8:0:1::/64", "fe80::1%eth0": "fe80::/64",
	} {
		if got := web.LimitKey(address); got != want {
			t.Errorf("%q: got %q, want %q", address, got, want)
		}
	}
}

// Whoever makes headers up stays in one bucket.
func TestS03AFreshHeaderIsNoFreshBucket(t *testing.T) {
	now := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	limit := web.NewRateLimit(1, 10, func() time.Time { return now })
	h := web.Chain(web.Handle(func(_ http.ResponseWriter, r *http.Request) error {
		return limit.Take(web.RateKey(r, faas.Identity{}))
	}, web.PlainError), web.Addresses(nil))
	passed := 0
	for i := range 50 {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.RemoteAddr = netip.AddrPortFrom(netip.AddrFrom16([16]byte{0x20, 0x01, 0x0d, 0xb8, 15: byte(i)}), 9).String()
		made := netip.AddrFrom4([4]byte{203, 0, 113, byte(i)}).String()
		r.Header.Set("X-Forwarded-For", made)
		r.Header.Set("X-Real-Ip", made)
		r.Header.Set("Forwarded", "for="+made)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		switch {
		case w.Code == http.StatusOK:
			passed++
		case w.Code != http.StatusTooManyRequests || w.Header().Get("Retry-After") != "1":
			t.Fatalf("got %d, Retry-After %q", w.Code, w.Header().Get("Retry-After"))
		}
	}
	if passed != 10 {
		t.Errorf("%d of 50 passed, 10 is the burst", passed)
	}
}
