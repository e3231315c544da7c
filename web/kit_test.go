package web_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"verso/faas"
	"verso/web"
)

// logs is a log that several goroutines may write and a test may read.
type logs struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *logs) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *logs) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

// whole wraps h as the package comment says.
func whole(h http.Handler, out io.Writer) http.Handler {
	return wholeLog(h, slog.New(slog.NewTextHandler(out, nil)))
}

func wholeLog(h http.Handler, log *slog.Logger) http.Handler {
	return web.Chain(h,
		web.RequestID(),
		web.Addresses(nil),
		web.AccessLog(log),
		web.Recover(log, web.PlainError),
		web.SecurityHeaders(false),
		web.Shape(web.PlainError),
		web.BodyLimit(web.DefaultBody),
		web.CrossOrigin(web.PlainError),
		web.NoTokenInURL(web.PlainError),
	)
}

// start serves h on a real port until the test ends and returns the address.
func start(t *testing.T, h http.Handler, o web.Options) string {
	t.Helper()
	addr, stop := startStoppable(t, h, o)
	t.Cleanup(func() {
		if err := stop(); err != nil {
			t.Errorf("the server did not end well: %v", err)
		}
	})
	return addr
}

func startStoppable(t *testing.T, h http.Handler, o web.Options) (string, func() error) {
	t.Helper()
	var lc net.ListenConfig
	ln, err := lc.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Grace == 0 {
		o.Grace = 5 * time.Second
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- web.Serve(ctx, ln, h, o) }()
	return ln.Addr().String(), func() error {
		cancel()
		return <-ended
	}
}

// dial opens a connection that gives up after ten seconds, so that no test hangs.
func dial(t *testing.T, addr string) net.Conn {
	t.Helper()
	var d net.Dialer
	conn, err := d.DialContext(t.Context(), "tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	return conn
}

// raw sends bytes and returns all that comes back until the server closes or falls silent.
func raw(t *testing.T, addr, request string) string {
	t.Helper()
	conn := dial(t, addr)
	go func() { _, _ = io.WriteString(conn, request) }() // the server may hang up in the middle
	var answer bytes.Buffer
	buf := make([]byte, 4096)
	patience := 5 * time.Second // for the first byte: the machine may be busy
	for {
		if err := conn.SetReadDeadline(time.Now().Add(patience)); err != nil {
			t.Fatal(err)
		}
		patience = 300 * time.Millisecond
		n, err := conn.Read(buf)
		answer.Write(buf[:n])
		if err != nil {
			return answer.String()
		}
	}
}

func statusLine(answer string) string {
	line, _, _ := strings.Cut(answer, "\r\n")
	return line
}

// clients are one client for each protocol that a port speaks.
func clients(t *testing.T) map[string]*http.Client {
	t.Helper()
	list := map[string]*http.Client{}
	for _, name := range []string{"HTTP/1.1", "HTTP/2.0"} {
		var p http.Protocols
		p.SetHTTP1(name == "HTTP/1.1")
		p.SetUnencryptedHTTP2(name == "HTTP/2.0")
		tr := &http.Transport{Protocols: &p}
		t.Cleanup(tr.CloseIdleConnections)
		list[name] = &http.Client{Transport: tr, Timeout: 20 * time.Second}
	}
	return list
}

func get(t *testing.T, c *http.Client, url string) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	return do(t, c, req)
}

func do(t *testing.T, c *http.Client, req *http.Request) (*http.Response, string) {
	t.Helper()
	resp, err := c.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(text)
}

// readAll is a handler that takes a body of up to limit bytes and says how many there were.
func readAll(limit int64) http.Handler {
	return web.Handle(func(w http.ResponseWriter, r *http.Request) error {
		if err := web.AllowBody(r, limit); err != nil {
			return err
		}
		n, err := io.Copy(io.Discard, r.Body)
		if err != nil {
			return asForm(err)
		}
		_, err = io.WriteString(w, bytesRead(n))
		return err
	}, web.PlainError)
}

// asForm calls an error without a sentence the client's, as the readers of forms do.
func asForm(err error) error {
	if len(faas.ProblemsOf(err)) > 0 {
		return err
	}
	return web.WithStatus(http.StatusBadRequest, &faas.Error{Kind: faas.Invalid, Message: "cut off", Err: err})
}
