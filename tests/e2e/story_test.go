package e2e

import (
	"bytes"
	"testing"

	"verso/blob/blobtest"
)

// The whole story of a function, as the readme tells it, on both engines.
func TestStory(t *testing.T) {
	store := blobtest.S3(t)
	store.MakeBucket("releases")
	EachEngine(t, func(t *testing.T, database string) {
		tellStory(t, store, database, Look{})
	})
}

// tellStory makes a function, #1 of an upload, #2 of a bucket object and #3 as a copy, and finds all of it again behind
// a restart.
func tellStory(t *testing.T, store *blobtest.Server, database string, look Look) {
	options := withBucket(store)
	options.Database = database
	s := Start(t, options)
	sent, stored := packed(t, 0, "index.js"), packed(t, 100, "index.js")
	store.PutObject("releases", "invoice/2.zip", stored)

	p := s.Page(t, look)
	p.Open(s.URL)
	p.Click("[data-new]")
	p.Fill("#name", "invoice-pdf")
	p.Fill("#description", "Makes invoices.")
	p.submit()
	p.WaitText("h1", "invoice-pdf")

	p.Click("a[data-new]")
	p.Files("#package", onDisk(t, "invoice 1.zip", sent))
	p.settings()
	p.Fill("#tags", "prod")
	p.submit()
	p.ends("succeeded")
	p.WaitText("#operation .result", "#1")

	p.Click("#operation .button.first")
	p.WaitText("h1", "#1")
	p.WaitText("main", "invoice 1.zip")
	if got := p.download("a[download]"); !bytes.Equal(got, sent) {
		t.Errorf("the download has %d bytes, the upload had %d", len(got), len(sent))
	}

	p.Open(s.newVersion("invoice-pdf", "?source=bucket"))
	p.Choose("#bucket", "releases")
	p.Fill("#object", "invoice/2.zip")
	p.Click("[formaction]")
	p.WaitText("#object-report", "releases/invoice/2.zip")
	p.submit()
	p.ends("succeeded")
	p.WaitText("#operation .result", "#2")

	p.Open(s.function("invoice-pdf") + "/versions/1")
	p.Click("a[data-new]")
	p.Choose("#memory", "256")
	p.submit()
	p.ends("succeeded")
	p.WaitText("#operation .result", "#3")

	p.Leave()
	s.Stop()
	s.Start()
	p.Open(s.function("invoice-pdf") + "/versions")
	if got := p.numbers(); got != "#3 #2 #1" {
		t.Errorf("after the restart the versions are %q", got)
	}
	for number, want := range map[string][]byte{"1": sent, "2": stored, "3": sent} {
		p.Open(s.function("invoice-pdf") + "/versions/" + number)
		if got := p.download("a[download]"); !bytes.Equal(got, want) {
			t.Errorf("#%s has %d other bytes than the %d that were sent", number, len(got), len(want))
		}
	}
	p.Open(s.function("invoice-pdf") + "/versions/3")
	p.WaitText("main", "256 MiB")
}
