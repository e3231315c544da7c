package web_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"
	"unicode/utf8"

	"verso/faas"
	"verso/web"
)

const urlencoded = "application/x-www-form-urlencoded"

func post(contentType string, body io.Reader) *http.Request {
	r := httptest.NewRequest(http.MethodPost, "/", body)
	r.Header.Set("Content-Type", contentType)
	return r
}

func TestS53ReadForm(t *testing.T) {
	many := strings.Repeat("a=1&", 999) + "a=1"
	tests := []struct {
		name, kind, body string
		want             int // 0 for none
	}{
		{"a form", urlencoded, "a=1&b=2&a=3", 0},
		{"with charset", urlencoded + "; charset=utf-8", "a=1", 0},
		{"an empty one", urlencoded, "", 0},
		{"1000 fields", urlencoded, many, 0},
		{"1001 fields", urlencoded, many + "&b=1", 400},
		{"200000 fields", urlencoded, strings.Repeat("k=&", 200000), 400},
		{"an index like an array's", urlencoded, "a[999999999]=1", 0},
		{"a value of 64 KiB", urlencoded, "a=" + strings.Repeat("x", 64<<10), 0},
		{"a longer one", urlencoded, "a=" + strings.Repeat("x", 64<<10+1), 422},
		{"1 MiB and more", urlencoded, strings.Repeat("a="+strings.Repeat("x", 60<<10)+"&", 20), 413},
		{"a bad escape", urlencoded, "a=%zz", 400},
		{"a semicolon", urlencoded, "a=1;b=2", 400},
		{"JSON", "application/json", "{}", 415},
		{"text", "text/plain", "a=1", 415},
		{"no type", "", "a=1", 415},
		{"multipart", "multipart/form-data; boundary=x", "a=1", 415},
	}
	for _, test := range tests {
		begin := time.Now()
		values, err := web.ReadForm(post(test.kind, strings.NewReader(test.body)))
		if took := time.Since(begin); took > time.Second {
			t.Errorf("%s took %s", test.name, took)
		}
		check(t, test.name, err, test.want)
		if err != nil && values != nil {
			t.Errorf("%s: values beside an error", test.name)
		}
	}
	values, err := web.ReadForm(post(urlencoded, strings.NewReader("a=1&b=%C3%BC+x&a=3")))
	if err != nil || !slices.Equal(values["a"], []string{"1", "3"}) || values.Get("b") != "ü x" {
		t.Errorf("got %v, %v", values, err)
	}
	r := post(urlencoded, strings.NewReader("a=1"))
	r.URL.RawQuery = "a=2&c=3"
	if values, _ := web.ReadForm(r); len(values["a"]) != 1 || values.Has("c") {
		t.Errorf("the query is part of the form: %v", values)
	}
}

// check compares an error's status with the wanted one and demands a sentence.
func check(t *testing.T, name string, err error, want int) {
	t.Helper()
	switch {
	case want == 0:
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	case err == nil:
		t.Errorf("%s was taken, want %d", name, want)
	case web.Status(err) != want || !strings.HasSuffix(faas.ProblemsOf(err)[0].Message, "."):
		t.Errorf("%s: got %d %v, want %d and a sentence", name, web.Status(err), err, want)
	}
}

// part is one part of a form; file parts have a file name.
type part struct {
	name, file, content string
	isFile              bool
}

// form writes parts the way browsers do.
func form(t testing.TB, parts ...part) (string, []byte) {
	t.Helper()
	var buf bytes.Buffer
	w := multipart.NewWriter(&buf)
	for _, p := range parts {
		var out io.Writer
		var err error
		if p.isFile {
			out, err = w.CreateFormFile(p.name, p.file)
		} else {
			out, err = w.CreateFormField(p.name)
		}
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(out, p.content); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return w.FormDataContentType(), buf.Bytes()
}

// taken is what a whole form came to.
type taken struct {
	before, values url.Values
	field, name    string
	content        string
}

// take reads a form to its end the way a handler does.
func take(r *http.Request, limit int64) (taken, error) {
	var got taken
	m, err := web.ReadMultipart(r, limit)
	if err != nil {
		return got, err
	}
	f, err := m.File()
	if err != nil {
		return got, err
	}
	got.before = cloneValues(m.Values())
	if f != nil {
		got.field, got.name = f.Field, f.Name
		content, err := io.ReadAll(f)
		if err != nil {
			return got, err
		}
		got.content = string(content)
	}
	err = m.Rest()
	got.values = m.Values()
	return got, err
}

func cloneValues(v url.Values) url.Values {
	c := url.Values{}
	for k, list := range v {
		c[k] = slices.Clone(list)
	}
	return c
}

func TestReadMultipart(t *testing.T) {
	kind, body := form(t,
		part{name: "key", content: "k"}, part{name: "tags", content: "a"}, part{name: "tags", content: "b"},
		part{name: "other", isFile: true}, // a file field left empty
		part{name: "package", file: "code.zip", content: "PK\r\n--\r\nbytes", isFile: true},
		part{name: "late", content: "x"},
	)
	for name, r := range map[string]io.Reader{"whole": bytes.NewReader(body), "byte by byte": iotest.OneByteReader(bytes.NewReader(body))} {
		got, err := take(post(kind, r), 1<<20)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if got.field != "package" || got.name != "code.zip" || got.content != "PK\r\n--\r\nbytes" {
			t.Errorf("%s: the file is %q %q %q", name, got.field, got.name, got.content)
		}
		if got.before.Has("late") || got.before.Get("key") != "k" || !slices.Equal(got.before["tags"], []string{"a", "b"}) {
			t.Errorf("%s: before the file: %v", name, got.before)
		}
		if got.values.Get("late") != "x" || got.values.Has("other") {
			t.Errorf("%s: after it: %v", name, got.values)
		}
	}
	kind, body = form(t, part{name: "a", content: "1"})
	if got, err := take(post(kind, bytes.NewReader(body)), 1<<20); err != nil || got.field != "" || got.values.Get("a") != "1" {
		t.Errorf("without a file: %+v, %v", got, err)
	}
}

func TestMultipartPassesOverAFileNobodyRead(t *testing.T) {
	kind, body := form(t, part{name: "f", file: "f", content: strings.Repeat("x", 100<<10), isFile: true}, part{name: "a", content: "1"})
	m, err := web.ReadMultipart(post(kind, bytes.NewReader(body)), 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.File(); err != nil {
		t.Fatal(err)
	}
	if err := m.Rest(); err != nil || m.Values().Get("a") != "1" {
		t.Errorf("got %v, %v", m.Values(), err)
	}
	if _, err := m.File(); err == nil {
		t.Error("a second file was looked for")
	}
}

func TestS52HostileMultipart(t *testing.T) {
	build := func(parts ...part) (string, string) {
		kind, body := form(t, parts...)
		return kind, string(body)
	}
	repeat := func(p part, n int) []part {
		return slices.Repeat([]part{p}, n)
	}
	type request struct {
		kind, body string
		want       int
	}
	tests := map[string]request{}
	add := func(name string, want int) func(kind, body string) {
		return func(kind, body string) { tests[name] = request{kind, body, want} }
	}
	file := part{name: "f", file: "f.zip", content: "PK", isFile: true}
	add("1000 parts", 0)(build(repeat(part{name: "a", content: "1"}, 1000)...))
	add("10000 parts", 400)(build(repeat(part{name: "a", content: "1"}, 10000)...))
	add("10000 empty files", 400)(build(repeat(part{name: "a", isFile: true}, 10000)...))
	add("two files", 400)(build(file, file))
	add("a value of 64 KiB", 0)(build(part{name: "a", content: strings.Repeat("x", 64<<10)}))
	add("a longer one", 422)(build(part{name: "a", content: strings.Repeat("x", 64<<10+1)}))
	add("more than 1 MiB of values", 413)(build(repeat(part{name: "a", content: strings.Repeat("x", 60<<10)}, 20)...))
	add("more than 1 MiB after the file", 413)(build(append([]part{file}, repeat(part{name: "a", content: strings.Repeat("x", 60<<10)}, 20)...)...))
	add("a file larger than the body limit", 413)(build(part{name: "f", file: "f", content: strings.Repeat("x", 3<<20), isFile: true}))
	kind, body := build(file)
	add("no end", 400)(kind, body[:len(body)-10])
	add("cut off in the file", 400)(kind, body[:strings.Index(body, "PK")+1])
	add("cut off in a header", 400)(kind, body[:20+strings.Index(body, "\r\n")])
	add("nothing", 400)(kind, "")
	add("no boundary", 400)("multipart/form-data", body)
	add("a boundary of 10 KiB", 400)("multipart/form-data; boundary="+strings.Repeat("b", 10<<10), body)
	add("another boundary", 400)("multipart/form-data; boundary=other", body)
	add("a urlencoded form", 415)(urlencoded, "a=1")
	add("multipart/mixed", 415)("multipart/mixed; boundary=x", body)
	add("no type", 415)("", body)
	hand := func(header, content string) (string, string) {
		return "multipart/form-data; boundary=x", "--x\r\n" + header + "\r\n\r\n" + content + "\r\n--x--\r\n"
	}
	add("64 KiB of part headers", 400)(hand(`Content-Disposition: form-data; name="a"`+"\r\nX-Big: "+strings.Repeat("h", 64<<10), "1"))
	add("5000 part headers", 400)(hand(`Content-Disposition: form-data; name="a"`+strings.Repeat("\r\nX: y", 5000), "1"))
	add("a long preamble", 400)("multipart/form-data; boundary=x", strings.Repeat("p", 900<<10)+"\r\n--x\r\n")
	add("a part without a name", 400)(hand("Content-Disposition: form-data", "1"))
	add("a part without a disposition", 400)(hand("Content-Type: text/plain", "1"))
	add("a file without a name that has content", 400)(hand(`Content-Disposition: form-data; name="f"; filename=""`, "PK"))
	for name, test := range tests {
		_, err := take(post(test.kind, strings.NewReader(test.body)), 2<<20)
		check(t, name, err, test.want)
	}
}

func TestS52MemoryStaysFlat(t *testing.T) {
	kind, body := form(t, part{name: "f", file: "f", content: strings.Repeat("x", 20<<20), isFile: true})
	before := allocated()
	m, err := web.ReadMultipart(post(kind, bytes.NewReader(body)), 50<<20)
	if err != nil {
		t.Fatal(err)
	}
	f, err := m.File()
	if err != nil {
		t.Fatal(err)
	}
	if n, err := io.Copy(io.Discard, f); err != nil || n != 20<<20 {
		t.Fatalf("%d, %v", n, err)
	}
	if grown := allocated() - before; grown > 1<<20 {
		t.Errorf("20 MiB of file took %d bytes of memory", grown)
	}
}

// A declared length over the limit must be refused before anything is read.
func TestS50MultipartOverTheLimitIsNotRead(t *testing.T) {
	kind, _ := form(t, part{name: "a", content: "1"})
	r := post(kind, iotest.ErrReader(errors.New("the body was read")))
	r.ContentLength = 3 << 20
	_, err := web.ReadMultipart(r, 2<<20)
	check(t, "3 MiB", err, 413)
	if err == nil || !strings.Contains(err.Error(), "2 MiB") {
		t.Errorf("the limit is not named: %v", err)
	}
}

func TestS52FileName(t *testing.T) {
	tests := map[string]string{
		"code.zip":                           "code.zip",
		"../../etc/passwd":                   "passwd",
		`C:\Users\me\code v2.zip`:            "code v2.zip",
		`a"b'c.zip`:                          `a"b'c.zip`,
		"a\r\nX: y\x00.zip":                  "aX: y.zip",
		"\xff.zip":                           "\uFFFD.zip",
		"функция.zip":                        "функция.zip",
		"invoice\u202efdp.zip":               "invoicefdp.zip",
		"":                                   "unnamed",
		"..":                                 "unnamed",
		"a/":                                 "unnamed",
		"\u200b\u200b":                       "unnamed",
		" a.zip ":                            "a.zip",
		strings.Repeat("ä", 300):             strings.Repeat("ä", 255),
		strings.Repeat("a/", 1000) + "z.zip": "z.zip",
	}
	for in, want := range tests {
		if got := web.FileName(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
	kind, body := form(t, part{name: "f", file: `../..\x"y.zip`, content: "PK", isFile: true})
	if got, err := take(post(kind, bytes.NewReader(body)), 1<<20); err != nil || got.name != `x"y.zip` {
		t.Errorf("through a form: %q, %v", got.name, err)
	}
}

func TestS31S32Attachment(t *testing.T) {
	for _, name := range []string{"code.zip", `a"b.zip`, "ü 中.zip", "a\r\nSet-Cookie: x=1.zip", "", "%2f;x=y"} {
		w := httptest.NewRecorder()
		web.Attachment(w, name, "application/zip")
		got := w.Header().Get("Content-Disposition")
		if !strings.HasPrefix(got, "attachment") || !isASCII(got) {
			t.Errorf("%q: %q", name, got)
		}
		if w.Header().Get("Content-Security-Policy") != "default-src 'none'; sandbox" {
			t.Errorf("%q: policy %q", name, w.Header().Get("Content-Security-Policy"))
		}
	}
}

func FuzzMultipart(f *testing.F) {
	kind, body := form(f, part{name: "a", content: "1"}, part{name: "f", file: "f.zip", content: "PK", isFile: true})
	f.Add(kind, body)
	f.Add("multipart/form-data; boundary=x", []byte("--x\r\nContent-Disposition: form-data; name=a; filename=\"\"\r\n\r\n\r\n--x--"))
	f.Fuzz(func(t *testing.T, kind string, body []byte) {
		got, err := take(post(kind, bytes.NewReader(body)), 1<<20)
		if err != nil {
			if s := web.Status(err); s < 400 || s >= 500 {
				t.Errorf("status %d for what the client did: %v", s, err)
			}
			return
		}
		checkFileName(t, got.name, got.field == "")
	})
}

func FuzzFileName(f *testing.F) {
	f.Add("../a\x00\xff")
	f.Fuzz(func(t *testing.T, name string) {
		checkFileName(t, web.FileName(name), false)
	})
}

func checkFileName(t *testing.T, name string, none bool) {
	t.Helper()
	if none {
		return
	}
	if !utf8.ValidString(name) || name == "" || name == "." || name == ".." || strings.ContainsAny(name, "/\\\x00\r\n") || utf8.RuneCountInString(name) > 255 {
		t.Errorf("unclean name %q", name)
	}
}

func FuzzLocalPath(f *testing.F) {
	for _, s := range []string{"/a?b#c", "//evil", `/\evil`, "/%2f", "/%zz", "/ü"} {
		f.Add(s)
	}
	base, err := url.Parse("http://verso.example/projects/default/functions")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, ok := web.LocalPath(s)
		if !ok {
			return
		}
		u, err := url.Parse(got)
		if err != nil || !isASCII(got) || strings.Contains(got, " ") {
			t.Fatalf("%q became %q: %v", s, got, err)
		}
		if to := base.ResolveReference(u); to.Host != base.Host || to.Scheme != base.Scheme {
			t.Errorf("%q leads to %s", s, fmt.Sprint(to))
		}
		if len(got) > 1 && (got[1] == '/' || got[1] == '\\') {
			t.Errorf("%q became %q, which browsers read as another host", s, got)
		}
	})
}

func TestS25CheckForm(t *testing.T) {
	tests := []struct {
		method, kind, body string
		refused            bool
	}{
		{"POST", "", "", false},
		{"POST", "application/x-www-form-urlencoded", "a=1", false},
		{"POST", "application/x-www-form-urlencoded; charset=utf-8", "", false},
		{"POST", `multipart/form-data; boundary="x"`, "--x--", false},
		{"GET", "application/json", "", false},
		{"POST", "application/json", "{}", true},
		{"POST", "application/json", "", true},
		{"POST", "text/plain", "a=1", true},
		{"POST", "application/x-www-form-urlencoded,application/json", "a=1", true},
		{"POST", "form", "a=1", true},
		{"POST", "", "a=1", true},
		{"DELETE", "application/json", "{}", true},
	}
	for _, test := range tests {
		r := httptest.NewRequest(test.method, "/x", strings.NewReader(test.body))
		if test.kind != "" {
			r.Header.Set("Content-Type", test.kind)
		}
		err := web.CheckForm(r)
		if (err != nil) != test.refused || err != nil && web.Status(err) != http.StatusUnsupportedMediaType {
			t.Errorf("%s %q with %q: %v", test.method, test.kind, test.body, err)
		}
	}
}
