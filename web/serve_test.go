package web_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"verso/web"
)

func bytesRead(n int64) string { return fmt.Sprintf("%d bytes read", n) }

func hello() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "hello") })
}

func TestServeSpeaksBothProtocolsOnOnePort(t *testing.T) {
	addr := start(t, hello(), web.Options{})
	for name, c := range clients(t) {
		resp, text := get(t, c, "http://"+addr+"/")
		if resp.Proto != name || text != "hello" {
			t.Errorf("%s: got %q over %s", name, text, resp.Proto)
		}
	}
}

func TestServeDrains(t *testing.T) {
	for name, c := range clients(t) {
		t.Run(name, func(t *testing.T) {
			began, goOn := make(chan struct{}), make(chan struct{})
			addr, stop := startStoppable(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				close(began)
				<-goOn
				if r.Context().Err() == nil {
					_, _ = io.WriteString(w, "finished")
				}
			}), web.Options{})
			answer := make(chan string, 1)
			go func() {
				req, _ := http.NewRequestWithContext(context.Background(), http.MethodGet, "http://"+addr+"/", nil)
				resp, err := c.Do(req)
				if err != nil {
					answer <- err.Error()
					return
				}
				defer resp.Body.Close()
				text, _ := io.ReadAll(resp.Body)
				answer <- string(text)
			}()
			<-began
			time.AfterFunc(100*time.Millisecond, func() { close(goOn) })
			if err := stop(); err != nil {
				t.Errorf("a request that ends in time: %v", err)
			}
			if got := <-answer; got != "finished" {
				t.Errorf("the request in flight got %q", got)
			}
		})
	}
}

func TestServeCutsOffWhatOutlastsTheGrace(t *testing.T) {
	began, ended := make(chan struct{}), make(chan struct{})
	addr, stop := startStoppable(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		close(began)
		<-r.Context().Done()
		time.Sleep(50 * time.Millisecond) // as one that cleans up
		close(ended)
	}), web.Options{Grace: 50 * time.Millisecond})
	conn := dial(t, addr)
	if _, err := io.WriteString(conn, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	<-began
	if err := stop(); err == nil || !strings.Contains(err.Error(), "cut off") {
		t.Errorf("got %v, want to be told that a request was cut off", err)
	}
	select {
	case <-ended:
	default:
		t.Error("the server ended before its handler had cleaned up")
	}
}

func TestServeBoundsConnections(t *testing.T) {
	addr := start(t, hello(), web.Options{MaxConnections: 2})
	first, second := dial(t, addr), dial(t, addr)
	ask := func(c io.ReadWriter) string {
		if _, err := io.WriteString(c, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
		buf := make([]byte, 4096)
		n, _ := c.Read(buf)
		return string(buf[:n])
	}
	for _, c := range []io.ReadWriter{first, second} {
		if got := ask(c); !strings.HasPrefix(got, "HTTP/1.1 200") {
			t.Fatalf("got %q", got)
		}
	}
	third := dial(t, addr)
	if err := third.SetReadDeadline(time.Now().Add(150 * time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	if got := ask(third); got != "" {
		t.Fatalf("the third of two connections was answered: %q", got)
	}
	first.Close()
	if err := third.SetReadDeadline(time.Now().Add(5 * time.Second)); err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, 4096)
	if n, err := third.Read(buf); err != nil || !strings.HasPrefix(string(buf[:n]), "HTTP/1.1 200") {
		t.Fatalf("a freed place was not used: %q, %v", buf[:n], err)
	}
}
