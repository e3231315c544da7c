package e2e

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"

	"verso/tests/program"
)

const contentPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
	"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'"

// Every page that a click leads to works under the one policy: no report, no error on the console, and no answer without
// the policy, those to errors and to htmx among them.
func TestS27EveryPageKeepsToThePolicy(t *testing.T) {
	EachEngine(t, func(t *testing.T, database string) {
		s := Start(t, Options{Database: database})
		s.furnish(t)
		p := s.Page(t, Look{})
		p.Expect(http.StatusNotFound, http.StatusForbidden, http.StatusUnprocessableEntity)
		seen := p.crawl(s.URL+"/", p.tryOut)
		for _, part := range []string{
			"/functions/new", "/versions/new", "/versions/1", "/edit", "/delete", "/operations/", "/reveal", "/settings/members", "/remove",
			"/settings/tokens", "/settings/keys", "/settings/tags", "/activity", "/settings/account", "/settings/sessions", "/settings/people/mia", "/projects",
		} {
			if !strings.Contains(strings.Join(seen, "\n"), part) {
				t.Errorf("no click leads to %s; seen are %d pages", part, len(seen))
			}
		}
		for _, path := range []string{"/nowhere", "/projects/none/functions", functionsPath + "/none", "/setup?key=wrong", "/login", functionsPath + "?q=" + strings.Repeat("x", 300)} {
			p.Open(s.URL + path)
		}
		p.Open(s.functions())
		p.Fill("[data-search]", "first")
		p.WaitUntil("the list is filtered", `location.search.includes('first')`)
		p.signOut()
		p.WaitText("h1", "Sign in")
		for policy, address := range p.policies {
			if policy != contentPolicy {
				t.Errorf("%s is answered with the policy %q", address, policy)
			}
		}
		t.Logf("%d pages", len(seen))
	})
}

// furnish makes something of everything that pages show.
func (s *Server) furnish(t *testing.T) {
	t.Helper()
	s.AddMember("mia", "developer")
	s.MakeToken(program.Owner)
	for _, name := range []string{"first", "second"} {
		s.createFunction(t, url.Values{"name": {name}, "description": {"Does " + name}, "labels": {"team=billing"}})
	}
	zip := packed(t, 0, "index.js", "lib/a.js")
	for i := range 3 {
		s.upload(t, "first", fmt.Sprintf("%d.zip", i), zip, [2]string{"tags", "beta"}, [2]string{"env_key", "TAX_TOKEN"}, [2]string{"env_value", "secret"})
	}
}

// tryOut opens what lies folded on a page, and the dialogs behind its links.
func (p *Page) tryOut() {
	p.t.Helper()
	p.WaitUntil("the page is there", `document.readyState === 'complete'`)
	for i := range Eval[int](p, `document.querySelectorAll('a[data-dialog]').length`) {
		p.Eval(fmt.Sprintf(`document.querySelectorAll('a[data-dialog]')[%d].click()`, i))
		p.WaitFor("#dialog[open] h1")
		p.Eval(`document.querySelector('#dialog').close()`)
	}
	p.Eval(`for (const e of document.querySelectorAll('details')) e.open = true`)
	if Eval[bool](p, `!!document.querySelector('[data-shortcuts]')`) {
		p.Eval(`document.querySelector('[data-shortcuts]').click()`)
		p.WaitFor("#shortcuts[open]")
		p.Eval(`document.querySelector('#shortcuts').close()`)
	}
}

// A page of another origin cannot show ours within itself; without our policy it could, which proves that it is looked at
// rightly.
func TestS29NoPageInAFrame(t *testing.T) {
	s := Start(t, Options{})
	bare := relay(t, s.URL, false)
	for _, c := range []struct {
		site  string
		shown bool
	}{{s.URL, false}, {bare, true}} {
		for _, path := range []string{"/login", functionsPath, "/nowhere", "/settings/account"} {
			p := openPage(t, Look{})
			p.SignIn(s, program.Owner)
			around := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "text/html")
				fmt.Fprintf(w, `<!DOCTYPE html><iframe src="%s"></iframe>`, c.site+path)
			}))
			p.Open(around.URL)
			p.WaitUntil("all is loaded", `document.readyState === 'complete'`)
			frames := call(p, page.GetFrameTree, cdp.Empty{}).FrameTree.ChildFrames
			around.Close()
			if len(frames) != 1 || strings.HasPrefix(frames[0].Frame.URL, c.site) != c.shown {
				t.Errorf("%s%s: %d frames, shown is to be %t: %+v", c.site, path, len(frames), c.shown, frames)
			}
		}
	}
}

// relay passes everything on to a server under an address of its own, with its content policy or without.
func relay(t *testing.T, to string, policy bool) string {
	t.Helper()
	target, err := url.Parse(to)
	if err != nil {
		t.Fatal(err)
	}
	proxy := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) { // the host stays: the server compares it with the browser's origin
			r.Out.URL.Scheme, r.Out.URL.Host, r.Out.Host = target.Scheme, target.Host, r.In.Host
		},
		ModifyResponse: func(r *http.Response) error {
			if !policy {
				r.Header.Del("Content-Security-Policy")
				r.Header.Del("Cross-Origin-Resource-Policy")
			}
			return nil
		},
	}
	server := httptest.NewServer(proxy)
	t.Cleanup(server.Close)
	return server.URL
}
