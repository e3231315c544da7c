package views_test

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/a-h/templ"
	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"

	"verso/static"
)

func render(t testing.TB, c templ.Component) []byte {
	t.Helper()
	var buf bytes.Buffer
	if err := c.Render(context.Background(), &buf); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func parse(t testing.TB, c templ.Component) *html.Node {
	t.Helper()
	return parseBytes(t, render(t, c))
}

func parseBytes(t testing.TB, page []byte) *html.Node {
	t.Helper()
	doc, err := html.Parse(bytes.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func all(n *html.Node, selector string) []*html.Node {
	return cascadia.QueryAll(n, cascadia.MustCompile(selector))
}

// one finds the only element for the selector.
func one(t testing.TB, n *html.Node, selector string) *html.Node {
	t.Helper()
	list := all(n, selector)
	if len(list) != 1 {
		t.Fatalf("%q finds %d elements, want one", selector, len(list))
	}
	return list[0]
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func text(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

func TestEveryPageIsWellMade(t *testing.T) {
	for name, c := range everyPage() {
		t.Run(name, func(t *testing.T) {
			doc := parse(t, c)
			one(t, doc, "html[lang=en] > head > title")
			one(t, doc, "body > main#main")
			one(t, doc, "h1")
			one(t, doc, `a.skip[href="#main"]`)
			checkIDs(t, doc)
			checkHeadings(t, doc)
			checkNothingInline(t, doc)
			for _, b := range all(doc, "button:not([type])") {
				t.Errorf("a button without a type: %s", text(b))
			}
			for _, th := range all(doc, "thead th:not([scope]), tbody th:not([scope])") {
				t.Errorf("a header cell without a scope: %s", text(th))
			}
			for _, c := range all(doc, "table:not(.keys):not(:has(caption))") {
				t.Errorf("a table without a caption: %s", attr(c, "class"))
			}
			if i := bytes.Index(render(t, c), []byte("@ui.")); i >= 0 {
				t.Error("a component's call stands in the page as text")
			}
		})
	}
}

// checkIDs wants every id once, and every reference to lead to one.
func checkIDs(t *testing.T, doc *html.Node) {
	seen := map[string]bool{}
	for _, n := range all(doc, "[id]") {
		if id := attr(n, "id"); seen[id] {
			t.Errorf("the id %q is used twice", id)
		} else {
			seen[id] = true
		}
	}
	for _, name := range []string{"for", "aria-labelledby", "aria-describedby", "list"} {
		for _, n := range all(doc, "["+name+"]") {
			for _, id := range strings.Fields(attr(n, name)) {
				if !seen[id] {
					t.Errorf("%s of <%s name=%q> leads nowhere: %q", name, n.Data, attr(n, "name"), id)
				}
			}
		}
	}
	for _, n := range all(doc, `a[href^="#"]`) {
		if id := attr(n, "href")[1:]; !seen[id] {
			t.Errorf("a link leads nowhere: #%s", id)
		}
	}
}

func checkHeadings(t *testing.T, doc *html.Node) {
	last := 1
	for _, h := range all(doc, "main h1, main h2, main h3") {
		level := int(h.Data[1] - '0')
		if level > last+1 {
			t.Errorf("the heading %q of level %d follows one of level %d", text(h), level, last)
		}
		last = level
	}
}

// refused is what templ writes in place of an address whose scheme it does not trust.
const refused = "about:invalid#TemplFailedSanitizationURL"

// checkNothingInline holds the pages to the content policy: no style, no script of their own, no handler attributes,
// no expressions for htmx, no address outside of this server.
func checkNothingInline(t *testing.T, doc *html.Node) {
	t.Helper()
	if n := len(all(doc, "style, script:not([src]), iframe, object, embed, base")); n > 0 {
		t.Errorf("%d elements that the policy forbids", n)
	}
	for n := range doc.Descendants() {
		for _, a := range n.Attr {
			bad := a.Key == "style" || strings.HasPrefix(a.Key, "on") || strings.HasPrefix(a.Key, "hx-on") ||
				a.Key == "hx-trigger" && strings.Contains(a.Val, "[") || strings.HasPrefix(a.Key, "hx-") && (strings.HasPrefix(a.Val, "js:") || strings.HasPrefix(a.Val, "javascript:"))
			if a.Key == "href" || a.Key == "src" || a.Key == "action" || a.Key == "formaction" {
				lean := strings.HasPrefix(a.Val, "functions/") || strings.HasPrefix(a.Val, "versions/") // in rows
				bad = bad || !lean && !strings.HasPrefix(a.Val, "/") && !strings.HasPrefix(a.Val, "#") && a.Val != refused || strings.HasPrefix(a.Val, "//")
			}
			if bad {
				t.Errorf("<%s %s=%q>", n.Data, a.Key, a.Val)
			}
		}
	}
}

// Every file that a page names is there.
func TestStaticFilesExist(t *testing.T) {
	for name, c := range everyPage() {
		doc := parse(t, c)
		for _, n := range all(doc, "script[src], link[href], use[href], [data-worker]") {
			path, _, _ := strings.Cut(attr(n, "src")+attr(n, "href")+attr(n, "data-worker"), "#")
			w := httptest.NewRecorder()
			static.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
			if w.Code != 200 {
				t.Errorf("%s: %s answers %d", name, path, w.Code)
			}
		}
	}
}

// The whole first page, with all that it loads, stays under 100 KB; fifty rows stay under 40 KB.
func TestWeight(t *testing.T) {
	pages := everyPage()
	for _, name := range []string{"functions", "versions"} {
		doc, size := parse(t, pages[name]), len(render(t, pages[name]))
		if size > 40_000 {
			t.Errorf("%s: %d bytes of HTML", name, size)
		}
		for _, n := range all(doc, "script[src], link[href], use[href]") {
			path, _, _ := strings.Cut(attr(n, "src")+attr(n, "href"), "#")
			w := httptest.NewRecorder()
			static.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
			if n.Data != "use" {
				size += w.Body.Len()
			}
		}
		t.Logf("%s: %d bytes in all, unpacked", name, size)
		if size > 100_000 {
			t.Errorf("%s: %d bytes in all", name, size)
		}
	}
}

func contains(s, part string) bool { return strings.Contains(s, part) }
