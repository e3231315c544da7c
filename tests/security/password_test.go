package security_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"verso/faas"
	"verso/handlers/sitetest"
	"verso/service"
)

// addPerson adds somebody by the administrators' form.
func addPerson(t *testing.T, admin *sitetest.Visitor, name, password string) sitetest.Answer {
	t.Helper()
	return admin.Post(t, "/settings/people", url.Values{"name": {name}, "password": {password}})
}

// Every byte of a password counts, whatever it is made of; only the exact one opens.
func TestS07OnlyTheExactPasswordOpens(t *testing.T) {
	each(t, func(t *testing.T, s *sitetest.Site) {
		admin := s.Admin(t, "adam")
		first72 := strings.Repeat("seventy-two ", 6)
		for name, p := range map[string]struct{ right, near string }{
			"beyond-72-bytes": {first72 + "one", first72 + "two"},
			"of-64":           {strings.Repeat("plum bago tent6 ", 4), strings.Repeat("plum bago tent6 ", 4)[:63]},
			"of-256":          {strings.Repeat("plum bago tent6 ", 16), strings.Repeat("plum bago tent6 ", 15) + "plum bago tent7 "},
			"with-spaces":     {"  plum  bago  tent  ", "plum  bago  tent"},
			"in-case":         {"PlumBagoTentSix", "plumbagotentsix"},
			"cyrillic":        {"шесть палаток в лесу", "шесть палаток в лесy"},
			"emoji":           {"🦊🦊🦊🦊🌲🌲🌲🌲⛺⛺⛺⛺", "🦊🦊🦊🦊🌲🌲🌲🌲⛺⛺⛺"},
			"composed":        {"re\u0301sume\u0301 of a plum", "r\u00e9sum\u00e9 of a plum"},
			"with-a-nul":      {"plum bago\x00tent six", "plum bago"},
		} {
			status(t, addPerson(t, admin, name, p.right), http.StatusSeeOther)
			refusedWrong(t, at(t, s, home).SignIn(t, name, p.near))
			status(t, at(t, s, home).SignIn(t, name, p.right), http.StatusSeeOther)
		}
	})
}

func TestS07PasswordsAreStoredAsArgon2idWithASaltEach(t *testing.T) {
	each(t, func(t *testing.T, s *sitetest.Site) {
		admin := s.Admin(t, "adam")
		for _, name := range []string{"alice", "bob"} {
			status(t, addPerson(t, admin, name, string(sitetest.Password)), http.StatusSeeOther)
		}
		stored := texts(t, open(t, s), `SELECT password FROM people WHERE NOT admin`)
		form := regexp.MustCompile(`^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$`)
		for _, hash := range stored {
			if !form.MatchString(hash) {
				t.Errorf("stored is %s", hash)
			}
		}
		if len(stored) != 2 || stored[0] == stored[1] || strings.Split(stored[0], "$")[4] == strings.Split(stored[1], "$")[4] {
			t.Errorf("one password of two people is stored as %q", stored)
		}
	})
}

// The rules are length and being unknown to those who guess. What somebody composes is theirs.
func TestS09TheFormTakesAnyLongPasswordThatNobodyWouldGuess(t *testing.T) {
	each(t, func(t *testing.T, s *sitetest.Site) {
		admin := s.Admin(t, "adam")
		for _, bad := range []string{
			"", "sevench", "elevenchars", "шестнадцать"[:22], "password1234", "Password123!", "passwordpassword", "123456789012", "qwertyuiop123",
			"qwertyqwerty", "letmeinletmein", "iloveyou1234", "aaaaaaaaaaaa", "abcabcabcabc", "abcdefghijkl", "1q2w3e4r5t6y", "zxcvbnmasdfgh",
			"versoversoverso", "Verso2026!!!!", "bea-bea-bea-1", "admin1234567", "welcome12345", "dragonmonkey", "changeme1234", "correct horse battery staple", "p@ssw0rd1234",
			strings.Repeat("long words ", 100), "plum bago \xff\xfe tent",
		} {
			a := addPerson(t, admin, "bea-bea", bad)
			if a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.Text, "problem-password") {
				t.Errorf("%q: %d\n%s", bad, a.StatusCode, mainOf(a))
			}
			if len(bad) > 6 && strings.Contains(a.Text, bad) {
				t.Errorf("the answer repeats %q", bad)
			}
		}
		for i, good := range []string{"twelve dozen", "onlylowercaseok", "ONLY CAPITALS HERE", "4815 1623 4200 9", "purple lamp under six ladders"} {
			status(t, addPerson(t, admin, "good-"+string(rune('a'+i)), good), http.StatusSeeOther)
		}
		field := regexp.MustCompile(`<input[^>]*name="password"[^>]*>`).FindString(admin.Get(t, "/settings/people").Text)
		if field == "" || strings.Contains(field, "maxlength") || strings.Contains(field, "pattern") || !strings.Contains(field, `autocomplete="new-password"`) {
			t.Errorf("password managers meet %s", field)
		}
	})
}

// Changing a password takes the old one, ends every other session, and gives this one another cookie. Tokens go on, and
// are ended one by one.
func TestS10AChangedPasswordEndsOtherSessions(t *testing.T) {
	each(t, func(t *testing.T, s *sitetest.Site) {
		here := s.Member(t, "alice", "alpha", faas.Owner)
		elsewhere := s.SignedIn(t, here.Person)
		program := here.WithToken(t, "alpha", service.TokenInput{})
		const next = "twelve dozen plums"
		for _, old := range []url.Values{{}, {"old": {""}}, {"old": {wrong}}, {"old": {next}}} {
			old.Set("password", next)
			a := here.Post(t, "/settings/account", old)
			if a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.Text, "problem-old") {
				t.Errorf("with %v: %d\n%s", old["old"], a.StatusCode, mainOf(a))
			}
		}
		status(t, elsewhere.Get(t, "/settings/account"), http.StatusOK)
		status(t, at(t, s, home).SignIn(t, "alice", string(sitetest.Password)), http.StatusSeeOther)

		before := here.Cookie(t)
		status(t, here.Post(t, "/settings/account", url.Values{"old": {string(sitetest.Password)}, "password": {next}}), http.StatusOK)
		if here.Cookie(t) == before || here.Cookie(t) == "" {
			t.Error("the cookie is the same as before")
		}
		status(t, here.Get(t, "/settings/account"), http.StatusOK)
		for name, v := range map[string]*sitetest.Visitor{"another session": elsewhere, "the cookie from before": withCookie(t, s, before)} {
			if a := v.Get(t, "/settings/account"); !signedOut(a) {
				t.Errorf("%s: %d", name, a.StatusCode)
			}
		}
		refusedWrong(t, at(t, s, home).SignIn(t, "alice", string(sitetest.Password)))
		status(t, at(t, s, home).SignIn(t, "alice", next), http.StatusSeeOther)

		status(t, program.Get(t, "/projects/alpha/functions"), http.StatusOK)
		revokeAll(t, s, here)
		status(t, program.Get(t, "/projects/alpha/functions"), http.StatusUnauthorized)
	})
}

// The old password cannot be guessed through the form either: its attempts are those of signing in.
func TestS10GuessingTheOldPasswordIsLimited(t *testing.T) {
	each(t, func(t *testing.T, s *sitetest.Site) {
		v := s.Member(t, "alice", "alpha", faas.Owner)
		v.Address = lair
		form := url.Values{"old": {wrong}, "password": {"twelve dozen plums"}}
		for range 10 {
			status(t, v.Post(t, "/settings/account", form), http.StatusUnprocessableEntity)
		}
		mustWait(t, v.Post(t, "/settings/account", form))
		form.Set("old", string(sitetest.Password))
		mustWait(t, v.Post(t, "/settings/account", form))
	})
}

func withCookie(t *testing.T, s *sitetest.Site, value string) *sitetest.Visitor {
	t.Helper()
	v := s.Nobody(t)
	v.SetCookie(t, value)
	return v
}

// revokeAll revokes every token of somebody's in alpha by their page.
func revokeAll(t *testing.T, s *sitetest.Site, v *sitetest.Visitor) {
	t.Helper()
	revoke := regexp.MustCompile(`action="(/projects/alpha/settings/tokens/[a-z2-7]{16}/revoke)"`)
	found := revoke.FindAllStringSubmatch(v.Get(t, "/projects/alpha/settings/tokens").Text, -1)
	if len(found) == 0 {
		t.Fatal("the page offers to revoke nothing")
	}
	for _, m := range found {
		status(t, v.Post(t, m[1], nil), http.StatusSeeOther)
	}
}
