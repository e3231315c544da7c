package e2e

import (
	"net/http"
	"strings"
	"testing"

	"verso/tests/program"
)

const wrongNameOrPassword = "Name or password is wrong."

// Signing in through the form: one sentence whatever was wrong, the name kept, the password not, and then the page that
// was asked for.
func TestSignIn(t *testing.T) {
	EachWay(t, func(t *testing.T, database string, look Look) {
		s := Start(t, Options{Database: database})
		p := NewPage(t, look)
		p.Expect(http.StatusUnauthorized)
		asked := s.functions() + "?q=invoice&runtime=nodejs22"
		p.Open(asked)
		p.WaitText("h1", "Sign in")
		for name, password := range map[string]string{program.Owner: "plumbago tent seven", "nobody": program.Password} {
			before := p.Refusals()
			p.signInAs(name, password)
			p.Until("the server has refused", func() bool { return p.Refusals() > before })
			p.WaitText("#problems", wrongNameOrPassword)
			p.hasForgotten("#password", name)
		}
		p.signInAs(program.Owner, program.Password)
		p.WaitUntil("the page that was asked for", `location.href === `+quoted(asked))
		p.WaitText(".who summary", program.Owner)

		p.Open(s.functions() + "/new") // and the session ends while a form is open
		p.Fill("#name", "too-late")
		p.forgetCookies()
		p.submit()
		p.WaitText("h1", "Sign in")
		p.signInAs(program.Owner, program.Password)
		p.WaitUntil("the form again", `location.pathname.endsWith('/functions/new')`)
		p.Open(s.URL + "/login?next=/settings/account") // who is signed in already is led on
		p.WaitUntil("the account", `location.pathname === '/settings/account'`)
	})
}

// An address that leads elsewhere is no way on from signing in.
func TestS34SignInLeadsNowhereElse(t *testing.T) {
	s := Start(t, Options{})
	for _, next := range []string{
		"https://evil.example/", "//evil.example", `/\evil.example`, "/%2f/evil.example", "javascript:window.canary=1", "/..//evil.example",
		"https:evil.example", "/login?next=//evil.example", "\t//evil.example",
	} {
		p := NewPage(t, Look{})
		p.Open(s.URL + "/login?next=" + escaped(next))
		p.signInAs(program.Owner, program.Password)
		p.WaitText(".who summary", program.Owner)
		if at := p.URL(); !strings.HasPrefix(at, s.URL+"/") || Eval[bool](p, `'canary' in window`) {
			t.Errorf("next=%q leads to %s", next, at)
		}
	}
}

// After signing out nothing of what was seen comes back: not with the browser's Back, and not from anything that it
// keeps. Another browser of the same person stays signed in.
func TestS20SignOutThenBack(t *testing.T) {
	EachWay(t, func(t *testing.T, database string, look Look) {
		s := Start(t, Options{Database: database})
		other := s.Page(t, look)
		p := s.Page(t, look)
		p.makeFunction(s, "top-secret-name")
		p.Open(s.function("top-secret-name"))
		p.Open(s.functions())
		p.WaitText("main", "top-secret-name")
		p.keepsNothing("before signing out")
		p.signOut()
		p.WaitText("h1", "Sign in")
		p.keepsNothing("after signing out")
		for range 2 {
			p.Back()
			p.WaitText("h1", "Sign in")
			if shown := Eval[string](p, `document.documentElement.outerHTML.replace(/next=[^"]*|value="[^"]*"/g, '')`); strings.Contains(shown, "top-secret-name") {
				t.Errorf("Back shows %s", shown)
			}
		}
		if got := p.request(http.MethodGet, s.function("top-secret-name")); got.StatusCode != http.StatusSeeOther || got.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("the page is answered %s, Cache-Control %q", got.Status, got.Header.Get("Cache-Control"))
		}
		other.Open(s.function("top-secret-name"))
		other.WaitText("h1", "top-secret-name")
	})
}

// signInAs sends the form of the login page.
func (p *Page) signInAs(name, password string) {
	p.t.Helper()
	p.Fill("#name", name)
	p.Fill("#password", password)
	p.Click("main form button.first")
}

// signOut uses the menu of the person.
func (p *Page) signOut() {
	p.t.Helper()
	p.Click(".who summary")
	p.Click(".who form button")
}

// keepsNothing wants nothing of ours in the places where scripts keep things, and no cookie that a script can read.
func (p *Page) keepsNothing(when string) {
	p.t.Helper()
	kept := Eval[[]string](p, `(async () => [
		...Object.keys(localStorage).map((k) => 'local ' + k), ...Object.keys(sessionStorage).map((k) => 'session ' + k),
		...(await caches.keys()).map((k) => 'cache ' + k), ...(await indexedDB.databases()).map((d) => 'database ' + d.name),
		...document.cookie ? ['cookie ' + document.cookie] : [],
		...JSON.stringify(history.state ?? {}).length > 40 ? ['history ' + JSON.stringify(history.state)] : [],
	])()`)
	if len(kept) > 0 {
		p.t.Errorf("%s the browser keeps %q", when, kept)
	}
}
