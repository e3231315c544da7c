package web_test

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"verso/web"
)

// lines reads a JSON log, one object a line.
func lines(t *testing.T, log string) []map[string]any {
	t.Helper()
	var list []map[string]any
	for line := range strings.Lines(log) {
		var one map[string]any
		if err := json.Unmarshal([]byte(line), &one); err != nil {
			t.Fatalf("%v in the line %q", err, line)
		}
		list = append(list, one)
	}
	return list
}

// nasty is what log forgers and terminals like: line breaks, escape codes (also the single character ones), quotes, marks
// that turn the text around, what nobody sees, and bytes that are no text.
const nasty = "a\r\n{\"level\":\"ERROR\",\"msg\":\"forged\"}\n\x1b[2J\x1b]0;title\a\"'\\\x7f\u009b31m\u202eevil\u2066\u200b\ufeff\u2028\x00\xff\xfe" + "z"

func TestS72S73OneRequestIsOneLineOfPlainText(t *testing.T) {
	var out logs
	h := wholeLog(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/panic" {
			panic(nasty)
		}
	}), slog.New(slog.NewJSONHandler(&out, nil)))
	paths := []string{"/" + nasty, "/" + strings.Repeat("x", 1<<20), "/" + strings.Repeat("\u202e", 1<<18), "/ok", "/panic"}
	for i, path := range paths {
		r := newRequest(path)
		for _, name := range []string{"User-Agent", "X-Request-Id", "Referer", "X-Forwarded-For", "Host", "X-Forwarded-Host"} {
			r.Header.Set(name, []string{nasty, strings.Repeat("y", 1<<20)}[i%2])
		}
		before := len(out.String())
		h.ServeHTTP(discard{http.Header{}}, r)
		written := out.String()[before:]
		list := lines(t, written)
		want := 1
		if path == "/panic" {
			want = 2 // the panic and the request
		}
		if len(list) != want {
			t.Fatalf("%.20q made %d lines:\n%s", path, len(list), written)
		}
		for _, line := range list {
			if id, _ := line["id"].(string); !regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`).MatchString(id) || strings.HasPrefix(id, "y") {
				t.Errorf("the id is %q", line["id"])
			}
			if line["msg"] == "panic" {
				delete(line, "stack") // ours
			}
			for name, value := range line {
				if s, ok := value.(string); ok && (strings.ContainsFunc(s, unprintable) || len(s) > 4096) {
					t.Errorf("%s is %.200q, %d bytes", name, s, len(s))
				}
			}
		}
	}
	if log := out.String(); strings.Contains(log, `"msg":"forged"`) {
		t.Errorf("a line was forged:\n%s", log)
	}
}

func unprintable(r rune) bool { return !unicode.IsPrint(r) }

// newRequest has a path that no client's library would send.
func newRequest(path string) *http.Request {
	r, err := http.NewRequest(http.MethodGet, "http://x/", nil)
	if err != nil {
		panic(err)
	}
	r.URL.Path, r.RemoteAddr = path, "192.0.2.1:1"
	return r
}

// discard drops an answer.
type discard struct{ header http.Header }

func (d discard) Header() http.Header         { return d.header }
func (d discard) Write(p []byte) (int, error) { return len(p), nil }
func (d discard) WriteHeader(int)             {}

// Over a real connection most of it does not get as far as the log; what does is one line each, in every format.
func TestS73OverTheWire(t *testing.T) {
	for name, handler := range map[string]func(io.Writer) slog.Handler{
		"text": func(w io.Writer) slog.Handler { return slog.NewTextHandler(w, nil) },
		"JSON": func(w io.Writer) slog.Handler { return slog.NewJSONHandler(w, nil) },
	} {
		var out logs
		addr := start(t, wholeLog(hello(), slog.New(handler(&out))), web.Options{})
		for _, request := range []string{
			"GET /a%0d%0aforged%1b[2J%22%e2%80%ae HTTP/1.1\r\nHost: x\r\nConnection: close\r\nUser-Agent: \"\r\nX-Request-Id: a\"b\r\n\r\n",
			"GET /fine HTTP/1.1\r\nHost: x\r\nConnection: close\r\nUser-Agent: \x1b[2J\r\n\r\n",
			"GET /fine HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Request-Id: " + strings.Repeat("a", 64) + "\r\n\r\n",
			"GET /fine HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Request-Id: " + strings.Repeat("b", 65) + "\r\n\r\n",
			"GET /a\x1b[2J HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
		} {
			raw(t, addr, request)
		}
		log := out.String()
		for line := range strings.Lines(log) {
			if strings.HasPrefix(line, "forged") || strings.ContainsFunc(strings.TrimSuffix(line, "\n"), unprintable) {
				t.Errorf("%s: the line %q", name, line)
			}
		}
		if got := strings.Count(log, "request"); got < 3 || !strings.Contains(log, strings.Repeat("a", 64)) || strings.Contains(log, strings.Repeat("b", 65)) {
			t.Errorf("%s: the log is\n%s", name, log)
		}
	}
}

func TestTheLogKeepsOrdinaryNames(t *testing.T) {
	var out bytes.Buffer
	h := wholeLog(hello(), slog.New(slog.NewJSONHandler(&out, nil)))
	for _, path := range []string{"/projects/default/functions/rechnung-größe", "/日本/функция", "/a b"} {
		out.Reset()
		h.ServeHTTP(discard{http.Header{}}, newRequest(path))
		if got := lines(t, out.String())[0]["path"]; got != path {
			t.Errorf("%q is logged as %q", path, got)
		}
	}
}
