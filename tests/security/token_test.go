package security_test

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"verso/faas"
	"verso/handlers/sitetest"
	"verso/service"
)

// program is somebody with a token and nothing else.
func program(t *testing.T, s *sitetest.Site, token string) *sitetest.Visitor {
	t.Helper()
	p := s.Nobody(t)
	p.Name, p.Token = "program", faas.Secret(token)
	return p
}

// A token that only reads changes nothing, whoever it belongs to; what needs a browser it does not get at all.
func TestS38AReadingTokenChangesNothing(t *testing.T) {
	each(t, func(t *testing.T, s *sitetest.Site) {
		w, conn := newWorld(t, s), open(t, s)
		reading := w.owner.WithToken(t, "alpha", service.TokenInput{ReadOnly: true})
		adminReading := w.admin.WithToken(t, "alpha", service.TokenInput{ReadOnly: true})
		before := snapshot(t, s, conn)
		for _, route := range unsafeRoutes(t, s) {
			if !protected(route) {
				continue
			}
			path := w.fill(t, route.Path, w.owner)
			for name, v := range map[string]*sitetest.Visitor{"an owner's": reading, "an administrator's": adminReading} {
				for kind, r := range map[string]*http.Request{
					"Authorization": v.Form(t, path, url.Values{"name": {"by-token"}}),
					"X-Auth-Token":  withHeader(s.Nobody(t).Form(t, path, url.Values{"name": {"by-token"}}), "X-Auth-Token", string(v.Token)),
				} {
					if a := v.Do(t, r); a.StatusCode != http.StatusForbidden {
						t.Errorf("%s %s with %s token in %s: %d", route.Method, path, name, kind, a.StatusCode)
					}
				}
			}
		}
		after := snapshot(t, s, conn)
		after["audit"] = slices.DeleteFunc(after["audit"], func(row string) bool { return strings.Contains(row, "kind=denied") })
		same(t, before, after, "a reading token on every form")
	})
}

func withHeader(r *http.Request, name, value string) *http.Request {
	r.Header.Set(name, value)
	return r
}

// One token, one project: on pages, parts that poll, downloads and exports alike, and nowhere else.
func TestS38ATokenOpensOneProject(t *testing.T) {
	each(t, func(t *testing.T, s *sitetest.Site) {
		w := newWorld(t, s)
		s.Join(t, "olga", "beta", faas.Owner)
		other := w.owner.WithToken(t, "beta", service.TokenInput{})
		own := w.owner.WithToken(t, "alpha", service.TokenInput{Role: faas.Viewer, ReadOnly: true})
		ofAdmin := w.admin.WithToken(t, "beta", service.TokenInput{})
		for _, route := range s.Routes {
			if route.Method != http.MethodGet || !protected(route) {
				continue
			}
			rule, _ := faas.RuleOf(route.Right)
			path := w.fill(t, route.Path, w.owner) + "?format=json"
			for name, v := range map[string]*sitetest.Visitor{"other": other, "administrator's other": ofAdmin} {
				want := http.StatusForbidden // pages of an account are for browsers
				if rule.Scope == faas.InProject {
					want = http.StatusNotFound
				}
				for _, a := range []sitetest.Answer{v.Get(t, path), v.Fragment(t, path)} {
					if a.StatusCode != want {
						t.Errorf("the %s project's token gets %s: %d, want %d", name, path, a.StatusCode, want)
					}
				}
			}
			want := rule.Scope == faas.InProject && rule.Tokens && rule.Role <= faas.Viewer
			if a := own.Get(t, path); (a.StatusCode < 400) != want {
				t.Errorf("a viewer's token gets %s (%s): %d", path, route.Right, a.StatusCode)
			}
		}
		if a := own.Get(t, w.alpha.versions()+"/1/package"); a.Text != string(goodZip()) {
			t.Errorf("the download by token: %d, %d bytes", a.StatusCode, len(a.Text))
		}
		if a := own.Get(t, "/projects/alpha/activity/export?format=json"); !strings.Contains(a.Text, w.alpha.function) {
			t.Errorf("the export by token: %d", a.StatusCode)
		}
	})
}

// A token is no way to more: it makes no other, and a person makes none beyond their own role or for longer than offered.
func TestS39NoTokenBeyondOnesOwnRights(t *testing.T) {
	each(t, func(t *testing.T, s *sitetest.Site) {
		w, conn := newWorld(t, s), open(t, s)
		by := w.developer.WithToken(t, "alpha", service.TokenInput{})
		before := texts(t, conn, `SELECT id FROM tokens ORDER BY id`)
		form := url.Values{"name": {"more"}, "role": {"developer"}, "expires": {"1d"}}
		for _, kind := range []string{"/tokens", "/keys"} {
			status(t, by.Post(t, w.alpha.settings()+kind, form), http.StatusForbidden)
			for field, values := range map[string][]string{
				"role": {"lead", "owner", "admin", "none", "", "4", "OWNER", "owner "}, "expires": {"", "0", "11y", "forever", "87601h", "-1d", "1d1d", "999999999d"},
			} {
				for _, value := range values {
					wrongly := url.Values{"name": form["name"], "role": form["role"], "expires": form["expires"]}
					wrongly.Set(field, value)
					if a := w.developer.Post(t, w.alpha.settings()+kind, wrongly); a.StatusCode != http.StatusUnprocessableEntity {
						t.Errorf("%s with %s=%q: %d", kind, field, value, a.StatusCode)
					}
				}
			}
			status(t, w.stranger.Post(t, w.alpha.settings()+kind, form), http.StatusNotFound)
		}
		if after := texts(t, conn, `SELECT id FROM tokens ORDER BY id`); !slices.Equal(before, after) {
			t.Errorf("%d tokens were made", len(after)-len(before))
		}
	})
}

// A token never has more than its person has now, whatever it was made with.
func TestS39ATokenSinksWithItsPerson(t *testing.T) {
	each(t, func(t *testing.T, s *sitetest.Site) {
		w := newWorld(t, s)
		by := w.lead.WithToken(t, "alpha", service.TokenInput{Role: faas.Lead})
		create := func(name string) int {
			return by.Post(t, w.alpha.functions(), url.Values{"name": {name}}).StatusCode
		}
		if code := create("as-lead"); code != http.StatusSeeOther {
			t.Fatalf("a lead's token creates: %d", code)
		}
		s.Join(t, "lena", "alpha", faas.Viewer)
		if code := create("as-viewer"); code != http.StatusForbidden {
			t.Errorf("the token of who is a viewer now creates: %d", code)
		}
		status(t, by.Get(t, w.alpha.functions()), http.StatusOK)
	})
}

// Work that was accepted is done, also when its author is no member any more by then; they no longer see it.
func TestS39WhoLosesTheRightDoesNotSeeTheResult(t *testing.T) {
	o := sitetest.Options{Idle: true}
	eachOf(t, o, func(t *testing.T, s *sitetest.Site) {
		owner, dina := s.Member(t, "olga", "alpha", faas.Owner), s.Member(t, "dina", "alpha", faas.Developer)
		by := dina.WithToken(t, "alpha", service.TokenInput{})
		status(t, dina.Post(t, "/projects/alpha/functions", url.Values{"name": {"greeter"}}), http.StatusSeeOther)
		operation := upload(t, by, "/projects/alpha/functions/greeter/versions", goodVersion(), goodZip())
		status(t, owner.Post(t, "/projects/alpha/settings/members/dina/remove", nil), http.StatusSeeOther)
		s.Work(t)
		if card := finished(t, owner, operation); !strings.Contains(card.Text, `data-state="succeeded"`) {
			t.Errorf("the work that was accepted: %s", card.Text)
		}
		for _, path := range []string{operation, "/projects/alpha/functions/greeter/versions/1", "/projects/alpha/functions/greeter/versions/1/package"} {
			status(t, dina.Get(t, path), http.StatusNotFound)
			status(t, by.Get(t, path), http.StatusUnauthorized)
		}
		if text := owner.Get(t, "/projects/alpha/functions/greeter/versions/1").Text; !strings.Contains(text, "dina") {
			t.Error("the version does not say who made it")
		}
	})
}

var tokenOnPage = regexp.MustCompile(`t1\.[a-z2-7]{16}\.[A-Za-z0-9_-]{43}[0-9a-f]{8}`)

// makeToken makes one by the page and returns what it shows.
func makeToken(t *testing.T, v *sitetest.Visitor, form url.Values) (text string, page sitetest.Answer) {
	t.Helper()
	page = v.Post(t, "/projects/alpha/settings/tokens", form)
	status(t, page, http.StatusOK)
	if text = tokenOnPage.FindString(page.Text); text == "" {
		t.Fatalf("the page shows no token\n%s", mainOf(page))
	}
	return text, page
}

// The life of a token, from the page that shows it once to its end.
func TestS41TheLifeOfAToken(t *testing.T) {
	each(t, func(t *testing.T, s *sitetest.Site) {
		w := newWorld(t, s)
		text, page := makeToken(t, w.developer, url.Values{"name": {"for ci"}, "role": {"developer"}, "expires": {"1d"}})
		if page.Header.Get("Cache-Control") != "no-store" {
			t.Error("the page with the token may be kept")
		}
		id, secret, ok := faas.ParseToken(text)
		if !ok || strings.Count(text, ".") != 2 || !strings.HasPrefix(text, "t1.") {
			t.Fatalf("%s is no token", text)
		}
		w.noTrace(t, secret)
		p := program(t, s, text)
		status(t, p.Get(t, w.alpha.functions()), http.StatusOK)

		list := html.UnescapeString(w.developer.Get(t, "/projects/alpha/settings/tokens").Text)
		if !strings.Contains(list, text[len(text)-4:]) || !strings.Contains(list, "for ci") || !regexp.MustCompile(`data-th="used">\s*<time`).MatchString(list) {
			t.Errorf("the list lacks name, last four characters or last use:\n%s", list)
		}
		if strings.Contains(list, secret[:12]) {
			t.Error("the list shows the secret")
		}

		// Another character anywhere opens nothing.
		for i := range len(text) {
			other := text[:i] + map[bool]string{true: "b", false: "a"}[text[i] == 'a'] + text[i+1:]
			if a := program(t, s, other).Get(t, w.alpha.functions()); a.StatusCode != http.StatusUnauthorized {
				t.Errorf("character %d changed: %d", i, a.StatusCode)
			}
		}
		for _, other := range []string{"", text[:len(text)-1], text + "0", "t2" + text[2:], strings.ToUpper(text), id, secret, string(faas.TokenText(id, strings.Repeat("A", 43))), string(faas.TokenText("aaaaaaaaaaaaaaaa", secret))} {
			status(t, program(t, s, other).Do(t, withHeader(s.Nobody(t).Request(t, http.MethodGet, w.alpha.functions(), nil), "Authorization", "Bearer "+other)), http.StatusUnauthorized)
		}

		status(t, w.developer.Post(t, "/projects/alpha/settings/tokens/"+id+"/revoke", nil), http.StatusSeeOther)
		a := p.Get(t, w.alpha.functions())
		if status(t, a, http.StatusUnauthorized); a.Header.Get("WWW-Authenticate") == "" {
			t.Error("401 without WWW-Authenticate")
		}
	})
}

func TestS41ATokenExpiresByTheServersClock(t *testing.T) {
	each(t, func(t *testing.T, s *sitetest.Site) {
		w := newWorld(t, s)
		text, _ := makeToken(t, w.developer, url.Values{"name": {"for a day"}, "role": {"viewer"}, "expires": {"1d"}})
		p := program(t, s, text)
		s.Clock.Pass(24*time.Hour - time.Minute)
		status(t, p.Get(t, w.alpha.functions()), http.StatusOK)
		s.Clock.Pass(2 * time.Minute)
		status(t, p.Get(t, w.alpha.functions()), http.StatusUnauthorized)
	})
}

// A token in an address opens nothing, and stands in no log; neither does one that was sent in any other wrong way.
func TestS41ATokenInAnAddressIsRefused(t *testing.T) {
	each(t, func(t *testing.T, s *sitetest.Site) {
		w := newWorld(t, s)
		text, _ := makeToken(t, w.developer, url.Values{"name": {"to be lost"}, "role": {"viewer"}, "expires": {"1d"}})
		_, secret, _ := faas.ParseToken(text)
		for _, v := range []*sitetest.Visitor{w.Nobody(t), w.developer, program(t, s, text)} {
			for _, query := range []string{"?access_token=" + text, "?token=" + text, "?q=" + text, "?a=1&access_token=x", "?" + text, "?x=" + url.QueryEscape(text[:2]) + "%2e" + text[3:]} {
				status(t, v.Get(t, w.alpha.functions()+query), http.StatusUnauthorized)
			}
		}
		for _, path := range []string{"/projects/" + text + "/functions", w.alpha.functions() + "/" + text, "/" + text, "/operations/" + text, w.alpha.functions() + "/" + w.alpha.function + "/tags/" + text + "/remove"} {
			w.Nobody(t).Get(t, path)
			w.viewer.Get(t, path)
			w.viewer.Post(t, path, nil)
		}
		r := w.Nobody(t).Request(t, http.MethodGet, w.alpha.functions(), nil)
		r.SetBasicAuth(text, text)
		if a := w.Nobody(t).Do(t, r); !signedOut(a) {
			t.Errorf("as a name and password: %d", a.StatusCode)
		}
		w.noTrace(t, secret)
	})
}

// Two different tokens are no choice of ours, and beside a token a cookie counts for nothing.
func TestS38ATokenBesideACookieIsAllThatCounts(t *testing.T) {
	each(t, func(t *testing.T, s *sitetest.Site) {
		w := newWorld(t, s)
		narrow := w.viewer.WithToken(t, "alpha", service.TokenInput{})
		for _, token := range []string{string(narrow.Token), "t1.nonsense", ""} {
			r := w.owner.Form(t, w.alpha.functions(), url.Values{"name": {"by-both"}})
			r.Header.Set("Authorization", "Bearer "+token)
			if a := w.owner.Do(t, r); a.StatusCode != http.StatusForbidden && a.StatusCode != http.StatusUnauthorized {
				t.Errorf("an owner's cookie beside the token %q: %d", token, a.StatusCode)
			}
		}
		r := w.owner.Request(t, http.MethodGet, w.alpha.functions(), nil)
		r.Header.Set("Authorization", "Bearer "+string(narrow.Token))
		r.Header.Set("X-Auth-Token", string(w.owner.WithToken(t, "alpha", service.TokenInput{}).Token))
		status(t, w.Nobody(t).Do(t, r), http.StatusBadRequest)
	})
}
