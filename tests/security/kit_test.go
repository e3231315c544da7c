package security_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"verso/archive/archivetest"
	"verso/db"
	"verso/db/dbtest"
	"verso/faas"
	"verso/handlers"
	"verso/handlers/sitetest"
)

func TestMain(m *testing.M) { os.Exit(dbtest.Main(m)) }

// behindProxy makes a site believe this machine about where its visitors come from.
func behindProxy(c *handlers.Config) {
	c.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}
}

// each runs a test on a site of each engine, both at once. Visitors come from the address that they say.
func each(t *testing.T, test func(t *testing.T, s *sitetest.Site)) {
	t.Helper()
	eachOf(t, sitetest.Options{Change: behindProxy}, test)
}

// eachOf is each with options.
func eachOf(t *testing.T, o sitetest.Options, test func(t *testing.T, s *sitetest.Site)) {
	t.Helper()
	dbtest.EachConfig(t, func(t *testing.T, cfg db.Config) {
		t.Parallel()
		o := o
		o.Database = &cfg
		test(t, sitetest.New(t, o))
	})
}

// eachAlone is each for what measures time or memory: nothing runs beside it.
func eachAlone(t *testing.T, test func(t *testing.T, s *sitetest.Site)) {
	t.Helper()
	sitetest.Each(t, sitetest.Options{Change: behindProxy}, test)
}

// at is a browser at a network address, in which nobody has signed in.
func at(t *testing.T, s *sitetest.Site, address string) *sitetest.Visitor {
	t.Helper()
	v := s.Nobody(t)
	v.Address = address
	return v
}

// canary is a value of the environment that may stand nowhere in clear. It is long enough to be found in pieces.
const canary = "canary-4f1c9e7b2d-of-the-environment"

// goodVersion is the form of a version, with values that must not be seen.
func goodVersion() url.Values {
	return url.Values{
		"source": {"upload"}, "runtime": {"nodejs22"}, "entrypoint": {"index.handler"}, "memory": {"256"}, "timeout": {"5"},
		"description": {"first words"}, "tags": {"beta"},
		"env_key": {"REGION", "SHORT"}, "env_value": {canary, "cnry"}, "env_kept": {"", ""},
	}
}

func goodZip() []byte {
	return archivetest.Zip(map[string]string{"index.js": "exports.handler = async () => 1\n", "lib/a.js": "// a\n"})
}

// multipartForm is the request that a browser sends for a form with a file; a nil zip is a form without one.
func multipartForm(t *testing.T, v *sitetest.Visitor, path string, form url.Values, fileName string, zip []byte) *http.Request {
	t.Helper()
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	for name, list := range form {
		for _, value := range list {
			if err := m.WriteField(name, value); err != nil {
				t.Fatal(err)
			}
		}
	}
	if zip != nil {
		part, err := m.CreateFormFile("package", fileName)
		if err == nil {
			_, err = part.Write(zip)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
	r := v.Request(t, http.MethodPost, path, &body)
	r.Header.Set("Content-Type", m.FormDataContentType())
	return r
}

// upload sends the form of a version and returns the address of its operation.
func upload(t *testing.T, v *sitetest.Visitor, versions string, form url.Values, zip []byte) (operation string) {
	t.Helper()
	a := v.Do(t, multipartForm(t, v, versions, form, "greeter.zip", zip))
	operation = a.Header.Get("Location")
	if a.StatusCode != http.StatusSeeOther || !strings.HasPrefix(operation, "/operations/") {
		t.Fatalf("%s creates a version at %s: %d %s\n%s", v.Name, versions, a.StatusCode, operation, mainOf(a))
	}
	return operation
}

// finished waits for an operation and returns its card.
func finished(t *testing.T, v *sitetest.Visitor, operation string) sitetest.Answer {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		a := v.Fragment(t, operation)
		if a.StatusCode != http.StatusOK {
			t.Fatalf("%s: %d\n%s", operation, a.StatusCode, a.Text)
		}
		if !strings.Contains(a.Text, "hx-trigger") {
			return a
		}
	}
	t.Fatal("the operation goes on for ever")
	return sitetest.Answer{}
}

// status fails the test unless an answer has the status.
func status(t *testing.T, a sitetest.Answer, want int) {
	t.Helper()
	if a.StatusCode != want {
		t.Fatalf("%s %s: %d, want %d\n%s", a.Request.Method, a.Request.URL.Path, a.StatusCode, want, mainOf(a))
	}
}

var mainRE = regexp.MustCompile(`(?s)<main.*</main>`)

// mainOf is the part of a page that says something, for messages.
func mainOf(a sitetest.Answer) string {
	text := mainRE.FindString(a.Text)
	if text == "" {
		text = a.Text
	}
	return text[:min(len(text), 1500)]
}

// signedOut reports whether an answer asks to sign in.
func signedOut(a sitetest.Answer) bool {
	to := a.Header.Get("Location")
	return a.StatusCode == http.StatusUnauthorized || a.StatusCode == http.StatusSeeOther && (to == "/login" || strings.HasPrefix(to, "/login?next="))
}

// anyOf reports which of some words a text holds; empty for none.
func anyOf(text string, words ...string) string {
	for _, w := range words {
		if strings.Contains(text, w) {
			return w
		}
	}
	return ""
}

// actor is a person in a project, for what a test sets up behind the door.
func actor(t *testing.T, s *sitetest.Site, name, project string) faas.Actor {
	t.Helper()
	a, err := s.Service.ActorFor(t.Context(), sitetest.Machine(), name, project)
	if err != nil {
		t.Fatal(err)
	}
	return a
}
