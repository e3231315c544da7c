package e2e

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"verso/tests/program"
)

// A value of the environment is in no page until somebody who may see it confirms who they are, and then in that one
// answer. The record says so, and for a viewer there is nothing to open.
func TestS45Reveal(t *testing.T) {
	const canary = "canary-6f2b1c9e"
	EachEngine(t, func(t *testing.T, database string) {
		s := Start(t, Options{Database: database})
		s.AddMember("vic", "viewer")
		p := s.Page(t, Look{})
		p.Expect(http.StatusUnprocessableEntity)
		p.makeFunction(s, "greeter")
		p.Open(s.newVersion("greeter", ""))
		p.Files("#package", onDisk(t, "greeter.zip", packed(t, 0, "index.js")))
		p.settings()
		p.Fill("[name=env_key]", "TAX_TOKEN")
		p.Fill("[name=env_value]", canary)
		p.submit()
		p.ends("succeeded")
		operation := p.URL()
		version := s.function("greeter") + "/versions/1"
		pages := []string{
			s.functions(), s.function("greeter"), s.function("greeter") + "/versions", version, operation, version + "/environment/TAX_TOKEN/reveal",
			s.newVersion("greeter", "?from=1"), s.newVersion("greeter", "?source=copy&copy=1"), s.URL + "/projects/default/activity",
			s.URL + "/projects/default/activity/export?format=json", s.URL + "/projects/default/activity/export?format=csv",
		}
		p.noneHolds(pages, canary)

		p.Open(version)
		p.WaitText("main", "TAX_TOKEN")
		p.Click("a[href$='/TAX_TOKEN/reveal']")
		p.Fill("#password", "plumbago tent seven")
		p.Click("main form button.first")
		p.WaitText("#problem-password", "The password is wrong.")
		if strings.Contains(p.Text("body"), canary) {
			t.Error("a wrong password shows the value")
		}
		p.Fill("#password", program.Password)
		p.Click("main form button.first")
		p.WaitText("main pre", canary)
		p.Click("main .row-acts a")
		p.WaitText("h1", "greeter #1")
		p.noneHolds(pages, canary)
		p.Eval(`history.back()`) // the browser has kept nothing, and asks whether to send the password again
		p.WaitText("body", "Confirm Form Resubmission")
		p.Open(s.URL + "/projects/default/activity?kind=reveal")
		p.WaitText("table.record", "revealed a value: greeter #1 TAX_TOKEN")

		vic := s.PageOf(t, Look{}, "vic")
		vic.Expect(http.StatusForbidden)
		vic.noneHolds(pages[:5], canary)
		vic.Open(version)
		vic.WaitText("main", "TAX_TOKEN")
		if vic.Has("a[href$='/reveal']") {
			t.Error("a viewer is led to revealing")
		}
		vic.Open(version + "/environment/TAX_TOKEN/reveal")
		vic.WaitText("#problems", `This needs the role "developer"`)
	})
}

// noneHolds wants no page to hold a text anywhere in its source, as the window's person gets it.
func (p *Page) noneHolds(pages []string, text string) {
	p.t.Helper()
	for _, address := range pages {
		answer := p.request(http.MethodGet, address)
		body, err := io.ReadAll(answer.Body)
		if err != nil || answer.StatusCode != http.StatusOK {
			p.t.Errorf("%s is answered %s: %v", address, answer.Status, err)
		}
		if strings.Contains(string(body), text) {
			p.t.Errorf("%s holds the value", address)
		}
		if kept := answer.Header.Get("Cache-Control"); kept != "no-store" {
			p.t.Errorf("%s may be kept: %q", address, kept)
		}
	}
}
