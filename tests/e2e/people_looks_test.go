package e2e

import (
	"net/http"
	"testing"

	"verso/tests/program"
)

// The pages of people, projects, tokens and the record, and the states that a flow does not look at on its way: no
// violation, no sideways scroll, in four looks.
func TestLooksOfPeople(t *testing.T) {
	s := Start(t, Options{Fresh: true})
	p := NewPage(t, Look{})
	p.Expect(http.StatusUnprocessableEntity, http.StatusNotFound, http.StatusUnauthorized, http.StatusForbidden, http.StatusConflict)
	p.lookAtEntry(s)
	s.furnish(t)
	s.AddMember("vic", "viewer")
	p.lookAtAccounts(s)
	p.lookAtProject(s)
	p.lookAtSecrets(s)
	p.lookAtRefusals(s)
}

// lookAtEntry ends with the owner signed in.
func (p *Page) lookAtEntry(s *Server) {
	p.t.Helper()
	p.Open(s.URL + "/login")
	p.CheckLooks("login-nobody")
	p.Open(s.Link)
	p.CheckLooks("setup")
	p.Fill("#name", program.Owner)
	p.Fill("#password", "short")
	p.sendRefused()
	p.CheckLooks("setup-wrong")
	p.Fill("#password", program.Password)
	p.submit()
	p.WaitText(".who summary", program.Owner)
	p.Open(s.functions())
	p.Click(".who summary")
	p.CheckLooks("person-menu")
	p.Click(".who form button")
	p.WaitText("h1", "Sign in")
	p.CheckLooks("login")
	p.signInAs(program.Owner, "plumbago tent seven")
	p.WaitText("#problems", wrongNameOrPassword)
	p.CheckLooks("login-wrong")
	p.Fill("#password", program.Password)
	p.Click("main form button.first")
	p.WaitText(".who summary", program.Owner)
}

func (p *Page) lookAtAccounts(s *Server) {
	p.t.Helper()
	s.PageOf(p.t, Look{Dark: true}, program.Owner) // another session
	for _, page := range []struct{ name, path string }{
		{"account", "/settings/account"},
		{"sessions", "/settings/sessions"},
		{"people", "/settings/people"},
		{"person", "/settings/people/mia"},
		{"activity-installation", "/settings/activity"},
		{"projects", "/projects"},
	} {
		p.Open(s.URL + page.path)
		p.CheckLooks(page.name)
	}
	p.Open(s.URL + "/settings/people/vic")
	p.Click("button.danger")
	p.WaitText("main", "Let vic in again")
	p.CheckLooks("person-disabled")
	p.Click("form[action$=enable] button")
	p.WaitText("main", "Keep vic out")
}

func (p *Page) lookAtProject(s *Server) {
	p.t.Helper()
	project := s.URL + "/projects/default"
	for _, page := range []struct{ name, path string }{
		{"members", "/settings/members"},
		{"member-remove", "/settings/members/mia/remove"},
		{"tags", "/settings/tags"},
		{"activity", "/activity"},
		{"activity-filtered", "/activity?kind=create&who=owner"},
		{"activity-nothing", "/activity?who=nobody"},
		{"activity-wrong", "/activity?fn=none"},
		{"keys-empty", "/settings/keys"},
		{"tokens-all", "/settings/tokens?all=1"},
	} {
		p.Open(project + page.path)
		p.CheckLooks(page.name)
	}
	p.Open(project + "/settings/members")
	p.Fill("#person", "nobody")
	p.sendRefused()
	p.CheckLooks("members-wrong")
}

// lookAtSecrets looks at what is shown once.
func (p *Page) lookAtSecrets(s *Server) {
	p.t.Helper()
	for _, kind := range []string{"tokens", "keys"} {
		p.Open(s.URL + "/projects/default/settings/" + kind)
		p.Fill("#name", "a program with a name that is long enough to be broken on a telephone")
		p.submit()
		p.WaitFor("code.once")
		p.CheckLooks(kind + "-made")
		p.Click("main .row-acts a")
		p.WaitFor("table.tokens")
		p.Eval(`document.querySelector('details.sure').open = true`)
		p.CheckLooks(kind)
	}
	reveal := s.function("first") + "/versions/1/environment/TAX_TOKEN/reveal"
	p.Open(reveal)
	p.CheckLooks("reveal")
	p.Fill("#password", "plumbago tent seven")
	p.Click("main form button.first")
	p.WaitText("#problem-password", "wrong")
	p.CheckLooks("reveal-wrong")
	p.Fill("#password", program.Password)
	p.Click("main form button.first")
	p.WaitFor("main pre")
	p.CheckLooks("reveal-shown")
}

// lookAtRefusals looks at what is said to those who may not, and to those who belong nowhere.
func (p *Page) lookAtRefusals(s *Server) {
	p.t.Helper()
	s.AddPerson("nova")
	for _, page := range []struct{ name, person, url string }{
		{"projects-empty", "nova", s.URL + "/"},
		{"forbidden", "vic", s.functions() + "/new"},
		{"function-viewer", "vic", s.function("first")},
		{"version-viewer", "vic", s.function("first") + "/versions/1"},
	} {
		p.SignIn(s, page.person)
		p.Open(page.url)
		p.CheckLooks(page.name)
	}
}
