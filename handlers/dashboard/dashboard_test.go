package dashboard_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"

	"verso/archive/archivetest"
	"verso/blob"
	"verso/db"
	"verso/db/dbtest"
	"verso/faas"
	"verso/handlers"
	"verso/service"
	"verso/web"
	"verso/worker"
)

func TestMain(m *testing.M) { os.Exit(dbtest.Main(m)) }

// site is the whole server of one test: real rooms, real worker, no network beyond loopback.
type site struct {
	*httptest.Server
	store   *db.Store
	service *service.Service
	client  *http.Client // does not follow redirects
}

func newSite(t *testing.T) *site {
	t.Helper()
	s := newIdleSite(t)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	log := slog.New(slog.DiscardHandler)
	go func() {
		defer close(done)
		worker.New(s.store, s.service.Run, worker.Settings{Name: "test"}, log).Work(ctx)
	}()
	t.Cleanup(func() { stop(); <-done })
	return s
}

// newIdleSite has no worker.
func newIdleSite(t *testing.T) *site {
	t.Helper()
	store := dbtest.OpenSQLite(t)
	blobs, err := blob.Open(t.Context(), "", t.TempDir(), os.Getenv)
	if err != nil {
		t.Fatal(err)
	}
	buckets, err := blob.OpenBuckets(nil, os.Getenv)
	if err != nil {
		t.Fatal(err)
	}
	now := func() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }
	s := service.New(service.Config{Store: store, Blobs: blobs, Buckets: buckets, Limits: faas.DefaultLimits(), Now: now})
	if _, err := s.EnsureProject(t.Context(), faas.Actor{ID: "t", Name: "t", Role: faas.Owner}, "default"); err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.DiscardHandler)
	server := httptest.NewServer(handlers.New(handlers.Config{
		Service: s, Ready: store.Ping, Metrics: http.NotFoundHandler(), Observe: func(web.Answered) {},
		BaseURL: "http://127.0.0.1:8080", Version: "test", Now: now, Log: log,
	}))
	t.Cleanup(server.Close)
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return &site{Server: server, store: store, service: s, client: client}
}

// answer is what came back, with its body as text and as a tree.
type answer struct {
	*http.Response
	text string
	root *html.Node
}

func (s *site) do(t *testing.T, r *http.Request) answer {
	t.Helper()
	res, err := s.client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	root, err := html.Parse(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	return answer{res, string(body), root}
}

func (s *site) request(t *testing.T, method, path string, body io.Reader) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, s.URL+path, body)
	if err != nil {
		t.Fatal(err)
	}
	return r
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
