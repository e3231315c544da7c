package web_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"verso/web"
)

// led is a request that LeadToLogin answers, or not.
func led(t *testing.T, method, target string, headers map[string]string) (*httptest.ResponseRecorder, bool) {
	t.Helper()
	r, w := httptest.NewRequest(method, target, nil), httptest.NewRecorder()
	for k, v := range headers {
		r.Header.Set(k, v)
	}
	answered, err := web.LeadToLogin(w, r, "/login")
	if err != nil {
		t.Fatal(err)
	}
	return w, answered
}

func TestLeadToLogin(t *testing.T) {
	htmx := func(more ...string) map[string]string {
		h := map[string]string{"HX-Request": "true"}
		for i := 0; i < len(more); i += 2 {
			h[more[i]] = more[i+1]
		}
		return h
	}
	tests := map[string]struct {
		method, target string
		headers        map[string]string
		want           string // the address of the login page
		answered       bool
	}{
		"a page":                        {"GET", "/projects/p?q=a+b&x=1", nil, "/login?next=%2Fprojects%2Fp%3Fq%3Da%2Bb%26x%3D1", true},
		"the first page":                {"GET", "/", nil, "/login", true},
		"the login page itself":         {"GET", "/login", nil, "/login", true},
		"the login page with a next":    {"GET", "/login?next=/x", nil, "/login", true},
		"a HEAD":                        {"HEAD", "/x", nil, "/login?next=%2Fx", true},
		"a form":                        {"POST", "/x/delete", map[string]string{"Referer": "http://example.com/x/y?z"}, "/login?next=%2Fx%2Fy%3Fz", true},
		"a form of nowhere":             {"POST", "/x/delete", nil, "/login", true},
		"a form from elsewhere":         {"POST", "/x/delete", map[string]string{"Referer": "http://evil.example/x"}, "/login", true},
		"a form from nonsense":          {"POST", "/x/delete", map[string]string{"Referer": "http://[::1"}, "/login", true},
		"a fragment":                    {"GET", "/list", htmx("HX-Current-URL", "http://example.com/page?q=1#x"), "/login?next=%2Fpage%3Fq%3D1", false},
		"a fragment's form":             {"POST", "/list", htmx("HX-Current-URL", "http://example.com/page"), "/login?next=%2Fpage", false},
		"a fragment, page unknown":      {"GET", "/list", htmx(), "/login", false},
		"a fragment, page by referrer":  {"GET", "/list", htmx("Referer", "http://example.com/r"), "/login?next=%2Fr", false},
		"a fragment of another site":    {"GET", "/list", htmx("HX-Current-URL", "https://evil.example/page"), "/login", false},
		"htmx wants the page back":      {"GET", "/page", htmx("HX-History-Restore-Request", "true"), "/login?next=%2Fpage", true},
		"a program":                     {"GET", "/x", map[string]string{"Authorization": "Bearer x"}, "", false},
		"a program with the other name": {"GET", "/x", map[string]string{"X-Auth-Token": ""}, "", false},
	}
	for name, test := range tests {
		w, answered := led(t, test.method, test.target, test.headers)
		header := "Location"
		if !test.answered {
			header = "HX-Redirect"
		}
		if answered != test.answered || w.Header().Get(header) != test.want || answered != (w.Code == http.StatusSeeOther) {
			t.Errorf("%s: got %v, %d and %v", name, answered, w.Code, w.Header())
		}
	}
}

// hostile are addresses that some reader could take for another site's, or that break out of a header.
var hostile = []string{
	"https://evil.example", "//evil.example", `/\evil.example`, `\/evil.example`, "/%09/evil.example", "/%2f/evil.example", "/..//evil.example",
	"https:evil.example", "javascript:alert(1)", "/x\r\nSet-Cookie: a=b", "/%0d%0aSet-Cookie:a=b", "/" + strings.Repeat("a", 10<<10), "/ü\u2028",
}

func TestS32S34LeadToLoginStaysHere(t *testing.T) {
	for _, path := range append(hostile, "/x?y#//evil.example") {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.URL = &url.URL{Path: path}
		r.Header.Set("HX-Current-URL", path)
		for _, fragment := range []string{"", "true"} {
			r.Header.Set("HX-Request", fragment)
			w := httptest.NewRecorder()
			if _, err := web.LeadToLogin(w, r, "/login"); err != nil {
				t.Fatal(err)
			}
			to := w.Header().Get("Location") + w.Header().Get("HX-Redirect")
			u, err := url.Parse(to)
			if err != nil || u.Host != "" || u.Path != "/login" || !isASCII(to) || len(to) > 4096 {
				t.Fatalf("%q led to %q", path, to)
			}
			if next := u.Query().Get("next"); next != "" {
				if _, ok := web.LocalPath(next); !ok {
					t.Errorf("%q: the next page is %q", path, next)
				}
			}
		}
	}
}
