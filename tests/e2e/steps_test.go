package e2e

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"verso/blob/blobtest"
	"verso/tests/program"
)

// The steps that several flows share.

const functionsPath = "/projects/default/functions"

func (s *Server) functions() string { return s.URL + functionsPath }

func (s *Server) function(name string) string { return s.functions() + "/" + name }

func (s *Server) newVersion(name, query string) string {
	return s.function(name) + "/versions/new" + query
}

// packed is a zip with the given files, in order; ballast bytes that do not compress make it as large as wanted.
func packed(t *testing.T, ballast int, files ...string) []byte {
	t.Helper()
	var buf bytes.Buffer
	w := zip.NewWriter(&buf)
	add := func(name string, body []byte) {
		f, err := w.Create(name)
		if err == nil {
			_, err = f.Write(body)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range files {
		add(name, fmt.Appendf(nil, "// %s\nexports.handler = async () => ({ statusCode: 200 });\n", name))
	}
	if ballast > 0 {
		body := make([]byte, ballast)
		var seed [32]byte
		_, _ = rand.NewChaCha8(seed).Read(body) // it cannot fail
		add("ballast.bin", body)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// onDisk writes a file that a person may choose.
func onDisk(t *testing.T, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// makeFunction creates a function through its form and ends on its page.
func (p *Page) makeFunction(s *Server, name string) {
	p.t.Helper()
	p.Open(s.functions() + "/new")
	p.Fill("#name", name)
	p.submit()
	p.WaitUntil("the page of "+name, `location.pathname.endsWith(`+quoted("/"+name)+`)`)
}

// submit presses the form's own button.
func (p *Page) submit() {
	p.t.Helper()
	p.Click("[data-submit]")
}

// settings fills the two fields that have no default.
func (p *Page) settings() {
	p.t.Helper()
	p.Choose("#runtime", "nodejs22")
	p.Fill("#entrypoint", "index.handler")
}

// ends waits until the operation on the page is done, in this state. With script the card asks for itself; without,
// a person loads the page again.
func (p *Page) ends(state string) {
	p.t.Helper()
	if p.look.NoScript {
		p.WaitFor("#operation")
		for start := time.Now(); time.Since(start) < patience && Eval[bool](p, `!!document.querySelector('#operation[data-poll]')`); {
			p.Open(p.URL())
		}
	}
	p.WaitFor("#operation:not([data-poll])")
	if got := Eval[string](p, `document.querySelector('#operation').dataset.state`); got != state {
		p.fail("the operation ends", fmt.Errorf("as %s instead of %s", got, state))
	}
}

// numbers are the versions that the page's table lists.
func (p *Page) numbers() string {
	p.t.Helper()
	return Eval[string](p, `[...document.querySelectorAll('table.versions [data-row] a.v')].map((a) => a.textContent.trim()).join(' ')`)
}

// reveal asks for one value of a version's environment, as whoever is signed in.
func (p *Page) reveal(s *Server, name, number, variable string) {
	p.t.Helper()
	p.Open(s.function(name) + "/versions/" + number + "/environment/" + variable + "/reveal")
	p.Fill("#password", program.Password)
	p.Click("main form button.first")
}

// set gives a control a value at once, as far as the page's scripts can see as a person does; values that no list
// offers are added to it.
func (p *Page) set(selector, value string) {
	p.t.Helper()
	p.Eval(`const e = document.querySelector(` + quoted(selector) + `);
		if (e.options && ![...e.options].some((o) => o.value === ` + quoted(value) + `)) e.add(new Option('added', ` + quoted(value) + `));
		e.value = ` + quoted(value) + `;
		for (const kind of ['input', 'change']) e.dispatchEvent(new Event(kind, { bubbles: true }));`)
}

func quoted(text string) string { return fmt.Sprintf("%q", text) }

// download fetches what a link of the page leads to.
func (p *Page) download(selector string) []byte {
	p.t.Helper()
	answer := p.request(http.MethodGet, Eval[string](p, `document.querySelector(`+quoted(selector)+`).href`))
	data, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		p.t.Fatalf("the download answers %s: %v", answer.Status, err)
	}
	return data
}

// createFunction makes a function, as a program would.
func (s *Server) createFunction(t *testing.T, fields url.Values) {
	t.Helper()
	s.post(t, functionsPath, "application/x-www-form-urlencoded", strings.NewReader(fields.Encode()))
}

// upload makes a version of a function, as a program would, and returns its operation.
func (s *Server) upload(t *testing.T, function, fileName string, file []byte, more ...[2]string) (operation string) {
	t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for _, f := range append([][2]string{
		{"source", "upload"}, {"runtime", "nodejs22"}, {"entrypoint", "index.handler"}, {"memory", "128"}, {"timeout", "3"},
	}, more...) {
		if err := w.WriteField(f[0], f[1]); err != nil {
			t.Fatal(err)
		}
	}
	part, err := w.CreateFormFile("package", fileName)
	if err == nil {
		_, err = part.Write(file)
	}
	if err := errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	return s.post(t, functionsPath+"/"+function+"/versions", w.FormDataContentType(), &body)
}

// post sends a form with the token of the owner, and wants it to be taken; it returns where the answer leads.
func (s *Server) post(t *testing.T, path, kind string, body io.Reader) string {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL+path, body)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", kind)
	r.Header.Set("Authorization", "Bearer "+s.Token())
	answer, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	said, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusSeeOther {
		_, problems, _ := strings.Cut(string(said), `id="problems"`)
		t.Fatalf("POST %s: %s: %v: %.500s", path, answer.Status, err, problems)
	}
	return answer.Header.Get("Location")
}

// withBucket is the options of a server that has the bucket "releases" of an S3 server, whose keys it knows.
func withBucket(store *blobtest.Server) Options {
	return Options{Buckets: map[string]string{"releases": store.URL("releases")}, S3: store}
}

// gate stands before an S3 server. While it is shut, objects can be looked at but not read.
type gate struct {
	URL string

	mu   sync.Mutex
	shut chan struct{} // nil when open
}

func newGate(t *testing.T, endpoint string) *gate {
	t.Helper()
	target, err := url.Parse(endpoint)
	if err != nil {
		t.Fatal(err)
	}
	g := &gate{}
	pass := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { // the host stays: it is signed
		r.Out.URL.Scheme, r.Out.URL.Host, r.Out.Host = target.Scheme, target.Host, r.In.Host
	}}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		g.mu.Lock()
		shut := g.shut
		g.mu.Unlock()
		if shut != nil && r.Method == http.MethodGet {
			select {
			case <-shut:
			case <-r.Context().Done():
				return
			}
		}
		pass.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	t.Cleanup(g.open) // first, since a waiting request would keep the server from closing
	g.URL = server.URL
	return g
}

func (g *gate) close() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.shut == nil {
		g.shut = make(chan struct{})
	}
}

func (g *gate) open() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.shut != nil {
		close(g.shut)
		g.shut = nil
	}
}

// doubleClick presses a button twice, as quickly as people do.
func (p *Page) doubleClick(selector string) {
	p.t.Helper()
	p.do("double click "+selector, chromedp.DoubleClick(chromedp.CSS(selector), chromedp.NodeVisible))
}

// escaped is an address as it stands in another's query.
func escaped(address string) string { return url.QueryEscape(address) }

func base64Of(data []byte) string { return base64.StdEncoding.EncodeToString(data) }
