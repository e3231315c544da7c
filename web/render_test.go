package web_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"verso/web"
)

// text is a component that writes a text; like those that templ generates it does nothing once its context has ended.
func text(s string) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		_, err := io.WriteString(w, s)
		return err
	})
}

func TestRender(t *testing.T) {
	w := httptest.NewRecorder()
	if err := web.Render(w, httptest.NewRequest(http.MethodGet, "/", nil), http.StatusUnprocessableEntity, text("hällo")); err != nil {
		t.Fatal(err)
	}
	if w.Code != 422 || w.Body.String() != "hällo" || w.Header().Get("Content-Length") != "6" || w.Header().Get("Content-Type") != "text/html; charset=utf-8" {
		t.Errorf("got %d %q %v", w.Code, w.Body, w.Header())
	}
}

func TestRenderWritesNothingWhenTheTemplateFails(t *testing.T) {
	broken := templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		_, _ = io.WriteString(w, "<p>half a page")
		return errors.New("no rows")
	})
	w := httptest.NewRecorder()
	err := web.Render(w, httptest.NewRequest(http.MethodGet, "/", nil), http.StatusOK, broken)
	if err == nil || !strings.Contains(err.Error(), "no rows") {
		t.Errorf("got %v", err)
	}
	if w.Body.Len() > 0 || len(w.Header()) > 0 {
		t.Errorf("it wrote %q and %v", w.Body, w.Header())
	}
	// The half page must not turn up in the next one, which uses the same buffer.
	next := httptest.NewRecorder()
	if err := web.Render(next, httptest.NewRequest(http.MethodGet, "/", nil), http.StatusOK, text("whole")); err != nil || next.Body.String() != "whole" {
		t.Errorf("the next page is %q, %v", next.Body, err)
	}
}

func TestIsFragment(t *testing.T) {
	tests := []struct {
		headers map[string]string
		want    bool
	}{
		{nil, false},
		{map[string]string{"HX-Request": "true"}, true},
		{map[string]string{"HX-Request": "1"}, false},
		{map[string]string{"HX-Request": "true", "HX-History-Restore-Request": "true"}, false},
	}
	for _, test := range tests {
		r, w := httptest.NewRequest(http.MethodGet, "/", nil), httptest.NewRecorder()
		for k, v := range test.headers {
			r.Header.Set(k, v)
		}
		for range 2 { // a handler and its helper may both ask
			if got := web.IsFragment(w, r); got != test.want {
				t.Errorf("%v: got %v", test.headers, got)
			}
		}
		if got := w.Header()["Vary"]; len(got) != 1 || got[0] != "HX-Request" {
			t.Errorf("%v: Vary is %q, want it once", test.headers, got)
		}
	}
}

func TestRedirect(t *testing.T) {
	for _, htmx := range []bool{false, true} {
		r, w := httptest.NewRequest(http.MethodPost, "/", nil), httptest.NewRecorder()
		if htmx {
			r.Header.Set("HX-Request", "true")
		}
		if err := web.Redirect(w, r, "/a b?q=ü#x"); err != nil {
			t.Fatal(err)
		}
		code, header := http.StatusSeeOther, "Location"
		if htmx {
			code, header = http.StatusOK, "HX-Redirect"
		}
		if got := w.Header().Get(header); w.Code != code || got != "/a%20b?q=%C3%BC#x" {
			t.Errorf("htmx %v: got %d and %s %q", htmx, w.Code, header, got)
		}
	}
}

func TestS32NothingBreaksOutOfAHeader(t *testing.T) {
	for _, path := range []string{"/a\r\nSet-Cookie: x=1", "/a\nb", "/a\x00", "/ä\u2028", "/%0d%0aSet-Cookie:x", "//evil.example", "javascript:alert(1)"} {
		w := httptest.NewRecorder()
		web.PushURL(w, path)
		if err := web.SeeOther(w, path); err != nil {
			t.Fatal(err)
		}
		for name, list := range w.Header() {
			if v := strings.Join(list, ""); strings.ContainsAny(v, "\r\n\x00") || !isASCII(v) || strings.HasPrefix(v, "//") || strings.Contains(v, "javascript") {
				t.Errorf("%q became %s: %q", path, name, v)
			}
		}
	}
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] < 0x20 || s[i] > 0x7e {
			return false
		}
	}
	return true
}

func TestS34LocalPath(t *testing.T) {
	good := map[string]string{
		"/":                       "/",
		"/projects/default":       "/projects/default",
		"/f?q=a%20b&x=1":          "/f?q=a%20b&x=1",
		"/f?next=//evil.example":  "/f?next=//evil.example",
		"/a/b%2Fc":                "/a/b%2Fc",
		"/ü":                      "/%C3%BC",
		"/x?q=\"<>":               "/x?q=%22%3C%3E",
		"/operations/0190-a#part": "/operations/0190-a#part",
	}
	for in, want := range good {
		if got, ok := web.LocalPath(in); !ok || got != want {
			t.Errorf("%q: got %q, %v, want %q", in, got, ok, want)
		}
	}
	bad := []string{
		"", "evil", "https://evil.example", "//evil.example", `/\evil.example`, `\/evil.example`, "/%09/evil.example", "/%2f/evil.example",
		"/%2f%2fevil.example", "/%5cevil.example", "/..//evil.example", "/a/../..", "https:evil.example", "javascript:alert(1)", " /x", "/\t/evil.example",
		"/a//b", "/.", "/a/%2e%2e/b", "/a\u0085b", "/" + strings.Repeat("a", 10<<10), "/%zz",
	}
	for _, in := range bad {
		if got, ok := web.LocalPath(in); ok {
			t.Errorf("%q was taken for local and became %q", in, got)
		}
	}
}
