package security_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"verso/handlers/sitetest"
)

// Reading changes nothing: no row of any table, but when something was last used. Asked as administrator, on everything
// there is, as a page, as a fragment and as HEAD, and with what a query could mean.
func TestS23ReadingChangesNothing(t *testing.T) {
	each(t, func(t *testing.T, s *sitetest.Site) {
		w, conn := newWorld(t, s), open(t, s)
		before := snapshot(t, s, conn)
		asked := 0
		queries := []string{"", "?all=1&last=1", "?q=a&tag=beta&sort=changed", "?format=csv", "?format=json", "?action=delete&confirm=1&_method=POST", "?from=1&source=copy&copy=1"}
		for _, route := range s.Routes {
			if route.Method != http.MethodGet || route.Path == "/login/oidc/callback" { // which signs somebody in, with a secret of the browser's
				continue
			}
			for _, query := range queries {
				path := w.fill(t, route.Path, w.admin) + query
				for _, a := range []sitetest.Answer{w.admin.Get(t, path), w.admin.Fragment(t, path), w.admin.Do(t, w.admin.Request(t, http.MethodHead, path, nil))} {
					if asked++; a.StatusCode >= 500 {
						t.Errorf("%s %s: %d", a.Request.Method, path, a.StatusCode)
					}
				}
				r := w.admin.Request(t, http.MethodGet, path, nil)
				r.Header.Set("X-HTTP-Method-Override", "POST")
				r.Header.Set("X-Method-Override", "DELETE")
				w.admin.Do(t, r)
			}
		}
		same(t, before, snapshot(t, s, conn), "GET and HEAD of everything")
		if asked < 600 {
			t.Errorf("only %d requests were made", asked)
		}
	})
}

// spellings are other ways to write an address, which some servers between us and the attacker make one of.
func spellings(path string) []string {
	last := strings.LastIndexByte(path, '/')
	first := path[:2]
	return []string{
		"/" + path, path + "/", path + "//", path + "/.", path + "/./", "/." + path, "/x/.." + path, "/static/.." + path,
		path[:last] + "//" + path[last+1:], path[:last] + "/./" + path[last+1:], path[:last] + "/%2e/" + path[last+1:], path[:last] + "%2f" + path[last+1:],
		path[:last] + "/x/../" + path[last+1:], path[:last] + "/x/%2e%2e/" + path[last+1:], path[:last] + `\` + path[last+1:], path + "%00", path + "%20", path + ";x=y",
		path + "%2f", path + "%3f", path + "%23", "/%" + hexOf(path[1]) + path[2:], strings.ToUpper(path), first + strings.ToUpper(path[2:]), path + ".json", path + "?", path + "#x",
	}
}

func hexOf(c byte) string {
	const digits = "0123456789abcdef"
	return string([]byte{digits[c>>4], digits[c&15]})
}

// However an address is written, it is asked the same question: nobody gets further than by the plain one, and from
// elsewhere nothing is done.
func TestS24NoSpellingOfAnAddressIsLetThrough(t *testing.T) {
	each(t, func(t *testing.T, s *sitetest.Site) {
		w, conn := newWorld(t, s), open(t, s)
		before := snapshot(t, s, conn)
		for _, route := range s.Routes {
			path := w.fill(t, route.Path, w.admin)
			if !protected(route) || len(path) < 4 {
				continue
			}
			for _, spelled := range spellings(path) {
				w.asked(t, w.Nobody(t), route.Method, spelled)
				w.asked(t, w.stranger, route.Method, spelled)
				if route.Method == http.MethodGet {
					continue
				}
				r := saying(w.admin.Form(t, "/", url.Values{"name": {"from-elsewhere"}}), http.Header{"Sec-Fetch-Site": {"cross-site"}})
				r.Method, r.URL = route.Method, urlOf(t, s, spelled)
				if a := w.admin.Do(t, r); a.StatusCode != http.StatusForbidden && a.StatusCode != http.StatusBadRequest {
					t.Errorf("%s %s from elsewhere: %d", route.Method, spelled, a.StatusCode)
				}
			}
		}
		r := w.viewer.Request(t, http.MethodGet, "/", nil)
		if r.URL = urlOf(t, s, "/%70rojects/alpha/functions"); w.viewer.Do(t, r).StatusCode != http.StatusOK {
			t.Error("a spelling that means the same page does not lead there: the test asks for nothing")
		}
		after := snapshot(t, s, conn)
		after["audit"] = slices.DeleteFunc(after["audit"], func(row string) bool { return strings.Contains(row, "result=refused") })
		same(t, before, after, "strange spellings")
	})
}

func urlOf(t *testing.T, s *sitetest.Site, path string) *url.URL {
	t.Helper()
	path, query, _ := strings.Cut(path, "?")
	path, _, _ = strings.Cut(path, "#")
	u, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	u.Opaque, u.RawQuery = "//"+u.Host+path, query // as it is written
	return u
}

// asked fails the test when somebody who has no right there gets anything of alpha.
func (w *world) asked(t *testing.T, v *sitetest.Visitor, method, spelled string) {
	t.Helper()
	r := v.Form(t, "/", url.Values{"name": {"x"}})
	r.Method, r.URL = method, urlOf(t, w.Site, spelled)
	a := v.Do(t, r)
	own := strings.HasPrefix(spelled, "/settings") || strings.HasPrefix(spelled, "/projects?") // everybody has those
	if a.StatusCode >= 500 || a.StatusCode == http.StatusOK && (v != w.stranger || !own) && anyOf(a.Text, w.alpha.version.ID, w.alpha.version.Package.SHA256, canary) != "" {
		t.Errorf("%s %s by %q: %d\n%s", method, spelled, v.Name, a.StatusCode, mainOf(a))
	}
	if v.Name == "" && a.StatusCode < 300 {
		t.Errorf("%s %s by nobody: %d", method, spelled, a.StatusCode)
	}
}

// What answers a GET answers a HEAD with the same right: there is no second way in.
func TestS36HeadAsksLikeGet(t *testing.T) {
	each(t, func(t *testing.T, s *sitetest.Site) {
		w := newWorld(t, s)
		for _, route := range s.Routes {
			if route.Method != http.MethodGet || !protected(route) {
				continue
			}
			path := w.fill(t, route.Path, w.stranger)
			for _, v := range []*sitetest.Visitor{w.Nobody(t), w.stranger, w.viewer} {
				get, head := v.Get(t, path), v.Do(t, v.Request(t, http.MethodHead, path, nil))
				if !sameVerdict(get.StatusCode, head.StatusCode) || head.Text != "" {
					t.Errorf("%s by %q: GET %d, HEAD %d", path, v.Name, get.StatusCode, head.StatusCode)
				}
			}
		}
	})
}

// sameVerdict lets pass that a browser is led to the login page and a HEAD is told the status.
func sameVerdict(get, head int) bool {
	return get == head || get == http.StatusSeeOther && head == http.StatusUnauthorized
}
