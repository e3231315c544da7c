package e2e

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"verso/tests/program"
)

// The first start: the printed link makes the administrator, once, and signs them in.
func TestS08SetUp(t *testing.T) {
	EachWay(t, func(t *testing.T, database string, look Look) {
		s := Start(t, Options{Database: database, Fresh: true})
		p := NewPage(t, look)
		p.Expect(http.StatusUnprocessableEntity, http.StatusNotFound)
		p.Open(s.URL)
		p.WaitText("main", "Open the set-up link that the server printed when it started.")
		p.Open(s.Link)
		p.Fill("#name", "ada")
		p.Fill("#password", "short")
		if look.NoScript {
			p.sendRefused() // the browser itself would stop it
		} else {
			p.submit()
		}
		p.WaitText("#problem-password", "Use at least 12 characters.")
		p.Fill("#password", "password2026!")
		p.sendRefused()
		p.WaitText("#problem-password", "This password is among the first that anybody would try.")
		p.hasForgotten("#password", "ada")
		p.Fill("#password", program.Password)
		p.submit()
		p.WaitText(".who summary", "ada")
		p.Open(s.URL + "/settings/people")
		p.WaitText("table.people", "administrator")

		p.Open(s.Link)
		p.WaitText("#problems", "This set-up link has been used or is too old. Sign in instead.")
		link, err := url.Parse(s.Link)
		if err != nil {
			t.Fatal(err)
		}
		if got := p.request(http.MethodGet, s.Link).StatusCode; got != http.StatusNotFound {
			t.Errorf("the used link answers %d", got)
		}
		key := link.Query().Get("key")
		if got := strings.Count(s.Log(), key); len(key) < 40 || got != 1 {
			t.Errorf("the key of the link stands %d times in what the server printed and logged", got)
		}
		p.Leave()
		s.Stop()
		s.Start()
		if strings.Contains(s.Link, "setup") {
			t.Error("the next start offers the set-up again")
		}
	})
}

// hasForgotten wants a form that came back to hold the name that was typed, and no password.
func (p *Page) hasForgotten(password, name string) {
	p.t.Helper()
	if got := p.Value("#name"); got != name {
		p.t.Errorf("the name is %q now", got)
	}
	if got := p.Value(password); got != "" {
		p.t.Errorf("the password came back as %q", got)
	}
}
