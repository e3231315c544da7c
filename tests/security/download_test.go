package security_test

import (
	"encoding/csv"
	"encoding/json"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"verso/archive/archivetest"
	"verso/handlers/sitetest"
)

// A package is a download and never a page, whatever is in it. (Views of single files and of differences come later.)
func TestS31ADownloadIsNoPage(t *testing.T) {
	each(t, func(t *testing.T, s *sitetest.Site) {
		w := newWorld(t, s)
		zip := archivetest.Zip(map[string]string{"index.js": "1", "index.html": "<script>alert(1)</script>", "a.svg": `<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`, "esc\u00e9.txt": "\x1b[31m"})
		form := goodVersion()
		finished(t, w.developer, upload(t, w.developer, w.alpha.versions(), form, zip))
		r := w.viewer.Request(t, http.MethodGet, w.alpha.versions()+"/2/package", nil)
		r.Header.Set("Accept", "text/html")
		a := w.viewer.Do(t, r)
		status(t, a, http.StatusOK)
		if a.Text != string(zip) {
			t.Errorf("%d bytes came, %d were sent", len(a.Text), len(zip))
		}
		kind, params, err := mime.ParseMediaType(a.Header.Get("Content-Disposition"))
		if err != nil || kind != "attachment" || params["filename"] != w.alpha.function+"-2.zip" {
			t.Errorf("disposition %q: %v", a.Header.Get("Content-Disposition"), err)
		}
		for name, want := range map[string]string{
			"Content-Type": "application/zip", "Content-Security-Policy": "default-src 'none'; sandbox", "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store",
		} {
			if got := a.Header.Get(name); got != want {
				t.Errorf("%s is %q", name, got)
			}
		}
		for _, form := range []string{"bytes=0-3", "bytes=-1", "bytes=0-0,2-3", "bytes=9999999999-", "bytes=0-" + strings.Repeat(",0-", 2000), "x=1-2"} {
			r := w.viewer.Request(t, http.MethodGet, w.alpha.versions()+"/2/package", nil)
			r.Header.Set("Range", form)
			if a := w.viewer.Do(t, r); a.StatusCode >= 500 || len(a.Text) > 2*len(zip)+2000 {
				t.Errorf("Range %.40s: %d, %d bytes", form, a.StatusCode, len(a.Text))
			}
		}
	})
}

// The export is a download too; a spreadsheet takes nothing in it for a formula.
func TestS31AnExportIsNoPage(t *testing.T) {
	each(t, func(t *testing.T, s *sitetest.Site) {
		w := newWorld(t, s)
		hostile := []string{`=HYPERLINK("x")`, "+1", "-1", "@SUM(1)", "\"quoted\",comma", "<script>"}
		for _, name := range hostile {
			status(t, w.owner.Post(t, w.alpha.settings()+"/tokens", url.Values{"name": {name}, "role": {"viewer"}, "expires": {"1d"}}), http.StatusOK)
		}
		for format, kind := range map[string]string{"csv": "text/csv; charset=utf-8", "json": "application/json"} {
			a := w.lead.Get(t, "/projects/alpha/activity/export?format="+format)
			status(t, a, http.StatusOK)
			if a.Header.Get("Content-Type") != kind || !strings.HasPrefix(a.Header.Get("Content-Disposition"), "attachment; filename=") {
				t.Errorf("%s: %q, %q", format, a.Header.Get("Content-Type"), a.Header.Get("Content-Disposition"))
			}
			if format == "json" && !json.Valid([]byte(a.Text)) {
				t.Errorf("the export is not JSON: %s", a.Text)
			}
			if format == "csv" {
				cellsArePlain(t, a.Text)
			}
		}
		for _, format := range []string{"", "xml", "CSV", "html", "csv\x00"} {
			status(t, w.lead.Get(t, "/projects/alpha/activity/export?"+url.Values{"format": {format}}.Encode()), http.StatusUnprocessableEntity)
		}
	})
}

func cellsArePlain(t *testing.T, text string) {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil || len(rows) < 10 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	for _, row := range rows {
		for _, cell := range row {
			if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
				t.Errorf("a spreadsheet would compute %q", cell)
			}
		}
	}
}

// Who has not got the bytes learns nothing from knowing their hash, or whose id they have: not that they are stored
// here, and not that they are another's.
func TestS37AHashOpensNothingAndTellsNothing(t *testing.T) {
	each(t, func(t *testing.T, s *sitetest.Site) {
		w := newWorld(t, s)
		secret := archivetest.Zip(map[string]string{"index.js": "// only alpha has this"})
		finished(t, w.owner, upload(t, w.owner, w.alpha.versions(), goodVersion(), secret))
		sha, none := w.shaOf(t, 2), strings.Repeat("0", 64)
		missing := "01900000-0000-7000-8000-000000000000"
		for name, pair := range map[string][2]url.Values{
			"hash and size of an upload":    {{"sha256": {sha}, "size": {"1"}, "source": {"upload"}}, {"sha256": {none}, "size": {"1"}, "source": {"upload"}}},
			"hash of an object":             {{"sha256": {sha}, "source": {"bucket"}, "bucket": {"b"}, "object": {"a.zip"}}, {"sha256": {none}, "source": {"bucket"}, "bucket": {"b"}, "object": {"a.zip"}}},
			"kept upload":                   {{"upload": {w.alpha.upload}}, {"upload": {missing}}},
			"copy of another's version":     {{"source": {"copy"}, "copy_function": {w.alpha.function}, "copy": {"1"}}, {"source": {"copy"}, "copy_function": {"none"}, "copy": {"1"}}},
			"copy by id":                    {{"source": {"copy"}, "copy_function": {w.alpha.version.FunctionID}, "copy": {"1"}}, {"source": {"copy"}, "copy_function": {missing}, "copy": {"1"}}},
			"another's failed order":        {{"retry": {w.alpha.operation}}, {"retry": {missing}}},
			"values of another's operation": {{"retry": {w.alpha.operation}, "env_kept": {"REGION", ""}, "env_value": {"", ""}}, {"retry": {missing}, "env_kept": {"REGION", ""}, "env_value": {"", ""}}},
		} {
			one, two := w.strangerSends(t, pair[0]), w.strangerSends(t, pair[1])
			if one != two {
				t.Errorf("%s: what is another's and what is not at all get different answers\n%.1200s\n---\n%.1200s", name, one, two)
			}
		}
		for _, q := range []string{sha, sha[:12], w.alpha.version.ID} {
			if a := w.stranger.Get(t, w.beta.versions()+"?q="+q); strings.Contains(a.Text, "data-row") {
				t.Errorf("a search for %s finds something", q)
			}
		}
		for _, path := range []string{w.beta.versions() + "/" + sha, w.beta.versions() + "/" + sha + "/package", "/packages/" + sha, "/blobs/" + sha, "/projects/beta/packages/" + sha} {
			status(t, w.stranger.Get(t, path), http.StatusNotFound)
		}

		// The same bytes again: as new ones, to the last word.
		fresh := archivetest.Zip(map[string]string{"index.js": "// only beta! has this"})
		known, unknown := w.strangerUploads(t, secret), w.strangerUploads(t, fresh)
		if known != unknown {
			t.Errorf("bytes that are stored already are taken otherwise\n%.1500s\n---\n%.1500s", known, unknown)
		}
	})
}

func (w *world) shaOf(t *testing.T, number int64) string {
	t.Helper()
	v, err := w.Store.VersionByNumber(t.Context(), w.alpha.version.FunctionID, number)
	if err != nil {
		t.Fatal(err)
	}
	return v.Package.SHA256
}

// strangerSends is the answer to a form of a version in beta without a file, with what the stranger says in it made
// alike.
func (w *world) strangerSends(t *testing.T, change url.Values) string {
	t.Helper()
	form := goodVersion()
	form.Set("key", "the-same-key")
	for name, list := range change {
		form[name] = list
	}
	r := multipartForm(t, w.stranger, w.beta.versions(), form, "", nil)
	r.Header.Set("X-Request-Id", "the-same")
	a := w.stranger.Do(t, r)
	text := a.Text
	for name, list := range change {
		for _, value := range list {
			if name != "env_kept" && len(value) > 3 {
				text = strings.ReplaceAll(text, value, "SAID")
			}
		}
	}
	return a.Status + "\n" + draft.ReplaceAllString(text, "DRAFT")
}

// strangerUploads is what a stranger sees of an upload and its version, without what differs for every one.
func (w *world) strangerUploads(t *testing.T, zip []byte) string {
	t.Helper()
	operation := upload(t, w.stranger, w.beta.versions(), goodVersion(), zip)
	card := finished(t, w.stranger, operation).Text
	return changing.ReplaceAllString(card, "…")
}

// Bytes that are stored already are received like any others: nothing is left out because they are here.
func TestS37ASecondUploadTakesAsLong(t *testing.T) {
	w := newWorld(t, sitetest.New(t, sitetest.Options{}))
	var known, fresh []time.Duration
	for i := range 10 {
		seed := uint64(i)
		shared := archivetest.Big(20, 2<<20, seed)
		finished(t, w.owner, upload(t, w.owner, w.alpha.versions(), goodVersion(), shared))
		second := func() { known = append(known, w.strangerTakes(t, shared)) }
		first := func() { fresh = append(fresh, w.strangerTakes(t, archivetest.Big(20, 2<<20, seed+1000))) }
		if i%2 == 0 {
			first, second = second, first
		}
		first()
		second()
	}
	alike(t, "an upload of stored bytes", known, "one of new ones", fresh)
}

// strangerTakes is how long a stranger's upload is on its way.
func (w *world) strangerTakes(t *testing.T, zip []byte) time.Duration {
	t.Helper()
	r := multipartForm(t, w.stranger, w.beta.versions(), goodVersion(), "big.zip", zip)
	begun := time.Now()
	a := w.stranger.Do(t, r)
	took := time.Since(begun)
	status(t, a, http.StatusSeeOther)
	finished(t, w.stranger, a.Header.Get("Location"))
	return took
}
