package e2e

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"
)

func TestMain(m *testing.M) { os.Exit(Main(m)) }

func TestAxeIsTheReleasedOne(t *testing.T) {
	if got := axeSum(); got != axeSHA256 {
		t.Fatalf("axe.min.js has the sha-256 %s instead of %s", got, axeSHA256)
	}
}

// A harness that never complains proves nothing: each fault of this page must be reported, and a sound page must not.
func TestHarnessHearsFaults(t *testing.T) {
	const sound = `<!DOCTYPE html><html lang="en"><head><title>Sound</title></head><body><main><h1>Sound</h1></main></body></html>`
	tests := []struct {
		name, path, body string
		find             func(*Page) []string
		want             string // empty: nothing may be found
	}{
		{"sound page, console", "/", sound, (*Page).Noise, ""},
		{"sound page, axe", "/", sound, (*Page).Violations, ""},
		{"sound page, width", "/", sound, (*Page).Sideways, ""},
		{"console error", "/", `<script src="/error.js"></script>`, (*Page).Noise, "console.error"},
		{"exception", "/", `<script src="/throw.js"></script>`, (*Page).Noise, "out of cheese"},
		{"missing file", "/", `<img src="/missing.png" alt="">`, (*Page).Noise, "status of 404"},
		{"inline script", "/", `<script>1</script>`, (*Page).Noise, "content policy"},
		{"inline style", "/", `<p style="color: red">red</p>`, (*Page).Noise, "content policy"},
		{"image without text", "/", `<img src="data:,">`, (*Page).Violations, "image-alt"},
		{"wide element", "/", `<pre>` + strings.Repeat("wide", 1000) + `</pre>`, (*Page).Sideways, "pre#"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { faulty(w, r, test.body) }))
			t.Cleanup(site.Close)
			p := openPage(t, Look{})
			p.Open(site.URL + test.path)
			got := test.find(p)
			if test.want == "" && len(got) > 0 {
				t.Fatalf("a sound page is reported: %q", got)
			}
			if !slices.ContainsFunc(got, func(s string) bool { return strings.Contains(s, test.want) }) && test.want != "" {
				t.Fatalf("reported is %q; wanted something about %q", got, test.want)
			}
		})
	}
}

// faulty serves one page under the policy that Verso's own pages have.
func faulty(w http.ResponseWriter, r *http.Request, body string) {
	w.Header().Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:")
	switch r.URL.Path {
	case "/":
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(w, body)
	case "/error.js":
		w.Header().Set("Content-Type", "text/javascript")
		_, _ = io.WriteString(w, `console.error('an error')`)
	case "/throw.js":
		w.Header().Set("Content-Type", "text/javascript")
		_, _ = io.WriteString(w, `throw new Error('out of cheese')`)
	case "/favicon.ico":
		w.WriteHeader(http.StatusNoContent)
	default:
		http.NotFound(w, r)
	}
}

func TestHarnessExpectsStatuses(t *testing.T) {
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		faulty(w, r, `<!DOCTYPE html><img src="/missing.png" alt="">`)
	}))
	t.Cleanup(site.Close)
	p := openPage(t, Look{})
	p.Expect(http.StatusNotFound)
	p.Open(site.URL)
	if got := p.Noise(); len(got) > 0 {
		t.Fatalf("an expected status is reported: %q", got)
	}
}

// What switches a page must be felt by the page.
func TestHarnessLooks(t *testing.T) {
	const body = `<!DOCTYPE html><script src="/error.js"></script><noscript><p id="off">off</p></noscript><input id="field" value="old">`
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { faulty(w, r, body) }))
	t.Cleanup(site.Close)
	for _, look := range append(Looks(), Look{NoScript: true}, Look{Narrow: true, Dark: true, NoScript: true}) {
		t.Run(look.String(), func(t *testing.T) {
			p := openPage(t, look)
			p.Open(site.URL)
			width, _ := look.size()
			if got := Eval[int64](p, `innerWidth`); got != width {
				t.Errorf("the window is %d px wide instead of %d", got, width)
			}
			if got := Eval[bool](p, `matchMedia('(prefers-color-scheme: dark)').matches`); got != look.Dark {
				t.Errorf("dark is %t", got)
			}
			if got := p.Has("#off"); got != look.NoScript {
				t.Errorf("the noscript part is shown: %t", got)
			}
			if got := len(p.Noise()) == 0; got != look.NoScript {
				t.Errorf("scripts kept quiet: %t", got)
			}
			p.Fill("#field", "new text")
			if got := p.Value("#field"); got != "new text" {
				t.Errorf("the field holds %q", got)
			}
			p.Fill("#field", "")
			if got := p.Value("#field"); got != "" {
				t.Errorf("the emptied field holds %q", got)
			}
		})
	}
}

// The program starts on both engines, its first page is sound in every look, and it survives an end of either kind.
func TestFirstPage(t *testing.T) {
	EachEngine(t, func(t *testing.T, database string) {
		s := Start(t, Options{Database: database})
		p := s.Page(t, Look{})
		p.Open(s.URL)
		p.WaitFor("h1")
		if !strings.HasSuffix(p.URL(), "/projects/default/functions") {
			t.Errorf("the first page leads to %s", p.URL())
		}
		p.CheckLooks("functions-empty")
		p.Leave()
		s.Stop()
		s.Start()
		p.Open(s.URL)
		p.WaitFor("h1")
		p.Leave()
		s.Kill()
		s.Start()
		p.Open(s.URL)
		p.WaitFor("h1")
	})
}
