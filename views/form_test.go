package views_test

import (
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"verso/faas"
	"verso/views"
)

// Each sentence stands once in the summary, leading to its field, and once beside the field.
func TestProblemsStandBesideTheirFields(t *testing.T) {
	p := newVersion(faas.FromUpload)
	p.Form.Timeout, p.Form.Tags = "0", "Prod"
	var wrong faas.Problems
	wrong.Merge(faas.Settings{Runtime: "nodejs22", Entrypoint: "index.handler", Memory: 128 * faas.MiB}.Check(p.Limits))
	wrong.Merge(faas.CheckTags([]string{"Prod"}, p.Limits))
	wrong.Add("package", "Choose the zip file to upload.")
	wrong.Add("environment", "The name is wrong.")
	p.Err = wrong
	doc := parse(t, views.VersionNewForm(p))
	for _, e := range wrong {
		if got := text(one(t, doc, "#field-"+e.Field+" #problem-"+e.Field)); got != e.Message {
			t.Errorf("beside %s stands %q, want %q", e.Field, got, e.Message)
		}
		if !strings.Contains(text(one(t, doc, "#problems[role=alert]")), e.Message) {
			t.Errorf("the summary lacks %q", e.Message)
		}
	}
	if one := one(t, doc, "#timeout"); attr(one, "aria-invalid") != "true" || attr(one, "value") != "0" {
		t.Error("the wrong value is not marked, or not kept")
	}
	if got := text(one(t, doc, "#problems h2")); got != "4 things need correcting" {
		t.Errorf("the summary's title is %q", got)
	}
	checkIDs(t, doc)
}

func TestNothingWrongHidesTheSummary(t *testing.T) {
	doc := parse(t, views.FunctionNew(views.FunctionFormProps{Page: page(), Limits: faas.DefaultLimits()}))
	one(t, doc, "#problems[hidden]")
	if n := len(all(doc, "[aria-invalid]")); n > 0 {
		t.Errorf("%d fields of an untouched form are marked as wrong", n)
	}
}

// The names that the handlers read, in each of the three forms.
func TestFieldNames(t *testing.T) {
	always := "key source from runtime entrypoint memory timeout service_account env_key env_kept env_value network subnets description tags"
	for source, own := range map[faas.OriginKind]string{
		faas.FromUpload: "package", faas.FromBucket: "bucket object sha256 etag", faas.FromCopy: "copy copy_function",
	} {
		p := newVersion(source)
		v := version()
		p.Object, p.Copy.Chosen, p.Copy.ChosenOf = &faas.ObjectInfo{ETag: "e"}, &v, "invoice-pdf"
		form := one(t, parse(t, views.VersionNew(p)), "form#version-form[data-version-form][method=post][enctype='multipart/form-data']")
		for _, name := range strings.Fields(always + " " + own) {
			if len(all(form, "[name="+name+"]")) == 0 {
				t.Errorf("%s: no field %s", source, name)
			}
		}
		for _, name := range []string{"data-upload-limit", "data-unpacked-limit", "data-entries-limit", "data-worker"} {
			if attr(form, name) == "" {
				t.Errorf("%s: the form lacks %s", source, name)
			}
		}
	}
}

// Limits and sentences in the form are the server's own: what the form lets pass, the server does too.
func TestFormKnowsTheServersRules(t *testing.T) {
	doc := parse(t, views.VersionNew(newVersion(faas.FromBucket)))
	for selector, want := range map[string]string{
		"#runtime data-msg-required":    "Choose a runtime.",
		"#entrypoint data-msg-required": "Enter the entrypoint, for example index.handler.",
		"#entrypoint data-msg-length":   "The entrypoint is too long; 256 characters are allowed.",
		"#timeout data-msg-range":       "The timeout must be 1 to 3600, in whole seconds.",
		"#timeout max":                  "3600",
		"#tags data-msg-pattern":        "A tag must start with a lower-case letter, then letters, digits, hyphens and underscores, 63 characters at most.",
		"#description maxlength":        "600",
		"#object data-msg-required":     "Enter the object's name, for example releases/invoice-1.4.zip.",
	} {
		id, name, _ := strings.Cut(selector, " ")
		if got := attr(one(t, doc, id), name); got != want {
			t.Errorf("%s of %s is %q, want %q", name, id, got, want)
		}
	}
	for _, n := range all(doc, "[data-msg-pattern], [data-msg-length], [data-msg-required], [data-msg-range]") {
		checkSentences(t, n)
	}
}

func checkSentences(t *testing.T, n *html.Node) {
	t.Helper()
	if p := attr(n, "pattern") + attr(n, "data-pattern"); p != "" {
		if _, err := regexp.Compile("^(?:" + p + ")$"); err != nil {
			t.Errorf("%s: %v", attr(n, "name"), err)
		}
		if strings.Contains(p, "[-") {
			t.Errorf("%s: browsers refuse a bare hyphen in %s", attr(n, "name"), p)
		}
	}
	for _, a := range n.Attr {
		if strings.HasPrefix(a.Key, "data-msg-") && (len(a.Val) < 12 || !strings.HasSuffix(a.Val, ".")) {
			t.Errorf("%s of %s is no sentence: %q", a.Key, attr(n, "name"), a.Val)
		}
	}
}

// The Enter key creates the version: it presses the first submit button, whatever else the form offers.
func TestEnterCreates(t *testing.T) {
	for _, source := range faas.OriginKinds() {
		first := all(parse(t, views.VersionNew(newVersion(source))), "#version-form [type=submit]")[0]
		if attr(first, "name")+attr(first, "formaction") != "" {
			t.Errorf("%s: Enter presses %q", source, text(first))
		}
	}
}

func TestEntrypointLimitIsTheServers(t *testing.T) {
	limit := attr(one(t, parse(t, views.VersionNew(newVersion(faas.FromUpload))), "#entrypoint"), "maxlength")
	for length, fine := range map[int]bool{256: true, 257: false} {
		s := version().Settings
		s.Entrypoint = strings.Repeat("x", length)
		if err := s.Check(faas.DefaultLimits()); (err == nil) != fine || limit != "256" {
			t.Errorf("%d characters: %v; the form's limit is %s", length, err, limit)
		}
	}
}

func TestEnvironmentOfTheBaseIsKeptUnseen(t *testing.T) {
	doc := parse(t, views.VersionNew(newVersion(faas.FromUpload)))
	rows := all(doc, "table[data-env] tr[data-env-row]")
	if len(rows) != 2 {
		t.Fatalf("%d rows, want the variable and an empty one", len(rows))
	}
	for i, want := range []string{"TAX_TOKEN/TAX_TOKEN/", "//"} {
		got := attr(one(t, rows[i], "[name=env_key]"), "value") + "/" + attr(one(t, rows[i], "[name=env_kept]"), "value") + "/" + attr(one(t, rows[i], "[name=env_value][type=password]"), "value")
		if got != want {
			t.Errorf("row %d holds %q, want %q", i, got, want)
		}
	}
}

func TestReviewListsWhatDiffers(t *testing.T) {
	p := newVersion(faas.FromUpload)
	p.Form.Memory, p.Form.Subnets, p.Form.ServiceAccount = "512", "e9b-a\r\ne9b-b", ""
	doc := parse(t, views.VersionNew(p))
	var lines []string
	for _, n := range all(doc, "form [data-review] li") {
		lines = append(lines, text(n))
	}
	if got := strings.Join(lines, "|"); got != "Memory: 256 MiB → 512 MiB|Service account id: aje3gg → none" {
		t.Errorf("the review says %q", got)
	}
	if got := attr(one(t, doc, "#memory"), "data-base"); got != "256" {
		t.Errorf("the base's memory is %q", got)
	}
}

// A version made when the catalogue was another one still fills the form.
func TestUnknownValuesStayInTheForm(t *testing.T) {
	p := newVersion(faas.FromUpload)
	p.Form.Runtime, p.Form.Memory = "nodejs4", "100"
	doc := parse(t, views.VersionNew(p))
	for id, want := range map[string]string{"runtime": "nodejs4", "memory": "100"} {
		if got := attr(one(t, doc, "#"+id+" option[selected]"), "value"); got != want {
			t.Errorf("%s is %q, want %q", id, got, want)
		}
	}
}

func TestRuntimeOptionsNameTheirFiles(t *testing.T) {
	doc := parse(t, views.VersionNew(newVersion(faas.FromUpload)))
	for _, r := range faas.Runtimes() {
		for _, o := range all(doc, "#runtime optgroup option") {
			if attr(o, "value") != r.ID {
				continue
			}
			if len(r.Entry.Files) > 0 && attr(o, "data-files") != strings.Join(r.Entry.Files, " ") {
				t.Errorf("%s: files %q", r.ID, attr(o, "data-files"))
			}
			if len(r.Entry.Suffixes) > 1 && attr(o, "data-suffixes") != strings.Join(r.Entry.Suffixes, " ") {
				t.Errorf("%s: suffixes %q", r.ID, attr(o, "data-suffixes"))
			}
		}
	}
	if got, want := len(all(doc, "#runtime optgroup option")), len(faas.Runtimes()); got != want {
		t.Errorf("%d runtimes are offered, want %d", got, want)
	}
	if n := len(all(doc, "#runtime optgroup option[data-whole]")); n == 0 {
		t.Error("no runtime takes the whole entrypoint as its file")
	}
}
