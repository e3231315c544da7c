package main

import (
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"verso/faas"
	"verso/web"
)

func TestSizes(t *testing.T) {
	for text, want := range map[string]int64{
		"0": 0, "7": 7, "7B": 7, "1KiB": faas.KiB, "50MiB": 50 * faas.MiB, "50 MiB": 50 * faas.MiB, "8GiB": 8 * faas.GiB,
		"": -1, "MiB": -1, "50MB": -1, "-1": -1, "1.5GiB": -1, "9999999999GiB": -1,
	} {
		var s size
		err := s.UnmarshalText([]byte(text))
		if (err != nil) != (want < 0) || (err == nil && int64(s) != want) {
			t.Errorf("%q is %d, error %v", text, s, err)
		}
	}
	for s, want := range map[size]string{0: "0 B", 5: "5 B", size(50 * faas.MiB): "50 MiB", size(faas.GiB): "1 GiB", size(faas.KiB + 1): "1025 B"} {
		if s.String() != want {
			t.Errorf("%d is written %q, want %q", int64(s), s, want)
		}
	}
}

func TestPrintedSettingsHoldNoSecret(t *testing.T) {
	for url, kept := range map[string]string{
		"postgres://verso:canary@db.example:5432/verso?sslmode=require":             "sslmode=require",
		"postgres://db.example/verso?user=u&password=canary&sslmode=disable":        "db.example",
		"s3://packages?endpoint=https://s3.example&region=x&secret=canary":          "s3.example",
		"s3://key:canary@packages?endpoint=https://s3.example&region=eu&path-style": "region=eu",
		"s3://\x7fcanary": "unreadable",
	} {
		got := strings.Join(settings{location: location{DatabaseURL: url}, BlobURL: url, Bucket: map[string]string{"releases": url}}.lines(), "\n")
		if strings.Contains(got, "canary") || !strings.Contains(got, kept) {
			t.Errorf("%q is printed as\n%s", url, got)
		}
	}
}

func TestOnlyThisMachineIsLetIn(t *testing.T) {
	for listen, ok := range map[string]bool{
		"127.0.0.1:8080": true, "127.8.8.8:0": true, "[::1]:8080": true, "localhost:8080": true,
		":8080": false, "0.0.0.0:8080": false, "[::]:8080": false, "192.0.2.1:80": false, "example.org:80": false, "8080": false, "": false,
	} {
		if err := (serveCommand{Listen: listen}).checkListen(); (err == nil) != ok {
			t.Errorf("--listen %q: %v", listen, err)
		}
	}
	if err := (serveCommand{Listen: ":8080", NoAuth: true}).checkListen(); err != nil {
		t.Errorf("the switch does not help: %v", err)
	}
}

func TestS35OnlyKnownNamesAreAnswered(t *testing.T) {
	machine, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		serve serveCommand
		link  string
		known []string
	}{
		"loopback":    {serveCommand{Listen: "127.0.0.1:8080"}, "https://verso.example", []string{"localhost", "127.0.0.1", "verso.example", machine}},
		"the network": {serveCommand{Listen: ":8080", NoAuth: true}, "http://127.0.0.1:8080", []string{"localhost", machine, "192.0.2.7", "[2001:db8::1]"}},
		"a name":      {serveCommand{Listen: "Verso.internal:80", NoAuth: true, Host: []string{"alias.example"}}, "http://192.0.2.7:80", []string{"verso.internal", "alias.example"}},
		"no link":     {serveCommand{Listen: ":8080", NoAuth: true}, "://", []string{"localhost"}},
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
	for want, c := range map[string]serveCommand{
		"http://127.0.0.1:81":   {},
		"https://verso.example": {PublicURL: "https://verso.example/"},
	} {
		if got := c.link(&net.TCPAddr{IP: net.IPv4zero, Port: 81}); got != want {
			t.Errorf("the link is %s, want %s", got, want)
		}
	}
	if got := (serveCommand{}).link(&net.TCPAddr{IP: net.IPv6loopback, Port: 81}); got != "http://[::1]:81" {
		t.Errorf("the link is %s", got)
	}
}

func TestLimits(t *testing.T) {
	good := limitFlags{Upload: 1, Bucket: 2, Unpacked: 3, Entries: 4, Memory: size(faas.GiB), Timeout: time.Minute}
	l, err := good.limits()
	if err != nil || l.UploadBytes != 1 || l.Entries != 4 || l.MemoryMax != faas.GiB || l.TimeoutMax != time.Minute || l.MemoryMin != 128*faas.MiB {
		t.Errorf("limits are %+v, error %v", l, err)
	}
	for _, spoil := range []func(*limitFlags){
		func(f *limitFlags) { f.Upload = 0 }, func(f *limitFlags) { f.Entries = -1 },
		func(f *limitFlags) { f.Memory = 1 }, func(f *limitFlags) { f.Timeout = 0 },
	} {
		bad := good
		spoil(&bad)
		if _, err := bad.limits(); err == nil {
			t.Errorf("limits %+v were taken", bad)
		}
	}
}
