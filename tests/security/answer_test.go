package security_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"verso/handlers/sitetest"
	"verso/web"
)

// callers are one of each that gets other answers: nobody, somebody without the right, and who may do everything.
func (w *world) callers(t *testing.T) map[string]*sitetest.Visitor {
	t.Helper()
	return map[string]*sitetest.Visitor{"nobody": w.Nobody(t), "viewer": w.viewer, "administrator": w.admin}
}

// everyAnswer asks every route in every way: as a page, as a fragment, and what may change something with a body that it
// does not take. Pages that are not there and hosts that are not ours come too.
func (w *world) everyAnswer(t *testing.T, look func(who, what string, a sitetest.Answer)) {
	t.Helper()
	for who, v := range w.callers(t) {
		for _, route := range w.Routes {
			path := w.fill(t, route.Path, v)
			if route.Path == "/static/" {
				path = "/static/" + "nothing.css"
			}
			if route.Method != http.MethodGet {
				r := v.Request(t, route.Method, path, strings.NewReader("{}"))
				r.Header.Set("Content-Type", "application/json")
				look(who, route.Method+" "+path, v.Do(t, r))
				continue
			}
			look(who, "GET "+path, v.Get(t, path))
			look(who, "fragment "+path, v.Fragment(t, path))
			look(who, "HEAD "+path, v.Do(t, v.Request(t, http.MethodHead, path, nil)))
		}
		for _, path := range []string{"/nowhere", "/projects/none/functions", w.alpha.functions() + "/none", "/projects/alpha/activity/export?format=csv", "/login?next=/projects"} {
			look(who, "GET "+path, v.Get(t, path))
		}
		look(who, "PUT /projects", v.Do(t, v.Request(t, http.MethodPut, "/projects", nil)))
		look(who, "OPTIONS /projects", v.Do(t, v.Request(t, http.MethodOptions, "/projects", nil)))
		r := v.Request(t, http.MethodGet, "/projects", nil)
		r.Host = "evil.example"
		look(who, "GET /projects under another name", v.Do(t, r))
	}
}

// What browsers have to be told, with every answer of every route to everybody.
func TestS20S26S27S28EveryAnswerOfEveryRoute(t *testing.T) {
	for _, base := range []string{"http://127.0.0.1:8080", "https://verso.example"} {
		name, _, _ := strings.Cut(base, ":")
		t.Run(name, func(t *testing.T) {
			eachOf(t, sitetest.Options{BaseURL: base, Hosts: []string{"verso.example"}}, func(t *testing.T, s *sitetest.Site) {
				w := newWorld(t, s)
				count := 0
				w.everyAnswer(t, func(who, what string, a sitetest.Answer) {
					count++
					for _, problem := range headerProblems(a, base) {
						t.Errorf("%s, %s (%d): %s", who, what, a.StatusCode, problem)
					}
				})
				if count < 3*3*40 {
					t.Errorf("only %d answers were looked at", count)
				}
			})
		})
	}
}

// headerProblems says what an answer's headers lack.
func headerProblems(a sitetest.Answer, base string) (found []string) {
	want := map[string]string{
		"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin",
		"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
		"Cache-Control": "no-store", "Content-Security-Policy": web.ContentPolicy,
	}
	if a.Header.Get("Content-Disposition") != "" {
		want["Content-Security-Policy"] = "default-src 'none'; sandbox"
	}
	if strings.HasPrefix(base, "https:") {
		want["Strict-Transport-Security"] = "max-age=31536000"
	}
	for name, value := range want {
		if got := a.Header.Values(name); len(got) != 1 || got[0] != value {
			found = append(found, name+" is "+strings.Join(got, " | "))
		}
	}
	if !strings.HasPrefix(base, "https:") && a.Header.Get("Strict-Transport-Security") != "" {
		found = append(found, "browsers are told to stay with https, and there is none")
	}
	for name := range a.Header {
		if strings.HasPrefix(name, "Access-Control-") || name == "Server" || name == "X-Powered-By" {
			found = append(found, "it has "+name)
		}
	}
	if kind := a.Header.Get("Content-Type"); strings.HasPrefix(kind, "text/") && !strings.HasSuffix(kind, "; charset=utf-8") {
		found = append(found, "the type is "+kind)
	} else if kind == "" && a.Text != "" {
		found = append(found, "a body without a type")
	}
	if a.Header.Get("X-Request-Id") == "" {
		found = append(found, "no request id")
	}
	if strings.Contains(web.ContentPolicy, "unsafe") || strings.Contains(a.Text, "http-equiv") {
		found = append(found, "the policy is weakened")
	}
	return found
}

var outside = regexp.MustCompile(`^(https?:)?//|^[a-zA-Z][-+.a-zA-Z0-9]*:`)

// Whatever people write stays text: no page has an address that leads elsewhere or runs anything, and none that another
// host was named in. (Browsers are asked in tests/e2e.)
func TestS33S35NoPageLeadsElsewhere(t *testing.T) {
	each(t, func(t *testing.T, s *sitetest.Site) {
		w := newWorld(t, s)
		links := []string{"javascript:alert(1)", "data:text/html,<script>alert(1)</script>", "vbscript:x", " java\tscript:alert(1)", "//evil.example/x", "https://evil.example"}
		for i, link := range links {
			form := map[string][]string{"name": {"link-" + string(rune('a'+i))}, "description": {link}}
			status(t, w.owner.Post(t, w.alpha.functions(), form), http.StatusSeeOther)
			version := goodVersion()
			version.Set("description", link)
			finished(t, w.owner, upload(t, w.owner, w.alpha.versions(), version, goodZip()))
			form = map[string][]string{"name": {link}, "role": {"viewer"}, "expires": {"1d"}}
			if a := w.owner.Post(t, w.alpha.settings()+"/tokens", form); a.StatusCode != http.StatusOK && a.StatusCode != http.StatusUnprocessableEntity {
				t.Errorf("a token called %s: %d", link, a.StatusCode)
			}
		}
		w.everyAnswer(t, func(who, what string, a sitetest.Answer) {
			for _, link := range linksOf(t, a) {
				if outside.MatchString(link) {
					t.Errorf("%s, %s: an address is %q", who, what, link)
				}
			}
			if to := a.Header.Get("Location"); to != "" && (!strings.HasPrefix(to, "/") || outside.MatchString(to)) {
				t.Errorf("%s, %s leads to %q", who, what, to)
			}
		})
		if text := w.viewer.Get(t, w.alpha.functions()).Text; !strings.Contains(text, "javascript:alert(1)") {
			t.Error("the description is not shown: the test looks at the wrong pages")
		}
	})
}

// linksOf are the values of all attributes that browsers follow.
func linksOf(t *testing.T, a sitetest.Answer) (list []string) {
	t.Helper()
	if !strings.HasPrefix(a.Header.Get("Content-Type"), "text/html") {
		return nil
	}
	root, err := html.Parse(strings.NewReader(a.Text))
	if err != nil {
		t.Fatal(err)
	}
	for n := range root.Descendants() {
		for _, at := range n.Attr {
			switch at.Key {
			case "href", "src", "action", "formaction", "hx-get", "hx-post", "data-url", "srcset", "poster", "xlink:href":
				if n.Data != "link" || !strings.HasPrefix(at.Val, "data:image/") {
					list = append(list, at.Val)
				}
			}
		}
	}
	return list
}

// The name in the address decides nothing: a name that is not ours is refused (421), and what we tell people to type has
// the configured address.
func TestS35OnlyTheConfiguredAddressIsTold(t *testing.T) {
	o := sitetest.Options{BaseURL: "https://verso.example", Hosts: []string{"verso.example"}, Idle: true, Change: behindProxy}
	eachOf(t, o, func(t *testing.T, s *sitetest.Site) {
		v := s.Nobody(t)
		for _, host := range []string{"evil.example", "verso.example.evil.example", "verso.example:443@evil.example", "evil.example:8080", "localhost"} {
			r := v.Request(t, http.MethodGet, "/login", nil)
			r.Host = host
			if a := v.Do(t, r); a.StatusCode != http.StatusMisdirectedRequest && a.StatusCode != http.StatusBadRequest {
				t.Errorf("Host: %s is answered %d", host, a.StatusCode)
			}
		}
		for _, path := range []string{"/login", "/projects", "/projects/default/functions", "/nowhere", "/projects/"} {
			r := v.Request(t, http.MethodGet, path, nil)
			r.Host = "verso.example"
			for _, name := range []string{"X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-Port", "X-Forwarded-Prefix", "X-Original-URL", "X-Rewrite-URL", "X-Host", "Forwarded", "Via"} {
				r.Header.Set(name, "evil.example")
			}
			a := v.Do(t, r)
			if strings.Contains(a.Text, "evil") || strings.Contains(a.Header.Get("Location"), "evil") || a.StatusCode >= 500 {
				t.Errorf("%s: %d, Location %q", path, a.StatusCode, a.Header.Get("Location"))
			}
		}
	})
}
