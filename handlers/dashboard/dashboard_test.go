package dashboard_test

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"

	"verso/archive/archivetest"
	"verso/db"
	"verso/db/dbtest"
	"verso/faas"
	"verso/handlers/sitetest"
	"verso/service"
)

func TestMain(m *testing.M) { os.Exit(dbtest.Main(m)) }

// site is the whole server of one test, and its owner's browser.
type site struct {
	*sitetest.Site
	owner   *sitetest.Visitor
	store   *db.Store
	service *service.Service
}

func newSite(t *testing.T) *site {
	t.Helper()
	return siteOf(t, sitetest.Options{})
}

// newIdleSite has no worker.
func newIdleSite(t *testing.T) *site {
	t.Helper()
	return siteOf(t, sitetest.Options{Idle: true})
}

func siteOf(t *testing.T, o sitetest.Options) *site {
	t.Helper()
	s := sitetest.New(t, o)
	return &site{Site: s, owner: s.Member(t, "owner", faas.DefaultProject, faas.Owner), store: s.Store, service: s.Service}
}

// answer is what came back, with its body as text and as a tree.
type answer struct {
	*http.Response
	text string
	root *html.Node
}

func (s *site) do(t *testing.T, r *http.Request) answer {
	t.Helper()
	a := s.owner.Do(t, r)
	root, err := html.Parse(strings.NewReader(a.Text))
	if err != nil {
		t.Fatal(err)
	}
	return answer{a.Response, a.Text, root}
}

func (s *site) request(t *testing.T, method, path string, body io.Reader) *http.Request {
	t.Helper()
	return s.owner.Request(t, method, path, body)
}

func (s *site) get(t *testing.T, path string) answer {
	t.Helper()
	return s.do(t, s.request(t, http.MethodGet, path, nil))
}

// fragment asks as htmx does.
func (s *site) fragment(t *testing.T, path string) answer {
	t.Helper()
	r := s.request(t, http.MethodGet, path, nil)
	r.Header.Set("HX-Request", "true")
	return s.do(t, r)
}

func (s *site) post(t *testing.T, path string, form url.Values) answer {
	t.Helper()
	r := s.request(t, http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return s.do(t, r)
}

// send posts a multipart form; a nil zip is a file field that was left empty, as browsers send it.
func (s *site) send(t *testing.T, path string, form url.Values, zip []byte, fileFirst bool) answer {
	t.Helper()
	return s.do(t, s.multipart(t, path, form, zip, fileFirst))
}

// multipart is the request that send sends.
func (s *site) multipart(t *testing.T, path string, form url.Values, zip []byte, fileFirst bool) *http.Request {
	t.Helper()
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	if fileFirst {
		writeFile(t, m, zip)
	}
	for name, list := range form {
		for _, value := range list {
			if err := m.WriteField(name, value); err != nil {
				t.Fatal(err)
			}
		}
	}
	if !fileFirst {
		writeFile(t, m, zip)
	}
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
	r := s.request(t, http.MethodPost, path, &body)
	r.Header.Set("Content-Type", m.FormDataContentType())
	return r
}

func writeFile(t *testing.T, m *multipart.Writer, zip []byte) {
	t.Helper()
	name := "greeter.zip"
	if zip == nil {
		name = ""
	}
	part, err := m.CreateFormFile("package", name)
	if err == nil {
		_, err = part.Write(zip)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// all returns the text of every element that a selector finds.
func (a answer) all(t *testing.T, selector string) []string {
	t.Helper()
	sel, err := cascadia.Parse(selector)
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, n := range cascadia.QueryAll(a.root, sel) {
		list = append(list, textOf(n))
	}
	return list
}

// one returns the text of the first element that a selector finds.
func (a answer) one(t *testing.T, selector string) string {
	t.Helper()
	list := a.all(t, selector)
	if len(list) == 0 {
		t.Fatalf("no %s in the answer %d:\n%s", selector, a.StatusCode, a.text)
	}
	return list[0]
}

// attr returns an attribute of the first element that a selector finds.
func (a answer) attr(t *testing.T, selector, name string) string {
	t.Helper()
	sel, err := cascadia.Parse(selector)
	if err != nil {
		t.Fatal(err)
	}
	n := cascadia.Query(a.root, sel)
	if n == nil {
		t.Fatalf("no %s in the answer %d:\n%s", selector, a.StatusCode, a.text)
	}
	for _, at := range n.Attr {
		if at.Key == name {
			return at.Val
		}
	}
	return ""
}

func textOf(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data + " ")
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

const functions = "/projects/default/functions"

func (s *site) makeFunction(t *testing.T, name string) {
	t.Helper()
	if a := s.post(t, functions, url.Values{"name": {name}}); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("creating %s: %d\n%s", name, a.StatusCode, a.text)
	}
}

func goodVersion() url.Values {
	return url.Values{
		"source": {"upload"}, "runtime": {"nodejs22"}, "entrypoint": {"index.handler"}, "memory": {"256"}, "timeout": {"5"},
		"description": {"first\r\nwords"}, "tags": {"prod, beta"},
		"env_key": {"REGION", ""}, "env_value": {"eu-canary", ""}, "env_kept": {"", ""},
	}
}

func goodZip() []byte {
	return archivetest.Zip(map[string]string{"index.js": "exports.handler = async () => 1\n", "lib/a.js": "// a\n"})
}

// finished waits for the operation that a creation led to.
func (s *site) finished(t *testing.T, path string) answer {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		a := s.fragment(t, path)
		if a.StatusCode != http.StatusOK {
			t.Fatalf("%s: %d\n%s", path, a.StatusCode, a.text)
		}
		if a.attr(t, "#operation", "hx-trigger") == "" {
			return a
		}
	}
	t.Fatal("the operation goes on for ever")
	return answer{}
}
