package security_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"verso/handlers/sitetest"
)

// No route takes anything but a form yet. What another encoding says is not read, and nothing is done; where the body
// would not have been read anyway, too. (The doors for programs bring JSON, and their own tests of these numbers.)
func TestS25S70S71NothingButAFormIsTaken(t *testing.T) {
	each(t, func(t *testing.T, s *sitetest.Site) {
		w, conn := newWorld(t, s), open(t, s)
		before := snapshot(t, s, conn)
		for _, route := range unsafeRoutes(t, s) {
			path := w.fill(t, route.Path, w.admin)
			for kind, body := range map[string]string{
				"application/json":               `{"name":"json","name":"again","role":"owner"}`,
				"application/json; charset=utf8": `{"a":1}{"b":2}`,
				"text/plain":                     "name=as-text",
				"application/xml":                "<name>xml</name>",
				"text/x-nothing":                 "name=x",
				"form":                           "name=x",
				"":                               "name=as-nothing",
			} {
				r := w.admin.Request(t, route.Method, path, strings.NewReader(body))
				if kind != "" {
					r.Header.Set("Content-Type", kind)
				}
				if a := w.admin.Do(t, r); a.StatusCode != http.StatusUnsupportedMediaType {
					t.Errorf("%s %s takes %q: %d", route.Method, path, kind, a.StatusCode)
				}
			}
		}
		same(t, before, snapshot(t, s, conn), "bodies that are no forms")
	})
}

// numbers that a lenient reader would take for one, and a float on the way would change.
var oddNumbers = []string{
	"9223372036854775808", "9223372036854775807", "18446744073709551616", "-9223372036854775809", "0x10", "0b1", "0o7", "1_0", "1e3", "1.0", "256.0",
	" 7", "7 ", "+7", "-0", "-1", "٢٥٦", "２５６", "٣", "NaN", "Infinity", "1,0", "", "0", "256MiB", "5s",
}

func TestS71OddNumbersInFormsAreRefused(t *testing.T) {
	each(t, func(t *testing.T, s *sitetest.Site) {
		w := newWorld(t, s)
		for _, field := range []string{"memory", "timeout"} {
			for _, n := range oddNumbers {
				form := goodVersion()
				form.Set(field, n)
				a := w.developer.Do(t, multipartForm(t, w.developer, w.alpha.versions(), form, "a.zip", goodZip()))
				if a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.Text, `id="problem-`+field+`"`) {
					t.Errorf("%s %q: %d\n%s", field, n, a.StatusCode, mainOf(a))
				}
			}
		}
		for _, n := range oddNumbers {
			path := w.alpha.versions() + "/" + url.PathEscape(n)
			if n == "" {
				continue // the list itself
			}
			for _, more := range []string{"", "/package", "/environment/REGION/reveal"} {
				status(t, w.developer.Get(t, path+more), http.StatusNotFound)
			}
			for _, name := range []string{"copy", "from"} {
				a := w.developer.Get(t, w.alpha.versions()+"/new?source=copy&"+url.Values{name: {n}}.Encode())
				if a.StatusCode >= 500 {
					t.Errorf("%s=%s: %d", name, n, a.StatusCode)
				}
			}
		}
		if rows := texts(t, open(t, s), `SELECT number FROM versions`); strings.Join(rows, " ") != "1 1" {
			t.Errorf("versions are %q", rows)
		}
	})
}
