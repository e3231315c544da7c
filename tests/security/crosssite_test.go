package security_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"verso/faas"
	"verso/handlers/sitetest"
	"verso/service"
)

// elsewhere is what a browser says of a form that another site sends, one row of headers each.
var elsewhere = []http.Header{
	{"Sec-Fetch-Site": {"cross-site"}},
	{"Sec-Fetch-Site": {"same-site"}},
	{"Sec-Fetch-Site": {"sideways"}},
	{"Sec-Fetch-Site": {"cross-site"}, "Origin": {"https://evil.example"}},
	{"Origin": {"https://evil.example"}},
	{"Origin": {"null"}},
	{}, // no browser says nothing; what carries a cookie all the same is not believed
}

// saying replaces what a request says of where it comes from.
func saying(r *http.Request, header http.Header) *http.Request {
	r.Header.Del("Sec-Fetch-Site")
	for name, list := range header {
		r.Header[name] = list
	}
	return r
}

// Every route that can change something, with a cookie that may do everything, from elsewhere.
func TestS21NoOtherSiteCanUseACookie(t *testing.T) {
	each(t, func(t *testing.T, s *sitetest.Site) {
		w, conn := newWorld(t, s), open(t, s)
		program := w.owner.WithToken(t, "alpha", service.TokenInput{})
		before := snapshot(t, s, conn)
		for _, route := range unsafeRoutes(t, s) {
			path := w.fill(t, route.Path, w.admin)
			for _, header := range elsewhere {
				a := w.admin.Do(t, saying(w.admin.Form(t, path, url.Values{"name": {"from-elsewhere"}}), header))
				if a.StatusCode != http.StatusForbidden || a.Header.Get("Set-Cookie") != "" {
					t.Errorf("POST %s with %v: %d", path, header, a.StatusCode)
				}
			}
		}
		same(t, before, snapshot(t, s, conn), "forms from elsewhere")

		// A program says nothing of where it comes from, and need not; a cookie beside its token is not looked at. (What it
		// sends is no form, so it gets no further.)
		for _, route := range unsafeRoutes(t, s) {
			path := w.fill(t, route.Path, w.admin)
			r := saying(program.Request(t, route.Method, path, strings.NewReader("{}")), nil)
			r.Header.Set("Content-Type", "text/x-nothing")
			r.Header.Set("Cookie", sitetest.CookieName+"="+w.admin.Cookie(t))
			if a := program.Do(t, r); strings.Contains(a.Text, "another site") || strings.Contains(a.Text, "did not say which page") {
				t.Errorf("POST %s by a program: %d", path, a.StatusCode)
			}
		}
		after := snapshot(t, s, conn)
		delete(after, "audit") // what a program may not do is recorded
		same(t, before, after, "no forms by a program")
	})
}

// A page of ours may send its forms, by any of the ways in which browsers say so.
func TestS21OurOwnPagesMay(t *testing.T) {
	s := sitetest.New(t, sitetest.Options{Idle: true})
	owner := s.Member(t, "olga", "alpha", faas.Owner)
	for i, header := range []http.Header{{"Sec-Fetch-Site": {"same-origin"}}, {"Sec-Fetch-Site": {"none"}}, {"Origin": {s.URL}}} {
		r := saying(owner.Form(t, "/projects/alpha/functions", url.Values{"name": {"from-here-" + string(rune('a'+i))}}), header)
		status(t, owner.Do(t, r), http.StatusSeeOther)
	}
}

// Nobody is signed in or out, or set up, by another site: an attacker could make people work in the attacker's account.
func TestS22SigningInAndOutNeedAPageOfOurs(t *testing.T) {
	each(t, func(t *testing.T, s *sitetest.Site) {
		key := offer(t, s)
		for _, header := range elsewhere[:6] {
			v := s.Nobody(t)
			status(t, v.Do(t, saying(v.Form(t, "/setup", setup(key, "mallory")), header)), http.StatusForbidden)
		}
		alice := s.Member(t, "alice", "alpha", faas.Owner)
		s.AddPerson(t, "mallory", false)
		for _, header := range elsewhere {
			for path, form := range map[string]url.Values{
				"/login":      {"name": {"mallory"}, "password": {string(sitetest.Password)}},
				"/login/oidc": {}, "/logout": {},
				"/settings/sessions/" + sessionOf(t, s, alice) + "/end": {},
			} {
				a := alice.Do(t, saying(alice.Form(t, path, form), header))
				if a.StatusCode != http.StatusForbidden || a.Header.Get("Set-Cookie") != "" {
					t.Errorf("%s with %v: %d", path, header, a.StatusCode)
				}
			}
		}
		status(t, alice.Get(t, "/settings/account"), http.StatusOK)
	})
}

// Signing in leads to a page of ours, whatever the address or the form asks for.
func TestS34SigningInLeadsNowhereElse(t *testing.T) {
	each(t, func(t *testing.T, s *sitetest.Site) {
		v := s.Member(t, "alice", faas.DefaultProject, faas.Viewer)
		evil := []string{
			"https://evil.example", "//evil.example", `/\evil.example`, `\/evil.example`, "/%09/evil.example", "/%2f/evil.example", "/%2fevil.example", "/%5cevil.example", "/..//evil.example",
			"/../evil.example", "https:evil.example", "/x?y#//evil.example", "/x/..//evil.example", "///evil.example", "/\t/evil.example", "\t//evil.example", " //evil.example", "/.//evil.example",
			"/login/..//evil.example", "javascript:alert(1)", "/\nevil.example", "/\r\nSet-Cookie:x=y", "http:///evil.example", "/@evil.example", "/%00", "/" + strings.Repeat("a", 10<<10), "data:text/html,x",
		}
		for i, next := range evil {
			asked := []sitetest.Answer{v.Get(t, "/login?"+url.Values{"next": {next}}.Encode())}
			if i%6 == 0 {
				form := url.Values{"next": {next}, "name": {"alice"}, "password": {string(sitetest.Password)}}
				asked = append(asked, s.Nobody(t).Post(t, "/login", form))
			}
			for _, a := range asked {
				status(t, a, http.StatusSeeOther)
				to, err := a.Request.URL.Parse(browserReads(a.Header.Get("Location")))
				if err != nil || to.Host != a.Request.URL.Host || to.Scheme != "http" || len(a.Header.Values("Set-Cookie")) > 1 {
					t.Errorf("next=%q leads to %q (%v)", next, a.Header.Get("Location"), err)
				}
			}
		}
		if to := v.Get(t, "/login?next=/projects/default/functions%3Fq=a").Header.Get("Location"); to != "/projects/default/functions?q=a" {
			t.Errorf("a page of ours leads to %q", to)
		}
	})
}

// browserReads is an address as browsers take it: a backslash is a slash, and tabs and line breaks are not there.
func browserReads(location string) string {
	return strings.NewReplacer(`\`, "/", "\t", "", "\n", "", "\r", "").Replace(strings.TrimSpace(location))
}
