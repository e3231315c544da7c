package web_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"

	"verso/web"
)

func TestS48HugeHeadersAreRefused(t *testing.T) {
	t.Parallel()
	addr := start(t, whole(hello(), io.Discard), web.Options{})
	tests := map[string]string{
		"40 KiB of headers": "X-Big: " + strings.Repeat("a", 40<<10),
		"4000 cookies":      "Cookie: " + strings.Repeat("a=1; ", 4000) + "b=2",
		"cookie lines":      strings.Repeat("Cookie: a=1\r\n", 500) + "X-End: 1",
	}
	for name, header := range tests {
		got := raw(t, addr, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"+header+"\r\n\r\n")
		if !strings.HasPrefix(got, "HTTP/1.1 431") {
			t.Errorf("%s: got %q", name, statusLine(got))
		}
	}
	if got := raw(t, addr, "GET / HTTP/1.1\r\nHost: x\r\nCookie: a=1; b=2\r\n\r\n"); !strings.HasPrefix(got, "HTTP/1.1 200") {
		t.Errorf("two cookies: got %q", statusLine(got))
	}
}

func TestS50DeclaredLengthOverTheLimitIsRefusedUnread(t *testing.T) {
	t.Parallel()
	addr := start(t, whole(readAll(1000), io.Discard), web.Options{})
	for _, extra := range []string{"", "Expect: 100-continue\r\n"} {
		// Not a byte of the body is sent: an answer proves that none was waited for.
		got := raw(t, addr, fmt.Sprintf("POST / HTTP/1.1\r\nHost: x\r\n%sContent-Length: %d\r\n\r\n", extra, int64(1)<<40))
		if !strings.HasPrefix(got, "HTTP/1.1 413") || !strings.Contains(got, "1000 bytes") || strings.Contains(got, "100 Continue") {
			t.Errorf("%q: got %q", extra, got)
		}
	}
	got := raw(t, addr, "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n")
	if !strings.HasPrefix(got, "HTTP/1.1 100 Continue") {
		t.Errorf("a body within the limit was not asked for: %q", got)
	}
}

func TestS50BodiesAreCutAboveTheLimit(t *testing.T) {
	t.Parallel()
	addr := start(t, whole(readAll(1000), io.Discard), web.Options{})
	for name, c := range clients(t) {
		for size, want := range map[int]int{0: 200, 999: 200, 1000: 200, 1001: 413, 5000: 413} {
			for _, chunked := range []bool{false, true} {
				var body io.Reader = strings.NewReader(strings.Repeat("x", size))
				if chunked {
					body = struct{ io.Reader }{body}
				}
				req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+addr+"/", body)
				if err != nil {
					t.Fatal(err)
				}
				resp, text := do(t, c, req)
				if resp.StatusCode != want || want == 200 && text != bytesRead(int64(size)) {
					t.Errorf("%s, %d bytes, chunked %v: got %s %q", name, size, chunked, resp.Status, text)
				}
			}
		}
	}
}

func TestS50TheDefaultLimitHoldsForWhoeverForgetsIt(t *testing.T) {
	var read int64
	h := web.Chain(web.Handle(func(_ http.ResponseWriter, r *http.Request) error {
		n, err := io.Copy(io.Discard, r.Body)
		read = n
		return err
	}, web.PlainError), web.BodyLimit(100))
	for _, test := range []struct {
		size, declared int64
		status         int
		read           int64
	}{{100, 100, 200, 100}, {101, 101, 413, 0}, {101, -1, 413, 100}, {5000, -1, 413, 100}} {
		r := httptest.NewRequest(http.MethodPost, "/", struct{ io.Reader }{strings.NewReader(strings.Repeat("x", int(test.size)))})
		r.ContentLength = test.declared
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != test.status || read != test.read {
			t.Errorf("%+v: got %d after %d bytes", test, w.Code, read)
		}
	}
}

func TestS50EndlessChunksEnd(t *testing.T) {
	addr := start(t, whole(readAll(64<<10), io.Discard), web.Options{})
	conn := dial(t, addr)
	before := allocated()
	go func() {
		_, _ = io.WriteString(conn, "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
		chunk := "1000\r\n" + strings.Repeat("x", 0x1000) + "\r\n"
		for {
			if _, err := io.WriteString(conn, chunk); err != nil {
				return
			}
		}
	}()
	answer, _ := io.ReadAll(conn) // a reset may follow the answer, since we never stop sending
	if !strings.HasPrefix(string(answer), "HTTP/1.1 413") {
		t.Errorf("got %q", answer)
	}
	if grown := allocated() - before; grown > 10<<20 {
		t.Errorf("memory grew by %d bytes", grown)
	}
}

// allocated is what has been taken from the heap so far, freed or not.
func allocated() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.TotalAlloc
}

func TestS54MethodsNobodyUses(t *testing.T) {
	t.Parallel()
	mux := http.NewServeMux()
	mux.Handle("GET /", hello())
	mux.HandleFunc("DELETE /", func(http.ResponseWriter, *http.Request) { t.Error("a header turned the method into DELETE") })
	addr := start(t, whole(mux, io.Discard), web.Options{})
	for method, want := range map[string]string{"TRACE": "501", "PROPFIND": "501", "get": "501", "CONNECT": "501", "PUT": "405", "GET": "200"} {
		got := raw(t, addr, method+" / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
		if !strings.HasPrefix(got, "HTTP/1.1 "+want) {
			t.Errorf("%s: got %q, want %s", method, statusLine(got), want)
		}
	}
	for _, method := range []string{"GET", "POST"} {
		got := raw(t, addr, method+" /?_method=DELETE HTTP/1.1\r\nHost: x\r\nX-HTTP-Method-Override: DELETE\r\nX-Method-Override: DELETE\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
		if want := map[string]string{"GET": "200", "POST": "405"}[method]; !strings.HasPrefix(got, "HTTP/1.1 "+want) {
			t.Errorf("%s with an override: got %q, want %s", method, statusLine(got), want)
		}
	}
}

func TestS55RequestsThatTwoReadersWouldReadDifferently(t *testing.T) {
	t.Parallel()
	addr := start(t, whole(readAll(1<<20), io.Discard), web.Options{})
	const second = "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n"
	tests := map[string]string{
		"TE with CL":            "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n",
		"CL with TE":            "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
		"two CL":                "Content-Length: 0\r\nContent-Length: 40\r\n\r\n",
		"CL in one line":        "Content-Length: 0, 40\r\n\r\n",
		"CL +5":                 "Content-Length: +5\r\n\r\nhello",
		"CL -1":                 "Content-Length: -1\r\n\r\n",
		"CL 0x5":                "Content-Length: 0x5\r\n\r\nhello",
		"TE xchunked":           "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
		"TE twice":              "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
		"TE gzip, chunked":      "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
		"space before colon":    "Content-Length : 5\r\n\r\nhello",
		"folded header":         "X-A: b\r\n Content-Length: 5\r\nTransfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n",
		"bare LF after size":    "Transfer-Encoding: chunked\r\n\r\n5\nhello\r\n0\r\n\r\n",
		"bare LF in extension":  "Transfer-Encoding: chunked\r\n\r\n5;a\nb\r\nhello\r\n0\r\n\r\n",
		"chunk size overflow":   "Transfer-Encoding: chunked\r\n\r\n10000000000000000000\r\nhello\r\n0\r\n\r\n",
		"chunk without its end": "Transfer-Encoding: chunked\r\n\r\n5\r\nhelloXX0\r\n\r\n",
		"two hosts":             "Host: y\r\nContent-Length: 0\r\n\r\n",
		"NUL in a header":       "X-A: a\x00b\r\nContent-Length: 0\r\n\r\n",
	}
	for name, rest := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := raw(t, addr, "POST / HTTP/1.1\r\nHost: x\r\n"+rest+second)
			if n := strings.Count(got, "HTTP/1.1 "); n > 1 || strings.Contains(got, "smuggled") {
				t.Errorf("%d answers:\n%s", n, got)
			}
			if strings.HasPrefix(got, "HTTP/1.1 2") && !strings.Contains(got, "Connection: close") {
				t.Errorf("answered, and the connection stays:\n%s", got)
			}
		})
	}
	if got := raw(t, addr, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nok"+second); strings.Count(got, "HTTP/1.1 200") != 2 {
		t.Errorf("two sound requests in a row got\n%s", got)
	}
}
