package web_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"verso/faas"
	"verso/web"
)

// answer sends one request through h without a connection.
func answer(h http.Handler, method, target string, headers map[string]string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, nil)
	for k, v := range headers {
		if k == "Host" {
			r.Host = v
			continue
		}
		r.Header.Set(k, v)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestStatus(t *testing.T) {
	tests := []struct {
		err  error
		want int
	}{
		{faas.Invalidf("name", "x"), 422},
		{faas.Errorf(faas.Unauthenticated, "x"), 401},
		{faas.Errorf(faas.Forbidden, "x"), 403},
		{faas.Errorf(faas.NotFound, "x"), 404},
		{faas.Errorf(faas.Conflict, "x"), 409},
		{faas.Errorf(faas.Precondition, "x"), 409},
		{faas.Errorf(faas.TooLarge, "x"), 413},
		{faas.Errorf(faas.Exhausted, "x"), 429},
		{faas.Errorf(faas.Unavailable, "x"), 503},
		{errors.New("x"), 500},
		{context.Canceled, 503},
		{fmt.Errorf("while: %w", faas.Errorf(faas.NotFound, "x")), 404},
		{fmt.Errorf("while: %w", web.WithStatus(418, faas.Errorf(faas.NotFound, "x"))), 418},
	}
	for _, test := range tests {
		if got := web.Status(test.err); got != test.want {
			t.Errorf("%v: got %d, want %d", test.err, got, test.want)
		}
	}
}

func TestHandle(t *testing.T) {
	failing := func(err error) http.Handler {
		return web.Chain(web.Handle(func(http.ResponseWriter, *http.Request) error { return err }, web.PlainError), web.RequestID())
	}
	got := answer(failing(faas.Errorf(faas.Unavailable, "Come back later.")), "GET", "/", nil)
	if got.Code != 503 || got.Header().Get("Retry-After") == "" || got.Body.String() != "Come back later.\n" {
		t.Errorf("got %d %q %v", got.Code, got.Body, got.Header())
	}
	got = answer(failing(errors.New("the secret cause")), "GET", "/", map[string]string{"X-Request-Id": "abc"})
	if got.Code != 500 || strings.Contains(got.Body.String(), "secret") || !strings.Contains(got.Body.String(), "abc") {
		t.Errorf("an internal error shows %q", got.Body)
	}
}

// An answer that breaks off must not look whole to the client, and the error must still be told to onError.
func TestHandleCutsABegunAnswer(t *testing.T) {
	told := make(chan error, 9)
	addr := start(t, web.Handle(func(w http.ResponseWriter, _ *http.Request) error {
		_, _ = io.WriteString(w, strings.Repeat("half", 4096))
		return errors.New("the disk is gone")
	}, func(w http.ResponseWriter, r *http.Request, err error) {
		told <- err
		web.PlainError(w, r, err)
	}), web.Options{})
	for name, c := range clients(t) {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+addr+"/", nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := c.Do(req)
		if err == nil {
			var text []byte
			text, err = io.ReadAll(resp.Body)
			resp.Body.Close()
			if strings.Contains(string(text), "wrong") {
				t.Errorf("%s: the error's page is inside the answer", name)
			}
		}
		if err == nil {
			t.Errorf("%s: the answer looks whole", name)
		}
		if err := <-told; err.Error() != "the disk is gone" {
			t.Errorf("%s: onError was told %v", name, err)
		}
	}
}

func TestRequestID(t *testing.T) {
	var inside string
	h := web.Chain(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		inside = web.RequestIDFrom(r.Context())
	}), web.RequestID())
	keeps := []string{"a", "abc_DEF-123", strings.Repeat("x", 64)}
	drops := []string{"", strings.Repeat("x", 65), "a b", "a\nb", "<b>", "ä", "a;b"}
	for i, id := range append(keeps, drops...) {
		got := answer(h, "GET", "/", map[string]string{"X-Request-Id": id}).Header().Get("X-Request-Id")
		if got != inside || got == "" {
			t.Errorf("%q: the answer says %q, the context %q", id, got, inside)
		}
		if kept := got == id; kept != (i < len(keeps)) {
			t.Errorf("%q became %q", id, got)
		}
	}
	if web.RequestIDFrom(context.Background()) != "" {
		t.Error("a context without an id has one")
	}
}

func TestAccessLog(t *testing.T) {
	var out logs
	h := whole(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/missing":
			http.NotFound(w, r)
		case "/panic":
			panic("at the disco")
		default:
			_, _ = io.WriteString(w, "four")
		}
	}), &out)
	tests := []struct{ path, want, level string }{
		{"/fine?q=canary&token=canary", "status=200 bytes=4", "INFO"},
		{"/missing", "status=404", "WARN"},
		{"/panic", "status=500", "ERROR"},
	}
	for _, test := range tests {
		out.buf.Reset()
		answer(h, "GET", test.path, map[string]string{"X-Request-Id": "id-1", "Authorization": "canary", "Cookie": "s=canary"})
		line := lastLine(out.String())
		path, _, _ := strings.Cut(test.path, "?")
		for _, want := range []string{"level=" + test.level, test.want, "path=" + path, "id=id-1", "from=192.0.2.1", "method=GET"} {
			if !strings.Contains(line, want) {
				t.Errorf("%s: %q is missing in %s", test.path, want, line)
			}
		}
		if strings.Contains(out.String(), "canary") {
			t.Errorf("%s: the log holds a secret: %s", test.path, out.String())
		}
	}
	out.buf.Reset()
	answer(h, "GET", "/a%0alevel=ERROR%0a"+strings.Repeat("x", 10000), nil)
	if n := strings.Count(out.String(), "\n"); n != 1 || len(out.String()) > 1000 {
		t.Errorf("one request made %d lines, %d bytes", n, len(out.String()))
	}
}

func TestWhatAClientCausesIsNoErrorOfOurs(t *testing.T) {
	var out logs
	h := whole(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) }), &out)
	for _, test := range []struct {
		method string
		left   bool
		want   string
	}{
		{"GET", false, "level=ERROR"},
		{"GET", true, "level=WARN"},
		{"BREW", false, "level=WARN"},
	} {
		out.buf.Reset()
		ctx, leave := context.WithCancel(t.Context())
		if test.left {
			leave()
		}
		h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(ctx, test.method, "/", nil))
		leave()
		if line := lastLine(out.String()); !strings.Contains(line, test.want) {
			t.Errorf("%+v is logged as %s", test, line)
		}
	}
}

func lastLine(s string) string {
	s = strings.TrimSuffix(s, "\n")
	return s[strings.LastIndex(s, "\n")+1:]
}

func TestS57APanicShowsTheIDAndNothingElse(t *testing.T) {
	var out logs
	addr := start(t, whole(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/late" {
			_, _ = io.WriteString(w, strings.Repeat("x", 10000))
		}
		if r.URL.Path != "/fine" {
			w.Header().Set("Content-Length", "3")
			w.Header().Set("Set-Cookie", "half=done")
			panic("canary: the database password")
		}
	}), &out), web.Options{})
	for name, c := range clients(t) {
		resp, text := get(t, c, "http://"+addr+"/panic")
		id := resp.Header.Get("X-Request-Id")
		if resp.StatusCode != 500 || id == "" || !strings.Contains(text, id) || strings.Contains(text, "canary") || strings.Contains(text, "goroutine") {
			t.Errorf("%s: got %s %q", name, resp.Status, text)
		}
		if resp.Header.Get("Content-Security-Policy") != web.ContentPolicy || resp.Header.Get("Set-Cookie") != "" {
			t.Errorf("%s: the error page's headers are %v", name, resp.Header)
		}
		if log := out.String(); !strings.Contains(log, id) || !strings.Contains(log, "middleware_test.go") {
			t.Errorf("%s: the log has no stack under the id:\n%s", name, log)
		}
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+addr+"/late", nil)
		if err != nil {
			t.Fatal(err)
		}
		if resp, err := c.Do(req); err == nil {
			_, err = io.ReadAll(resp.Body)
			resp.Body.Close()
			if err == nil {
				t.Errorf("%s: an answer that a panic cut off looks whole", name)
			}
		}
		if resp, _ := get(t, c, "http://"+addr+"/fine"); resp.StatusCode != 200 {
			t.Errorf("%s: afterwards: %s", name, resp.Status)
		}
	}
}

// Who cuts the connection on purpose wants no answer and no stack in the log.
func TestRecoverLetsADeliberateEndPass(t *testing.T) {
	var out logs
	addr := start(t, whole(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }), &out), web.Options{})
	if got := raw(t, addr, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"); got != "" {
		t.Errorf("got %q", got)
	}
	if strings.Contains(out.String(), "stack") {
		t.Errorf("it was logged as a panic: %s", out.String())
	}
}

func TestS57APanicOfTheErrorPageToo(t *testing.T) {
	log := slog.New(slog.DiscardHandler)
	h := web.Chain(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(1) }), web.RequestID(),
		web.Recover(log, func(http.ResponseWriter, *http.Request, error) { panic(2) }))
	if got := answer(h, "GET", "/", map[string]string{"X-Request-Id": "abc"}); got.Code != 500 || !strings.Contains(got.Body.String(), "abc") {
		t.Errorf("got %d %q", got.Code, got.Body)
	}
}

func TestS27S28SecurityHeaders(t *testing.T) {
	want := map[string]string{
		"Content-Security-Policy":      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'",
		"X-Content-Type-Options":       "nosniff",
		"Referrer-Policy":              "same-origin",
		"Cross-Origin-Opener-Policy":   "same-origin",
		"Cross-Origin-Resource-Policy": "same-origin",
		"Cache-Control":                "no-store",
		"Strict-Transport-Security":    "",
		"Access-Control-Allow-Origin":  "",
	}
	for _, path := range []string{"/", "/missing"} {
		mux := http.NewServeMux()
		mux.Handle("GET /{$}", hello())
		got := answer(whole(mux, io.Discard), "GET", path, map[string]string{"Origin": "https://evil.example"})
		for name, value := range want {
			if got.Header().Get(name) != value {
				t.Errorf("%s %s: got %q, want %q", path, name, got.Header().Get(name), value)
			}
		}
	}
	https := web.Chain(hello(), web.SecurityHeaders(true))
	if got := answer(https, "GET", "/", nil).Header().Get("Strict-Transport-Security"); got != "max-age=31536000" {
		t.Errorf("behind https: %q", got)
	}
}

func TestS21CrossOrigin(t *testing.T) {
	h := whole(hello(), io.Discard)
	const host = "verso.example"
	tests := []struct {
		headers map[string]string
		want    int
	}{
		{nil, 200},
		{map[string]string{"Cookie": "s=1"}, 403},
		{map[string]string{"Cookie": "s=1", "Sec-Fetch-Site": "same-origin"}, 200},
		{map[string]string{"Cookie": "s=1", "Origin": "http://" + host}, 200},
		{map[string]string{"Sec-Fetch-Site": "same-origin"}, 200},
		{map[string]string{"Sec-Fetch-Site": "none"}, 200},
		{map[string]string{"Sec-Fetch-Site": "cross-site"}, 403},
		{map[string]string{"Sec-Fetch-Site": "same-site"}, 403},
		{map[string]string{"Sec-Fetch-Site": "friendly"}, 403},
		{map[string]string{"Origin": "https://evil.example"}, 403},
		{map[string]string{"Origin": "null"}, 403},
		{map[string]string{"Origin": "http://" + host}, 200},
		{map[string]string{"Sec-Fetch-Site": "cross-site", "Origin": "http://" + host}, 403},
		// A token is no ambient authority: the cookie beside it counts for nothing.
		{map[string]string{"Authorization": "Bearer t1.a.b"}, 200},
		{map[string]string{"Authorization": "Bearer t1.a.b", "Cookie": "s=1"}, 200},
		{map[string]string{"Authorization": "bearer", "Cookie": "s=1"}, 200},
		{map[string]string{"X-Auth-Token": "t1.a.b", "Cookie": "s=1"}, 200},
		{map[string]string{"Authorization": "Bearer t1.a.b", "Cookie": "s=1", "Sec-Fetch-Site": "cross-site"}, 403},
		{map[string]string{"Authorization": "Bearer t1.a.b", "Cookie": "s=1", "Origin": "https://evil.example"}, 403},
		{map[string]string{"Authorization": "Basic YTpi", "Cookie": "s=1"}, 403},
		{map[string]string{"Authorization": "BearerX t1.a.b", "Cookie": "s=1"}, 403},
	}
	for _, test := range tests {
		for _, method := range []string{"POST", "PUT", "PATCH", "DELETE"} {
			for _, path := range []string{"/a", "//a", "/./a", "/%2e%2e/a", "/a%2fb", "/a/"} {
				r := httptest.NewRequest(method, "/", nil)
				r.URL.Path, r.Host = path, host
				for k, v := range test.headers {
					r.Header.Set(k, v)
				}
				w := httptest.NewRecorder()
				h.ServeHTTP(w, r)
				if w.Code != test.want {
					t.Errorf("%s %s with %v: got %d, want %d", method, path, test.headers, w.Code, test.want)
				}
				if w.Code == 403 && !strings.Contains(w.Body.String(), ".") {
					t.Errorf("a refusal without a sentence: %q", w.Body)
				}
			}
		}
		if got := answer(h, "GET", "/", test.headers); got.Code != 200 {
			t.Errorf("GET with %v: got %d", test.headers, got.Code)
		}
	}
}

func TestS35Hosts(t *testing.T) {
	h := web.Chain(hello(), web.Hosts([]string{"localhost", "Verso.example"}, web.PlainError))
	for host, want := range map[string]int{
		"localhost": 200, "localhost:8080": 200, "127.0.0.1:9": 200, "[::1]:8080": 200, "[::1]": 200, "VERSO.example": 200, "verso.example.": 200,
		"192.0.2.7": 200, "192.0.2.7:8080": 200, "[2001:db8::1]:8080": 200, "2001:db8::1": 200, "192.0.2.7.": 200,
		"evil.example": 421, "localhost.evil.example": 421, "": 421, "127.0.0.1.evil.example": 421, "2130706433": 421, "0x7f.1": 421,
		"127.1": 421, "[::1].evil.example": 421, "xn--verso-9ta.example": 421, "verso.example@evil.example": 421,
	} {
		if got := answer(h, "GET", "/", map[string]string{"Host": host, "X-Forwarded-Host": "localhost"}); got.Code != want {
			t.Errorf("%q: got %d, want %d", host, got.Code, want)
		}
	}
	if got := answer(web.Chain(hello(), web.Hosts(nil, web.PlainError)), "GET", "/", map[string]string{"Host": "any"}); got.Code != 200 {
		t.Errorf("without a list: got %d", got.Code)
	}
}

// The program's metrics take the route from the request that Observe shows.
func TestObserveSeesTheRoute(t *testing.T) {
	mux := http.NewServeMux()
	mux.Handle("POST /things/{id}", hello())
	var seen web.Answered
	h := web.Chain(mux, web.RequestID(), web.Observe(func(a web.Answered) { seen = a }), web.BodyLimit(10), web.CrossOrigin(web.PlainError))
	r := httptest.NewRequest(http.MethodPost, "/things/7", strings.NewReader("body"))
	h.ServeHTTP(httptest.NewRecorder(), r)
	if seen.Request.Pattern != "POST /things/{id}" || seen.Status != 200 || seen.Bytes != 5 {
		t.Errorf("got %q %d %d", seen.Request.Pattern, seen.Status, seen.Bytes)
	}
}
