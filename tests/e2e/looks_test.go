package e2e

import (
	"net/http"
	"strings"
	"testing"

	"verso/blob/blobtest"
)

// Every page, and every state of a page that a flow does not look at on its way: no violation, no sideways scroll, in
// four looks. Errors on the console and reports of the content policy fail the test at its end.
func TestLooks(t *testing.T) {
	store := blobtest.S3(t)
	store.MakeBucket("releases")
	store.PutObject("releases", "invoice/a-rather-long-name-of-a-release-2026-11-22.zip", packed(t, 0, "index.js"))
	s := Start(t, withBucket(store))
	p := s.Page(t, Look{})
	p.Expect(http.StatusUnprocessableEntity, http.StatusNotFound)
	p.makeFunction(s, "invoice-pdf")
	p.CheckLooks("function-empty")
	p.lookAtForms(s)
	p.lookAtOperations(s)
	p.lookAtPages(s)
	p.lookAtErrors(s)
}

// lookAtForms ends with #1 of invoice-pdf.
func (p *Page) lookAtForms(s *Server) {
	p.t.Helper()
	p.Open(s.functions() + "/new")
	p.CheckLooks("function-new")
	p.set("#name", "Invoice PDF")
	p.set("#labels", "team")
	p.submit()
	p.WaitFor("#problems")
	p.CheckLooks("function-new-wrong")

	p.Open(s.newVersion("invoice-pdf", ""))
	p.CheckLooks("version-new-first")
	p.submit()
	p.WaitText("#problems", "Choose the zip file")
	p.CheckLooks("version-new-wrong")
	p.Files("#package", onDisk(p.t, "invoice 2026-11.zip", packed(p.t, 40<<10, "index.js", "lib/pdf.js", "lib/fonts/a.js", "README.md")))
	p.settings()
	for at, value := range map[string]string{
		"#description": "Totals are rounded per line, as the tax office wants it.\nSee ticket 4711.", "#tags": "prod beta", "#network": "net-1",
		"#subnets": "subnet-a\nsubnet-b", "[name=env_key]": "INVOICE_BUCKET", "[name=env_value]": "s3://invoices",
	} {
		p.set(at, value)
	}
	p.WaitUntil("the sha-256 is there", `/[0-9a-f]{64}/.test(document.querySelector('[data-package-report]').textContent)`)
	p.CheckLooks("version-new-filled")
	p.submit()
	p.ends("succeeded")
	p.WaitFor("[data-match]")
	p.CheckLooks("operation-card")
}

// lookAtOperations looks at one that failed and at the list.
func (p *Page) lookAtOperations(s *Server) {
	p.t.Helper()
	p.fromBucket(s, "invoice-pdf", "releases", "invoice/a-rather-long-name-of-a-release-2026-11-22.zip")
	p.Click("[formaction]")
	p.WaitText("#object-report", "Etag")
	p.Choose("#memory", "512")
	p.CheckLooks("version-new-bucket")
	p.Fill("#sha256", strings.Repeat("0", 64))
	p.submit()
	p.ends("failed")
	p.Open(p.URL())
	p.CheckLooks("operation-failed")
	p.Open(s.URL + "/projects/default/operations")
	p.CheckLooks("operations")
}

func (p *Page) lookAtPages(s *Server) {
	p.t.Helper()
	function := s.function("invoice-pdf")
	for _, page := range []struct{ name, url string }{
		{"functions", s.functions()},
		{"functions-nothing", s.functions() + "?q=nothing"},
		{"function", function},
		{"function-edit", function + "/edit"},
		{"function-delete-refused", function + "/delete"},
		{"versions", function + "/versions"},
		{"versions-failed", function + "/versions?status=failed"},
		{"version", function + "/versions/1"},
		{"version-new-copy", function + "/versions/new?source=copy&copy=1"},
	} {
		p.Open(page.url)
		p.WaitFor("h1")
		p.CheckLooks(page.name)
	}
	p.Press("?")
	p.WaitFor("#shortcuts[open]")
	p.CheckLooks("shortcuts")
}

func (p *Page) lookAtErrors(s *Server) {
	p.t.Helper()
	p.Open(s.function("invoice-pdf") + "/versions/99")
	p.WaitFor("h1")
	p.CheckLooks("not-found")
}

// The first page, with everything that it needs, is small enough for a slow line.
func TestFirstPageIsSmall(t *testing.T) {
	const budget = 100_000 // bytes transferred
	s := Start(t, Options{})
	p := s.Page(t, Look{})
	p.Open(s.URL)
	p.WaitUntil("all is loaded", `document.readyState === 'complete'`)
	got := Eval[int](p, `[...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')].reduce((n, e) => n + e.transferSize, 0)`)
	if got < 1000 || got > budget {
		t.Errorf("the first page transfers %d bytes; %d are allowed", got, budget)
	}
}
