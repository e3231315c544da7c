package dashboard_test

import (
	"bytes"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

const greeter = functions + "/greeter/versions"

// create makes a version and returns the finished card.
func (s *site) create(t *testing.T, form url.Values, zip []byte) answer {
	t.Helper()
	a := s.send(t, greeter, form, zip, false)
	if a.StatusCode != http.StatusSeeOther || !strings.HasPrefix(a.Header.Get("Location"), "/operations/") {
		t.Fatalf("creating: %d %s\n%s", a.StatusCode, a.Header.Get("Location"), a.text)
	}
	return s.finished(t, a.Header.Get("Location"))
}

func TestTheStoryOfAVersion(t *testing.T) {
	s := newSite(t)
	s.makeFunction(t, "greeter")
	card := s.create(t, goodVersion(), goodZip())
	if card.attr(t, "#operation", "data-state") != "succeeded" || !strings.Contains(card.one(t, "#operation"), "#1") {
		t.Errorf("the card says %s", card.one(t, "#operation"))
	}
	page := s.get(t, greeter+"/1")
	text := page.one(t, "main")
	for _, want := range []string{"#1", "prod", "beta", "$latest", "first words", "nodejs22", "256 MiB", "index.handler", "greeter.zip", "owner", "index.js", "REGION"} {
		if !strings.Contains(text, want) {
			t.Errorf("the version's page lacks %q: %s", want, text)
		}
	}
	if strings.Contains(page.text, "eu-canary") {
		t.Error("the version's page shows the value of a variable")
	}
	if rows := s.get(t, greeter).all(t, "#results [data-row]"); len(rows) != 1 || !strings.Contains(rows[0], "#1") {
		t.Errorf("rows are %q", rows)
	}
	if rows := s.get(t, functions).all(t, "#results [data-row]"); len(rows) != 1 || !strings.Contains(rows[0], "prod") {
		t.Errorf("rows are %q", rows)
	}
}

func TestTheDownloadIsTheUpload(t *testing.T) {
	s := newSite(t)
	s.makeFunction(t, "greeter")
	s.create(t, goodVersion(), goodZip())
	a := s.get(t, greeter+"/1/package")
	if a.StatusCode != http.StatusOK || !bytes.Equal([]byte(a.text), goodZip()) {
		t.Errorf("got %d and %d bytes", a.StatusCode, len(a.text))
	}
	if d := a.Header.Get("Content-Disposition"); !strings.HasPrefix(d, "attachment") || !strings.Contains(d, "greeter-1.zip") {
		t.Errorf("disposition is %q", d)
	}
}

// Whatever part of a package is asked for, no cache keeps the answer: on a shared machine the next person would get it.
func TestS20NoCacheKeepsAPackage(t *testing.T) {
	s := newSite(t)
	s.makeFunction(t, "greeter")
	s.create(t, goodVersion(), goodZip())
	tag := s.get(t, greeter+"/1/package").Header.Get("ETag")
	for _, c := range []struct {
		header, value string
		status        int
	}{
		{"Range", "", http.StatusOK},
		{"Range", "bytes=0-3", http.StatusPartialContent},
		{"Range", "bytes=9999999-", http.StatusRequestedRangeNotSatisfiable},
		{"Range", "bytes=nonsense", http.StatusRequestedRangeNotSatisfiable},
		{"If-None-Match", tag, http.StatusNotModified},
		{"If-Match", `"another"`, http.StatusPreconditionFailed},
	} {
		r := s.request(t, http.MethodGet, greeter+"/1/package", nil)
		if c.value != "" {
			r.Header.Set(c.header, c.value)
		}
		a := s.do(t, r)
		if got := a.Header["Cache-Control"]; a.StatusCode != c.status || len(got) != 1 || got[0] != "no-store" {
			t.Errorf("%s %q: %d with Cache-Control %q, want %d with no-store", c.header, c.value, a.StatusCode, got, c.status)
		}
	}
}

// Each field wrong in turn: its sentence beside it, 422, the rest of the form kept.
func TestEachWrongFieldIsNamed(t *testing.T) {
	s := newSite(t)
	s.makeFunction(t, "greeter")
	for field, change := range map[string]url.Values{
		"runtime":         {"runtime": {"cobol60"}},
		"entrypoint":      {"entrypoint": {"main.handler"}},
		"memory":          {"memory": {"lots"}},
		"timeout":         {"timeout": {"-1"}},
		"service_account": {"service_account": {"a b"}},
		"environment":     {"env_key": {"1A"}, "env_value": {"x"}, "env_kept": {""}},
		"network":         {"network": {"//"}},
		"subnets":         {"subnets": {"a"}},
		"description":     {"description": {strings.Repeat("x", 601)}},
		"tags":            {"tags": {"$latest"}},
		"bucket":          {"source": {"bucket"}, "object": {"a.zip"}},
		"object":          {"source": {"bucket"}, "object": {"../a"}},
		"sha256":          {"source": {"bucket"}, "object": {"a.zip"}, "sha256": {"abc"}},
		"copy":            {"source": {"copy"}, "copy": {"7"}},
	} {
		t.Run(field, func(t *testing.T) {
			form := goodVersion()
			for name, list := range change {
				form[name] = list
			}
			a := s.send(t, greeter, form, goodZip(), false)
			if a.StatusCode != http.StatusUnprocessableEntity {
				t.Fatalf("status %d\n%s", a.StatusCode, a.text)
			}
			if a.one(t, "#problem-"+field) == "" {
				t.Errorf("no sentence beside the field; the summary says %s", a.one(t, "#problems"))
			}
			if a.one(t, "#problems") == "" {
				t.Error("the summary is empty")
			}
			if field != "timeout" && a.attr(t, "#timeout", "value") != "5" {
				t.Errorf("timeout came back as %q", a.attr(t, "#timeout", "value"))
			}
			if field != "tags" && a.attr(t, "#tags", "value") != "prod, beta" {
				t.Errorf("tags came back as %q", a.attr(t, "#tags", "value"))
			}
		})
	}
	if rows := s.get(t, greeter).all(t, "#results [data-row]"); len(rows) != 0 {
		t.Errorf("versions were made: %q", rows)
	}
}

func TestTheFileOfAWrongFormIsKept(t *testing.T) {
	s := newSite(t)
	s.makeFunction(t, "greeter")
	form := goodVersion()
	form.Set("timeout", "0")
	a := s.send(t, greeter, form, goodZip(), true) // as a browser without script does
	if a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.one(t, "#field-package"), "greeter.zip") {
		t.Fatalf("status %d, the panel says %s", a.StatusCode, a.one(t, "#field-package"))
	}
	form.Set("timeout", "5")
	form.Set("upload", a.attr(t, "input[name=upload]", "value"))
	card := s.create(t, form, nil)
	if card.attr(t, "#operation", "data-state") != "succeeded" {
		t.Errorf("the card says %s", card.one(t, "#operation"))
	}
	if text := s.get(t, greeter+"/1").one(t, "main"); !strings.Contains(text, "greeter.zip") {
		t.Errorf("the file's name is lost: %s", text)
	}
}

func TestNoFileAndABadFile(t *testing.T) {
	s := newSite(t)
	s.makeFunction(t, "greeter")
	for name, zip := range map[string][]byte{"none": nil, "not a zip": []byte("hello"), "cut": goodZip()[:60]} {
		a := s.send(t, greeter, goodVersion(), zip, name == "cut")
		if a.StatusCode != http.StatusUnprocessableEntity || a.one(t, "#problem-package") == "" {
			t.Errorf("%s: status %d, %q", name, a.StatusCode, a.one(t, "#problem-package"))
		}
	}
}

func TestACopyKeepsStoredValues(t *testing.T) {
	s := newSite(t)
	s.makeFunction(t, "greeter")
	s.create(t, goodVersion(), goodZip())
	page := s.get(t, greeter+"/new?source=copy&copy=1&copy_function=greeter")
	if page.attr(t, "#timeout", "value") != "5" || page.attr(t, "input[name=env_kept]", "value") != "REGION" || strings.Contains(page.text, "eu-canary") {
		t.Fatalf("the form is not filled from #1:\n%s", page.text)
	}
	form := goodVersion()
	form.Set("source", "copy")
	form.Set("copy", "1")
	form.Set("copy_function", "greeter")
	form["env_value"] = []string{"", ""}
	form["env_kept"] = []string{"REGION", ""}
	form.Set("key", "once")
	s.create(t, form, nil)
	s.create(t, form, nil) // a double click
	if rows := s.get(t, greeter).all(t, "#results [data-row]"); len(rows) != 2 {
		t.Fatalf("rows are %q", rows)
	}
	if got := s.revealed(t, "2", "REGION"); got != "eu-canary" {
		t.Errorf("the copy's value is %q", got)
	}
	if text := s.get(t, greeter+"/2").one(t, "main"); !strings.Contains(text, "greeter #1") && !strings.Contains(text, "#1 of greeter") {
		t.Errorf("the origin is not told: %s", text)
	}
}

func TestAStoredValueThatIsGoneIsNotEmptied(t *testing.T) {
	s := newSite(t)
	s.makeFunction(t, "greeter")
	s.create(t, goodVersion(), goodZip())
	form := goodVersion()
	form["env_key"], form["env_value"], form["env_kept"] = []string{"REGION"}, []string{""}, []string{"NOSUCH"}
	a := s.send(t, greeter, form, goodZip(), false)
	if a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.one(t, "#problem-environment"), "NOSUCH") {
		t.Errorf("status %d, problem %q", a.StatusCode, a.one(t, "#problem-environment"))
	}
}

func TestMoreRowsWithoutScript(t *testing.T) {
	s := newSite(t)
	s.makeFunction(t, "greeter")
	form := goodVersion()
	form.Set("action", "rows")
	form.Set("timeout", "0")
	a := s.send(t, greeter, form, goodZip(), true)
	if a.StatusCode != http.StatusOK || a.one(t, "#problem-timeout") != "" {
		t.Errorf("status %d, problem %q", a.StatusCode, a.one(t, "#problem-timeout"))
	}
	if n := len(a.all(t, "tr[data-env-row]")); n < 4 {
		t.Errorf("%d rows", n)
	}
}

func TestHtmxGetsTheCard(t *testing.T) {
	s := newSite(t)
	s.makeFunction(t, "greeter")
	form := strings.NewReader("--x\r\nContent-Disposition: form-data; name=\"source\"\r\n\r\nupload\r\n--x--\r\n")
	r := s.request(t, http.MethodPost, greeter, form)
	r.Header.Set("Content-Type", "multipart/form-data; boundary=x")
	r.Header.Set("HX-Request", "true")
	a := s.do(t, r)
	if a.StatusCode != http.StatusUnprocessableEntity || len(a.all(t, "header")) > 0 || len(a.all(t, "[data-field=runtime]")) != 1 {
		t.Errorf("status %d\n%s", a.StatusCode, a.text)
	}
	if !strings.Contains(strings.Join(a.Header.Values("Vary"), ","), "HX-Request") {
		t.Errorf("Vary is %q", a.Header.Values("Vary"))
	}
}

// What is wrong with the package is told together with all the rest, in the order of the form.
func TestTheMissingFileIsAmongTheProblems(t *testing.T) {
	s := newSite(t)
	s.makeFunction(t, "greeter")
	wrong := goodVersion()
	wrong.Set("timeout", "0")
	for name, c := range map[string]struct {
		zip       []byte
		fileFirst bool
		want      string
	}{
		"no file":               {nil, false, "Choose the zip file to upload."},
		"a file that was left":  {goodZip(), false, "The file was not kept; choose it again."},
		"a file that was kept":  {goodZip(), true, ""},
		"a file that is no zip": {[]byte("hello"), true, "zip"},
	} {
		a := s.send(t, greeter, wrong, c.zip, c.fileFirst)
		if a.StatusCode != http.StatusUnprocessableEntity || a.one(t, "#problem-timeout") == "" {
			t.Errorf("%s: status %d, timeout %q", name, a.StatusCode, a.one(t, "#problem-timeout"))
		}
		got := a.one(t, "#problem-package")
		if !strings.Contains(got, c.want) || (c.want == "") != (got == "") {
			t.Errorf("%s: the package's sentence is %q, want %q", name, got, c.want)
		}
		if first := a.all(t, "#problems li"); c.want != "" && (len(first) != 2 || !strings.Contains(first[0], c.want)) {
			t.Errorf("%s: the summary says %q", name, first)
		}
	}
	for _, change := range []url.Values{{"action": {"rows"}}, {"source": {"copy"}}} {
		form := goodVersion()
		for field, list := range change {
			form[field] = list
		}
		a := s.send(t, greeter, form, nil, false)
		if said := strings.Join(append(a.all(t, "#problem-package"), a.all(t, "#problems li")...), " "); strings.Contains(said, "zip file") {
			t.Errorf("%v asks for a file: %s", change, said)
		}
	}
}

// The page's script keeps the chosen file, so it is not told to choose it again.
func TestAScriptStillHasItsFile(t *testing.T) {
	s := newSite(t)
	s.makeFunction(t, "greeter")
	wrong := goodVersion()
	wrong.Set("timeout", "0")
	r := s.multipart(t, greeter, wrong, goodZip(), false)
	r.Header.Set("HX-Request", "true")
	if a := s.do(t, r); a.one(t, "#problem-timeout") == "" || a.one(t, "#problem-package") != "" {
		t.Errorf("status %d, package %q", a.StatusCode, a.one(t, "#problem-package"))
	}
}

func TestAFileOverTheLimitIsToldTheLimit(t *testing.T) {
	s := newSite(t)
	s.makeFunction(t, "greeter")
	const want = "The package may have at most 50 MiB. Choose a smaller file."
	for name, declared := range map[string]bool{"declared": true, "not declared": false} {
		r := s.multipart(t, greeter, goodVersion(), make([]byte, 52<<20), true)
		if declared {
			r.Header.Set("Expect", "100-continue") // the answer comes before the file is sent, and is not lost to a reset
		} else {
			r.ContentLength = -1
		}
		a := s.do(t, r)
		if a.StatusCode != http.StatusRequestEntityTooLarge || a.one(t, "#problems p") != want {
			t.Errorf("%s: status %d: %s", name, a.StatusCode, a.one(t, "#problems"))
		}
	}
}

func TestTheFormBeginsWhereTheLinkSays(t *testing.T) {
	s := newSite(t)
	s.makeFunction(t, "greeter")
	for _, timeout := range []string{"5", "6", "7"} {
		form := goodVersion()
		form.Set("timeout", timeout)
		s.create(t, form, goodZip())
	}
	for query, want := range map[string]struct{ timeout, copied, notice string }{
		"":                           {"7", "", ""},
		"?from=2":                    {"6", "", ""},
		"?source=copy&from=1":        {"5", "1", ""},
		"?source=copy&from=1&copy=2": {"6", "2", ""},
		"?source=copy":               {"7", "", ""},
		"?source=copy&from=1&copy_function=greeter&find=x": {"5", "", ""},
		"?from=999":             {"7", "", "There is no #999; the form is filled from #3."},
		"?source=copy&from=999": {"7", "", "There is no #999; the form is filled from #3."},
		"?from=x":               {"7", "", ""},
	} {
		a := s.get(t, greeter+"/new"+query)
		copied := ""
		if len(a.all(t, "#version-form input[name=copy]")) > 0 {
			copied = a.attr(t, "#version-form input[name=copy]", "value")
		}
		notice := strings.Join(a.all(t, ".notice"), " ")
		if a.attr(t, "#timeout", "value") != want.timeout || copied != want.copied || notice != want.notice {
			t.Errorf("%s: timeout %s, copies %q, notice %q", query, a.attr(t, "#timeout", "value"), copied, notice)
		}
	}
}

// The base of a form that was filled does not change behind its back: kept values are the base's.
func TestASentFormKeepsItsBase(t *testing.T) {
	s := newSite(t)
	s.makeFunction(t, "greeter")
	s.create(t, goodVersion(), goodZip())
	form := goodVersion()
	form.Set("from", "999")
	form["env_key"], form["env_value"], form["env_kept"] = []string{"REGION"}, []string{""}, []string{"REGION"}
	if a := s.send(t, greeter, form, goodZip(), true); a.StatusCode != http.StatusUnprocessableEntity || a.one(t, "#problem-environment") == "" {
		t.Errorf("status %d", a.StatusCode)
	}
}
