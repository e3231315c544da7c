package web_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"verso/web"
)

// quick is the pace of these tests: 3 KiB in half a second where a real server wants 30 KiB in 30 s.
var quick = web.Options{HeaderTime: 500 * time.Millisecond, PaceTime: 500 * time.Millisecond, PaceBytes: 3 << 10}

// slowly yields count pieces with a pause before each.
type slowly struct {
	piece string
	count int
	pause time.Duration
}

func (s *slowly) Read(p []byte) (int, error) {
	if s.count == 0 {
		return 0, io.EOF
	}
	s.count--
	time.Sleep(s.pause)
	return copy(p, s.piece), nil
}

func TestS49HeadersByDripAreCutWhileOthersAreServed(t *testing.T) {
	t.Parallel()
	addr := start(t, hello(), quick)
	const drips = 200
	closed := make(chan time.Duration, drips)
	for range drips {
		conn := dial(t, addr)
		go func() {
			begin := time.Now()
			go func() {
				for _, c := range "GET / HTTP/1.1\r\nHost: x\r\nX-Slow: " + strings.Repeat("a", 1000) {
					if _, err := conn.Write([]byte(string(c))); err != nil {
						return
					}
					time.Sleep(20 * time.Millisecond)
				}
			}()
			_, _ = io.Copy(io.Discard, conn)
			closed <- time.Since(begin)
		}()
	}
	_, text := get(t, clients(t)["HTTP/1.1"], "http://"+addr+"/")
	if text != "hello" {
		t.Errorf("another client got %q", text)
	}
	for range drips {
		if took := <-closed; took > 3*time.Second {
			t.Fatalf("a header by drip kept its connection for %s", took)
		}
	}
}

func TestS49BodiesByDripAreCut(t *testing.T) {
	t.Parallel()
	h := whole(readAll(1<<20), io.Discard)
	addr := start(t, h, quick)
	for name, c := range clients(t) {
		t.Run(name, func(t *testing.T) {
			begin := time.Now()
			req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+addr+"/", &slowly{"a", 1000, 20 * time.Millisecond})
			if err != nil {
				t.Fatal(err)
			}
			resp, err := c.Do(req)
			if err == nil {
				defer resp.Body.Close()
				if resp.StatusCode != http.StatusRequestTimeout {
					t.Errorf("got %s, want 408 or a closed connection", resp.Status)
				}
			}
			if took := time.Since(begin); took > 3*time.Second {
				t.Errorf("a body by drip lived for %s", took)
			}
		})
	}
}

func TestS49ASlowButSteadyUploadSucceeds(t *testing.T) {
	t.Parallel()
	addr := start(t, whole(readAll(1<<20), io.Discard), quick)
	for name, c := range clients(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			begin := time.Now()
			req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+addr+"/", &slowly{strings.Repeat("a", 1024), 60, 30 * time.Millisecond})
			if err != nil {
				t.Fatal(err)
			}
			if resp, text := do(t, c, req); resp.StatusCode != http.StatusOK || text != bytesRead(60<<10) {
				t.Errorf("got %s %q", resp.Status, text)
			}
			if took := time.Since(begin); took < 3*quick.PaceTime {
				t.Errorf("took %s, which proves nothing about deadlines that move", took)
			}
		})
	}
}

func TestS49DownloadsNobodyReadsAreCut(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"HTTP/1.1", "HTTP/2.0"} {
		t.Run(name, func(t *testing.T) {
			ended := make(chan error, 1)
			addr := start(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				block := make([]byte, 64<<10)
				for {
					if _, err := w.Write(block); err != nil {
						ended <- err
						return
					}
				}
			}), quick)
			req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+addr+"/", nil)
			if err != nil {
				t.Fatal(err)
			}
			resp, err := clients(t)[name].Do(req)
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			go func() {
				one := make([]byte, 1)
				for { // a byte now and then is not enough
					if _, err := resp.Body.Read(one); err != nil {
						return
					}
					time.Sleep(20 * time.Millisecond)
				}
			}()
			select {
			case <-ended:
			case <-time.After(8 * time.Second):
				t.Error("the handler still writes to a client that does not read")
			}
		})
	}
}

// A handler may take its time: only the client's slowness counts.
func TestS49TheHandlersOwnTimeDoesNotCount(t *testing.T) {
	t.Parallel()
	addr := start(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		pause := func() { time.Sleep(quick.PaceTime * 13 / 10) }
		pause()
		if _, err := io.ReadFull(r.Body, make([]byte, 1)); err != nil {
			t.Errorf("the first byte: %v", err)
		}
		pause()
		if _, err := io.Copy(io.Discard, r.Body); err != nil {
			t.Errorf("the rest: %v", err)
		}
		_, _ = io.WriteString(w, "a")
		pause()
		if err := r.Context().Err(); err != nil {
			t.Errorf("the request's context ended: %v", err)
		}
		_, _ = io.WriteString(w, "b")
	}), quick)
	for name, c := range clients(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for range 2 { // the second time over the same connection
				req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+addr+"/", strings.NewReader(strings.Repeat("x", 1<<20)))
				if err != nil {
					t.Fatal(err)
				}
				if resp, text := do(t, c, req); resp.StatusCode != http.StatusOK || text != "ab" {
					t.Errorf("got %s %q", resp.Status, text)
				}
			}
		})
	}
}

// A body that nobody reads and that never comes must not hold the connection either.
func TestS49UnreadBodiesAreCut(t *testing.T) {
	t.Parallel()
	addr := start(t, whole(hello(), io.Discard), quick)
	conn := dial(t, addr)
	if _, err := io.WriteString(conn, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nabc"); err != nil {
		t.Fatal(err)
	}
	begin := time.Now()
	_, err := io.Copy(io.Discard, conn)
	var timeout net.Error
	if errors.As(err, &timeout) && timeout.Timeout() || time.Since(begin) > 3*time.Second {
		t.Errorf("the connection lived for %s (%v)", time.Since(begin), err)
	}
}

func TestPageForAStoppedUploadIsRendered(t *testing.T) {
	page := web.Handle(func(_ http.ResponseWriter, r *http.Request) error {
		_, err := io.Copy(io.Discard, r.Body)
		return err
	}, func(w http.ResponseWriter, r *http.Request, err error) {
		if r.Context().Err() != context.Canceled {
			t.Errorf("the context is alive (%v); this test proves nothing", r.Context().Err())
		}
		if err := web.Render(w, r, web.Status(err), text("page: "+web.Sentence(r, err))); err != nil {
			t.Error(err)
		}
	})
	addr := start(t, page, quick)
	conn := dial(t, addr)
	if _, err := io.WriteString(conn, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc"); err != nil {
		t.Fatal(err)
	}
	answer, err := io.ReadAll(conn)
	if err != nil || !strings.HasPrefix(string(answer), "HTTP/1.1 408") || !strings.Contains(string(answer), "page: The upload stopped") {
		t.Errorf("got %q, %v", answer, err)
	}
}
