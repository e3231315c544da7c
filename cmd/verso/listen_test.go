package main

import (
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"slices"
	"strings"
	"testing"

	"verso/web"
)

// Plain http outside this machine is only for who asks for it by name.
func TestS11PlainHTTPBeyondThisMachineRefusesToStart(t *testing.T) {
	for listen, local := range map[string]bool{
		"127.0.0.1:8080": true, "127.8.8.8:0": true, "[::1]:8080": true, "localhost:8080": true,
		":8080": false, "0.0.0.0:8080": false, "[::]:8080": false, "192.0.2.1:80": false, "example.org:80": false,
	} {
		for url, ok := range map[string]bool{
			"":                              local,
			"https://verso.example":         true, // the proxy that it belongs to does TLS
			"http://verso.example":          false,
			"http://verso.example:8080/":    false,
			"http://127.0.0.1:9000":         local,
			"http://localhost":              local,
			"http://localhost.evil.example": false,
		} {
			c := listenFlags{Listen: listen, PublicURL: url}
			if err := c.check(); (err == nil) != ok {
				t.Errorf("--listen %q --public-url %q: %v", listen, url, err)
			}
			c.InsecureHTTP = true
			if err := c.check(); err != nil {
				t.Errorf("--listen %q --public-url %q --insecure-http: %v", listen, url, err)
			}
		}
	}
	for _, listen := range []string{"8080", ""} {
		if err := (listenFlags{Listen: listen, InsecureHTTP: true}).check(); err == nil {
			t.Errorf("--listen %q was taken", listen)
		}
	}
}

func TestPublicURLsThatCannotBeMeantAreRefused(t *testing.T) {
	for url, ok := range map[string]bool{
		"https://verso.example": true, "https://verso.example/verso/": true, "verso.example": false, "verso.example:8080": false,
		"javascript:alert(1)": false, "https:///canary": false, "https://:8080": false, "https://ann:canary@verso.example": false,
		"https://verso.example/?token=canary": false, "https://verso.example/#canary": false, "https://canary\x7f": false,
	} {
		err := listenFlags{Listen: "127.0.0.1:0", PublicURL: url}.check()
		if (err == nil) != ok || (err != nil && !strings.HasPrefix(err.Error(), "--public-url")) {
			t.Errorf("%q: %v", url, err)
		}
		if err != nil && strings.Contains(err.Error(), "canary") {
			t.Errorf("the error repeats what may be secret: %v", err)
		}
	}
}

func TestS35OnlyKnownNamesAreAnswered(t *testing.T) {
	machine, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		serve listenFlags
		link  string
		known []string
	}{
		"loopback":    {listenFlags{Listen: "127.0.0.1:8080"}, "https://verso.example", []string{"localhost", "127.0.0.1", "verso.example", machine}},
		"the network": {listenFlags{Listen: ":8080"}, "http://127.0.0.1:8080", []string{"localhost", machine, "192.0.2.7", "[2001:db8::1]"}},
		"a name":      {listenFlags{Listen: "Verso.internal:80", Host: []string{"alias.example"}}, "http://192.0.2.7:80", []string{"verso.internal", "alias.example"}},
		"no link":     {listenFlags{Listen: ":8080"}, "://", []string{"localhost"}},
	} {
		t.Run(name, func(t *testing.T) {
			fine := http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})
			h := web.Chain(fine, web.Hosts(c.serve.hosts(c.link), web.PlainError))
			status := func(host string) int {
				r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
				r.Host = host
				w := httptest.NewRecorder()
				h.ServeHTTP(w, r)
				return w.Code
			}
			for _, host := range c.known {
				if got := status(host); got != http.StatusOK {
					t.Errorf("%s: %d", host, got)
				}
			}
			for _, host := range []string{"evil.example", "", "verso.example.evil.example", "localhost.evil.example"} {
				if got := status(host); got != http.StatusMisdirectedRequest {
					t.Errorf("%q: %d", host, got)
				}
			}
		})
	}
}

func TestTheLinkCanBeOpened(t *testing.T) {
	for want, c := range map[string]listenFlags{
		"http://127.0.0.1:81":   {},
		"https://verso.example": {PublicURL: "https://verso.example/"},
	} {
		if got := c.link(&net.TCPAddr{IP: net.IPv4zero, Port: 81}); got != want {
			t.Errorf("the link is %s, want %s", got, want)
		}
	}
	if got := (listenFlags{}).link(&net.TCPAddr{IP: net.IPv6loopback, Port: 81}); got != "http://[::1]:81" {
		t.Errorf("the link is %s", got)
	}
}

func TestProxiesAreAddressesAndRanges(t *testing.T) {
	want := func(list ...string) []netip.Prefix {
		var p []netip.Prefix
		for _, text := range list {
			p = append(p, netip.MustParsePrefix(text))
		}
		return p
	}
	t.Setenv("VERSO_TRUSTED_PROXIES", "10.1.2.3/8; 192.0.2.7;2001:db8::1")
	p, err := parse(t)
	if got := p.Serve.Proxies; err != nil || !slices.Equal(got, want("10.0.0.0/8", "192.0.2.7/32", "2001:db8::1/128")) {
		t.Errorf("from the environment: %v, error %v", got, err)
	}
	p, err = parse(t, "--trusted-proxy", "10.0.0.0/8", "--trusted-proxy=fd00::/64")
	if got := p.Serve.Proxies; err != nil || !slices.Equal(got, want("10.0.0.0/8", "fd00::/64")) {
		t.Errorf("from flags: %v, error %v", got, err)
	}
	for _, text := range []string{"proxy.example", "10.0.0.0/33", "10.0.0.7:80"} {
		if _, err := parse(t, "--trusted-proxy", text); err == nil || !strings.Contains(err.Error(), text) {
			t.Errorf("%s: %v", text, err)
		}
	}
}
