package e2e

import (
	"net/http"
	"testing"
)

// A protected tag is not a developer's to give: the form says so at the field, and a lead's goes through.
func TestProtectedTag(t *testing.T) {
	EachEngine(t, func(t *testing.T, database string) {
		s := Start(t, Options{Database: database})
		s.AddMember("dev", "developer")
		s.AddMember("lea", "lead")
		dev, lea, owner := s.PageOf(t, Look{}, "dev"), s.PageOf(t, Look{}, "lea"), s.Page(t, Look{})
		dev.Expect(http.StatusForbidden)
		dev.makeFunction(s, "greeter")

		dev.tagged(s, "prod beta")
		dev.WaitText("#problem-tags", "prod")
		dev.WaitText("#problem-tags", "lead")
		dev.WaitText("#problems", "prod")
		dev.Fill("#tags", "beta")
		dev.submit()
		dev.ends("succeeded")
		dev.WaitText("#operation .result", "beta")

		lea.tagged(s, "prod")
		lea.ends("succeeded")
		lea.WaitText("#operation .result", "prod")

		owner.Open(s.URL + "/projects/default/settings/tags")
		owner.Fill("#tags", "beta")
		owner.submit()
		owner.WaitUntil("beta is protected instead", `document.readyState === 'complete' && document.querySelector('#tags').value.trim() === 'beta'`)
		dev.tagged(s, "beta")
		dev.WaitText("#problem-tags", "beta")
		dev.Fill("#tags", "prod")
		dev.submit()
		dev.ends("succeeded")
		owner.Open(s.URL + "/projects/default/activity?kind=settings")
		owner.WaitText("table.record", "chose the protected tags: beta")
	})
}

// tagged sends the form for a version of greeter with these tags.
func (p *Page) tagged(s *Server, tags string) {
	p.t.Helper()
	p.Open(s.newVersion("greeter", ""))
	p.Files("#package", onDisk(p.t, "greeter.zip", packed(p.t, 0, "index.js")))
	p.settings()
	p.Fill("#tags", tags)
	p.submit()
}
