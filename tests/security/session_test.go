package security_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"verso/faas"
	"verso/handlers/sitetest"
	"verso/service"
)

// Over TLS the cookie is bound to this very host and never travels in clear.
func TestS11TheCookieOfASignIn(t *testing.T) {
	for base, want := range map[string]string{
		"https://verso.example": "__Host-verso=VALUE; Path=/; Max-Age=604800; HttpOnly; Secure; SameSite=Lax",
		"http://127.0.0.1:8080": "verso=VALUE; Path=/; Max-Age=604800; HttpOnly; SameSite=Lax",
	} {
		s := sitetest.New(t, sitetest.Options{BaseURL: base, Idle: true})
		s.AddPerson(t, "alice", false)
		a := s.Nobody(t).SignIn(t, "alice", string(sitetest.Password))
		status(t, a, http.StatusSeeOther)
		set := a.Header.Values("Set-Cookie")
		if len(set) != 1 || len(a.Cookies()) != 1 || len(a.Cookies()[0].Value) != 43 {
			t.Fatalf("%s sets %q", base, set)
		}
		if got := strings.Replace(set[0], a.Cookies()[0].Value, "VALUE", 1); withoutExpires(got) != want {
			t.Errorf("%s sets %s, want %s", base, got, want)
		}
	}
}

func withoutExpires(cookie string) string {
	var parts []string
	for part := range strings.SplitSeq(cookie, "; ") {
		if !strings.HasPrefix(part, "Expires=") {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, "; ")
}

// A value that somebody planted before the sign-in never opens anything: neither it nor one that we did not issue is
// taken over.
func TestS12APlantedCookieStaysNobodys(t *testing.T) {
	each(t, func(t *testing.T, s *sitetest.Site) {
		s.AddPerson(t, "alice", false)
		ended := s.Member(t, "mallory", "alpha", faas.Viewer)
		old := ended.Cookie(t)
		status(t, ended.Post(t, "/logout", nil), http.StatusSeeOther)
		for name, planted := range map[string]string{
			"one that was ours":      old,
			"one of the same length": strings.Repeat("A", 43),
			"a word":                 "session",
		} {
			v := withCookie(t, s, planted)
			if a := v.Get(t, "/settings/account"); !signedOut(a) {
				t.Errorf("%s opens: %d", name, a.StatusCode)
			}
			signsIn(t, v, "alice")
			if v.Cookie(t) == planted {
				t.Errorf("%s was taken over at the sign-in", name)
			}
			status(t, v.Get(t, "/settings/account"), http.StatusOK)
			if a := withCookie(t, s, planted).Get(t, "/settings/account"); !signedOut(a) {
				t.Errorf("%s opens after the sign-in: %d", name, a.StatusCode)
			}
		}
	})
}

// Signing in again in the same browser ends what was there, also as somebody else.
func TestS12SigningInAgainChangesTheCookie(t *testing.T) {
	each(t, func(t *testing.T, s *sitetest.Site) {
		v := s.Member(t, "alice", "alpha", faas.Viewer)
		s.AddPerson(t, "bob", false)
		for _, name := range []string{"alice", "bob"} {
			before := v.Cookie(t)
			signsIn(t, v, name)
			if a := withCookie(t, s, before).Get(t, "/settings/account"); v.Cookie(t) == before || !signedOut(a) {
				t.Errorf("signing in as %s leaves the old cookie open", name)
			}
		}
		if rows := texts(t, open(t, s), `SELECT * FROM sessions`); len(rows) != 1 {
			t.Errorf("sessions are %q", rows)
		}
	})
}

func TestS13AReplayedCookieIsNobodysAfterSigningOut(t *testing.T) {
	each(t, func(t *testing.T, s *sitetest.Site) {
		v := s.Member(t, "alice", "alpha", faas.Owner)
		other := s.SignedIn(t, v.Person)
		value := v.Cookie(t)
		a := v.Post(t, "/logout", nil)
		status(t, a, http.StatusSeeOther)
		if got := a.Header.Get("Clear-Site-Data"); !strings.Contains(got, `"cache"`) || !strings.Contains(got, `"storage"`) {
			t.Errorf("Clear-Site-Data is %q", got)
		}
		if v.Cookie(t) != "" {
			t.Error("the browser keeps its cookie")
		}
		replay := withCookie(t, s, value)
		for _, path := range []string{"/projects/alpha/functions", "/settings/account", "/"} {
			if a := replay.Get(t, path); !signedOut(a) {
				t.Errorf("%s: %d", path, a.StatusCode)
			}
		}
		status(t, replay.Fragment(t, "/projects/alpha/functions"), http.StatusUnauthorized)
		if a := replay.Post(t, "/projects/alpha/functions", url.Values{"name": {"replayed"}}); !signedOut(a) {
			t.Errorf("a form: %d", a.StatusCode)
		}
		status(t, other.Get(t, "/projects/alpha/functions"), http.StatusOK)
	})
}

// comers are the ways in which one person comes.
type comers map[string]*sitetest.Visitor

func comersOf(t *testing.T, s *sitetest.Site, v *sitetest.Visitor) comers {
	t.Helper()
	return comers{"session": v, "token": v.WithToken(t, "alpha", service.TokenInput{}), "reading token": v.WithToken(t, "alpha", service.TokenInput{ReadOnly: true})}
}

// refused checks that each way is refused on pages, parts that poll, downloads and forms.
func (c comers) refused(t *testing.T, w *world, when string, want func(sitetest.Answer) bool) {
	t.Helper()
	for way, v := range c {
		for _, a := range []sitetest.Answer{
			v.Get(t, w.alpha.functions()), v.Fragment(t, "/operations/"+w.alpha.operation), v.Get(t, w.alpha.versions()+"/1/package"),
			v.Post(t, w.alpha.functions(), url.Values{"name": {"after-all"}}),
		} {
			if !want(a) {
				t.Errorf("%s, by %s: %s %s: %d", when, way, a.Request.Method, a.Request.URL.Path, a.StatusCode)
			}
		}
	}
}

// The next request is refused: nothing waits for a session to end. (Nothing streams yet; what polls asks anew each time.
// People are never deleted, only disabled: what they did keeps their name.)
func TestS14WhoIsDisabledIsOutAtOnce(t *testing.T) {
	each(t, func(t *testing.T, s *sitetest.Site) {
		w := newWorld(t, s)
		ways := comersOf(t, s, w.developer)
		status(t, w.developer.Fragment(t, "/operations/"+w.alpha.operation), http.StatusOK)
		status(t, w.admin.Post(t, "/settings/people/dina/disable", nil), http.StatusSeeOther)
		ways.refused(t, w, "disabled", signedOut)
		refusedWrong(t, at(t, s, home).SignIn(t, "dina", string(sitetest.Password)))
		if rows := texts(t, open(t, s), `SELECT id FROM sessions WHERE person_id = '`+w.developer.Person.ID+`'`); len(rows) != 0 {
			t.Errorf("sessions are left: %q", rows)
		}
		status(t, w.admin.Post(t, "/settings/people/dina/enable", nil), http.StatusSeeOther)
		if a := w.developer.Get(t, "/settings/account"); !signedOut(a) {
			t.Errorf("the session from before is open again: %d", a.StatusCode)
		}
		status(t, ways["token"].Get(t, w.alpha.functions()), http.StatusOK) // as documented: it was never revoked
	})
}

func TestS14ARoleTakenAwayIsGoneAtOnce(t *testing.T) {
	each(t, func(t *testing.T, s *sitetest.Site) {
		w := newWorld(t, s)
		ways := comersOf(t, s, w.developer)
		members := w.alpha.settings() + "/members/dina"
		status(t, w.owner.Post(t, members+"/role", url.Values{"role": {"viewer"}}), http.StatusSeeOther)
		for way, v := range ways {
			status(t, v.Get(t, w.alpha.functions()), http.StatusOK)
			if a := v.Post(t, w.alpha.functions(), url.Values{"name": {"after-all"}}); a.StatusCode != http.StatusForbidden {
				t.Errorf("a viewer by %s creates: %d", way, a.StatusCode)
			}
		}
		status(t, w.owner.Post(t, members+"/remove", nil), http.StatusSeeOther)
		ways.refused(t, w, "removed", func(a sitetest.Answer) bool {
			if a.Request.Header.Get("Authorization") != "" {
				return a.StatusCode == http.StatusUnauthorized // the tokens have ended
			}
			return a.StatusCode == http.StatusNotFound
		})
		status(t, w.developer.Get(t, "/settings/account"), http.StatusOK) // still somebody, only not there
		if text := w.developer.Get(t, "/projects").Text; strings.Contains(text, "alpha") {
			t.Error("the list of projects still names the project")
		}
		status(t, w.owner.Post(t, w.alpha.settings()+"/members", url.Values{"person": {"dina"}, "role": {"developer"}}), http.StatusSeeOther)
		for way, v := range ways {
			want := http.StatusOK
			if v.Token != "" {
				want = http.StatusUnauthorized // what was closed stays so
			}
			if a := v.Get(t, w.alpha.functions()); a.StatusCode != want {
				t.Errorf("back again by %s: %d, want %d", way, a.StatusCode, want)
			}
		}
	})
}

// A password that an administrator sets, and sessions that they end, count at once too.
func TestS14WhatAnAdministratorEndsIsOver(t *testing.T) {
	each(t, func(t *testing.T, s *sitetest.Site) {
		w := newWorld(t, s)
		status(t, w.admin.Post(t, "/settings/people/vera/sessions/end", nil), http.StatusSeeOther)
		status(t, w.admin.Post(t, "/settings/people/lena/password", url.Values{"password": {"twelve dozen plums"}}), http.StatusSeeOther)
		for _, v := range []*sitetest.Visitor{w.viewer, w.lead} {
			if a := v.Get(t, w.alpha.functions()); !signedOut(a) {
				t.Errorf("%s: %d", v.Name, a.StatusCode)
			}
		}
		status(t, w.developer.Get(t, w.alpha.functions()), http.StatusOK)
	})
}

// The server ends a session, whatever the browser thinks of its cookie: half a day without a request, a week in all.
func TestS15SessionsEndByTheServersClock(t *testing.T) {
	each(t, func(t *testing.T, s *sitetest.Site) {
		idle, busy := s.Member(t, "alice", "alpha", faas.Viewer), s.Member(t, "bob", "alpha", faas.Viewer)
		const step = 11*time.Hour + 59*time.Minute
		s.Clock.Pass(step)
		status(t, busy.Get(t, "/settings/account"), http.StatusOK)
		s.Clock.Pass(2 * time.Minute)
		if a := idle.Get(t, "/settings/account"); !signedOut(a) {
			t.Errorf("after 12 hours without a request: %d", a.StatusCode)
		}
		for passed := step + 2*time.Minute; passed+step < faas.SessionLife; passed += step {
			status(t, busy.Get(t, "/settings/account"), http.StatusOK)
			s.Clock.Pass(step)
		}
		status(t, busy.Get(t, "/settings/account"), http.StatusOK)
		s.Clock.Pass(step)
		if a := busy.Get(t, "/settings/account"); !signedOut(a) || busy.Cookie(t) == "" {
			t.Errorf("after a week of work: %d, cookie %q", a.StatusCode, busy.Cookie(t))
		}
	})
}

// What stands in the tables opens nothing.
func TestS16TheTablesHoldNothingThatSignsIn(t *testing.T) {
	each(t, func(t *testing.T, s *sitetest.Site) {
		v := s.Member(t, "alice", "alpha", faas.Owner)
		program := v.WithToken(t, "alpha", service.TokenInput{})
		cookie, token := v.Cookie(t), string(program.Token)
		id, secret, ok := faas.ParseToken(token)
		if !ok {
			t.Fatal("the token is none")
		}
		for name, text := range map[string]string{"cookie": cookie, "secret of the token": secret} {
			if bits, err := base64.RawURLEncoding.DecodeString(text); err != nil || len(bits) != 32 {
				t.Errorf("the %s has %d bytes, %v", name, len(bits), err)
			}
		}
		conn := open(t, s)
		var everything strings.Builder
		for table, rows := range snapshot(t, s, conn) {
			everything.WriteString(table + " " + strings.Join(rows, "\n") + "\n")
		}
		all := everything.String()
		if found := anyOf(all, cookie, cookie[:20], secret, secret[:20], token, string(sitetest.Password)); found != "" {
			t.Errorf("the tables hold %q", found)
		}
		cookieHash, secretHash := hashOf(cookie), hashOf(secret)
		if !strings.Contains(all, cookieHash) || !strings.Contains(all, secretHash) {
			t.Error("the hashes are not there: the test looks for the wrong thing")
		}

		sessions := texts(t, conn, `SELECT id FROM sessions`)
		for _, stolen := range append(sessions, cookieHash, cookieHash[:43], secretHash) {
			if a := withCookie(t, s, stolen).Get(t, "/settings/account"); !signedOut(a) {
				t.Errorf("the cookie %s opens: %d", stolen, a.StatusCode)
			}
		}
		for _, stolen := range []string{secretHash, secretHash[:43], cookieHash[:43]} {
			forged := s.Nobody(t)
			forged.Token = faas.TokenText(id, stolen)
			status(t, forged.Get(t, "/projects/alpha/functions"), http.StatusUnauthorized)
		}
	})
}

func hashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// One's sessions are listed with time, address and browser; each can be ended, and so can all others.
func TestS19SessionsAreListedAndEnded(t *testing.T) {
	each(t, func(t *testing.T, s *sitetest.Site) {
		s.AddPerson(t, "alice", false)
		admin := s.Admin(t, "adam")
		mine, lost, third := at(t, s, home), at(t, s, lair), at(t, s, "2001:db8::7")
		for _, v := range []*sitetest.Visitor{mine, lost, third} {
			r := v.Form(t, "/login", url.Values{"name": {"alice"}, "password": {string(sitetest.Password)}})
			r.Header.Set("User-Agent", "Browser of "+v.Address+" <script>")
			status(t, v.Do(t, r), http.StatusSeeOther)
		}
		for who, path := range map[*sitetest.Visitor]string{mine: "/settings/sessions", admin: "/settings/people/alice"} {
			text := who.Get(t, path).Text
			for _, v := range []*sitetest.Visitor{mine, lost, third} {
				if !strings.Contains(text, v.Address) || !strings.Contains(text, "Browser of "+v.Address+" &lt;script&gt;") {
					t.Errorf("%s lacks the session from %s", path, v.Address)
				}
			}
			if strings.Contains(text, mine.Cookie(t)) || strings.Contains(text, hashOf(mine.Cookie(t))) {
				t.Errorf("%s shows what opens the session", path)
			}
			if !strings.Contains(text, "<time datetime=") {
				t.Errorf("%s shows no times", path)
			}
		}
		id := texts(t, open(t, s), `SELECT id FROM sessions WHERE address = '`+lair+`'`)[0]
		status(t, admin.Post(t, "/settings/sessions/"+id+"/end", nil), http.StatusNotFound) // somebody else's, even for them
		status(t, lost.Get(t, "/settings/account"), http.StatusOK)
		status(t, mine.Post(t, "/settings/sessions/"+id+"/end", nil), http.StatusSeeOther)
		if a := lost.Get(t, "/settings/account"); !signedOut(a) {
			t.Errorf("the ended one: %d", a.StatusCode)
		}
		status(t, mine.Post(t, "/settings/sessions/end-others", nil), http.StatusSeeOther)
		if a := third.Get(t, "/settings/account"); !signedOut(a) {
			t.Errorf("the third one: %d", a.StatusCode)
		}
		status(t, mine.Get(t, "/settings/account"), http.StatusOK)
		status(t, admin.Post(t, "/settings/people/alice/sessions/end", nil), http.StatusSeeOther)
		if a := mine.Get(t, "/settings/account"); !signedOut(a) {
			t.Errorf("after the administrator: %d", a.StatusCode)
		}
	})
}
