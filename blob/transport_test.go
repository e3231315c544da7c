package blob

import (
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"verso/faas"
)

func TestAStoreThatCrawlsIsGivenUp(t *testing.T) {
	t.Parallel()
	r := &objectReader{}
	if r.tooSlow(slowBytes-1, slowTime-1) {
		t.Error("given up before the time is over")
	}
	if r.tooSlow(1, 1) {
		t.Error("given up although enough came")
	}
	if !r.tooSlow(slowBytes-1, slowTime) {
		t.Error("not given up although too little came")
	}
}

func TestObjectReaderCountsForItself(t *testing.T) {
	t.Parallel()
	for _, size := range []int64{4, 6} {
		r := &objectReader{body: io.NopCloser(strings.NewReader("whole")), connection: &connection{name: "bad"}, object: "a.zip", size: size}
		if _, err := io.ReadAll(r); !faas.Is(err, faas.Unavailable) {
			t.Errorf("5 bytes of %d announced: %v, want Unavailable", size, err)
		}
	}
}

// Nothing may reach an address that the endpoint's name has no business to resolve to.
func TestGuard(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	reached := make(chan struct{})
	go func() {
		if conn, err := listener.Accept(); err == nil {
			_ = conn.Close()
			close(reached)
		}
	}()
	if conn, err := transport("store.example").DialContext(t.Context(), "tcp", listener.Addr().String()); err == nil {
		_ = conn.Close()
		t.Error("a public name led to this machine")
	}
	select {
	case <-reached:
		t.Error("a packet reached this machine")
	case <-time.After(50 * time.Millisecond):
	}
	for _, test := range []struct {
		endpoint, address string
		refused           bool
	}{
		{"store.example", "93.184.216.34:443", false},
		{"store.example", "10.0.0.7:9000", false},
		{"store.example", "[2606:2800:220:1::1]:443", false},
		{"store.example", "127.0.0.1:80", true},
		{"store.example", "[::1]:80", true},
		{"store.example", "0.0.0.0:80", true},
		{"store.example", "[::]:80", true},
		{"store.example", "[::ffff:127.0.0.1]:80", true},
		{"store.example", "[64:ff9b::7f00:1]:80", true},
		{"store.example", "[2002:7f00:1::]:80", true},
		{"localhost:9000", "127.0.0.1:9000", false},
		{"localhost:9000", "[::1]:9000", false},
		{"127.0.0.1:9000", "127.0.0.1:9000", false},
		{"[::1]:9000", "[::1]:9000", false},
		{"localhost.example:9000", "127.0.0.1:9000", true},
		{"localhost", "169.254.169.254:80", true},
		{"169.254.169.254", "169.254.169.254:80", true},
		{"a", "[::ffff:169.254.169.254]:80", true},
		{"a", "[64:ff9b::a9fe:a9fe]:80", true},
		{"a", "[2002:a9fe:a9fe::]:80", true},
		{"a", "[fd00:ec2::254]:80", true},
		{"a", "[fe80::1%lo]:80", true},
		{"a", "100.100.100.200:80", true},
		{"a", "224.0.0.1:80", true},
		{"a", "nonsense", true},
	} {
		err := guard(test.endpoint)(t.Context(), "tcp", test.address, nil)
		if (err != nil) != test.refused {
			t.Errorf("%s resolving to %s: %v, want refused %v", test.endpoint, test.address, err, test.refused)
		}
	}
	if transport("store.example").Proxy != nil {
		t.Error("a proxy is asked")
	}
}

// A waiting read outlives the limit as long as the upload beside it moves.
func TestWatchedConnGivesUp(t *testing.T) {
	t.Parallel()
	const idle = 100 * time.Millisecond
	ours, theirs := net.Pipe()
	defer theirs.Close()
	conn := &watchedConn{ours, idle}
	defer conn.Close()
	go func() { _, _ = io.Copy(io.Discard, theirs) }()
	done := make(chan error, 1)
	began := time.Now()
	go func() {
		_, err := conn.Read(make([]byte, 1))
		done <- err
	}()
	for range 8 {
		time.Sleep(idle / 4)
		if _, err := conn.Write([]byte("a")); err != nil {
			t.Fatal(err)
		}
	}
	err := <-done
	var timeout net.Error
	if !errors.As(err, &timeout) || !timeout.Timeout() || time.Since(began) < 2*idle {
		t.Errorf("after %s: %v; want a timeout, and not while something moved", time.Since(began), err)
	}
	if understand(err).kind != faas.Unavailable {
		t.Error("a timeout is not Unavailable")
	}
}
