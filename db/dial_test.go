package db_test

import (
	"context"
	"io"
	"net"
	"net/url"
	"sync"
	"testing"
	"time"

	"verso/db"
	"verso/db/dbtest"
	"verso/faas"
)

// gate stands between a store and a real PostgreSQL. While it is shut, connections are taken and nothing is answered,
// as by a server whose processes are stopped.
type gate struct {
	net.Listener
	network, address string
	mu               sync.RWMutex // held while it is shut
}

// newGate opens a gate and returns the URL through it.
func newGate(t *testing.T, text string) (*gate, string) {
	t.Helper()
	u, err := url.Parse(text)
	if err != nil {
		t.Fatal("the database URL cannot be read")
	}
	g := &gate{network: "tcp", address: u.Host}
	q := u.Query()
	if folder := q.Get("host"); folder != "" {
		g.network, g.address = "unix", folder+"/.s.PGSQL.5432"
		q.Del("host")
	} else if u.Port() == "" {
		g.address += ":5432"
	}
	if g.Listener, err = (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = g.Close() })
	go g.run()
	u.Host, u.RawQuery = g.Addr().String(), q.Encode()
	return g, u.String()
}

func (g *gate) run() {
	for {
		client, err := g.Accept()
		if err != nil {
			return
		}
		server, err := (&net.Dialer{}).DialContext(context.Background(), g.network, g.address)
		if err != nil {
			_ = client.Close()
			return
		}
		go g.pass(client, server)
		go g.pass(server, client)
	}
}

// pass copies until either side ends.
func (g *gate) pass(to, from net.Conn) {
	defer func() { _, _ = to.Close(), from.Close() }()
	buf := make([]byte, 4096)
	for {
		n, err := from.Read(buf)
		g.mu.RLock()
		_, failed := to.Write(buf[:n])
		g.mu.RUnlock()
		if err != nil || failed != nil {
			return
		}
	}
}

// within fails when fn takes longer.
func within(t *testing.T, most time.Duration, what string, fn func() error) error {
	t.Helper()
	start := time.Now()
	err := fn()
	if took := time.Since(start); took > most {
		t.Errorf("%s took %s; %s are allowed", what, took.Round(time.Millisecond), most)
	}
	return err
}

func TestADatabaseThatDoesNotAnswerHoldsNobody(t *testing.T) {
	dbtest.EachConfig(t, func(t *testing.T, cfg db.Config) {
		if cfg.URL == "" {
			return // an embedded database has no silence of its own: busy_timeout bounds it
		}
		g, through := newGate(t, cfg.URL)
		s, err := db.Open(t.Context(), db.Config{URL: through})
		if err != nil {
			t.Fatal(err)
		}
		db.Patience(s, 300*time.Millisecond)
		s.OperationAdded()
		if err := s.Ping(t.Context()); err != nil {
			t.Fatal(err)
		}
		g.mu.Lock()
		for range 3 { // the second and third need a new connection, which is as silent
			err := within(t, 2*time.Second, "a call", func() error {
				_, err := s.ProjectByName(t.Context(), "default")
				return err
			})
			if !faas.Is(err, faas.Unavailable) {
				t.Errorf("the error is %v (%s)", err, faas.KindOf(err))
			}
		}
		if _, _, err := s.Claim(t.Context(), "w", time.Second); !faas.Is(err, faas.Unavailable) {
			t.Errorf("a claim says %v", err)
		}
		g.mu.Unlock()
		deadline := time.Now().Add(5 * time.Second)
		for err = s.Ping(t.Context()); err != nil && time.Now().Before(deadline); err = s.Ping(t.Context()) {
			time.Sleep(10 * time.Millisecond)
		}
		if err != nil {
			t.Fatalf("it answers again, the store does not: %v", err)
		}
		g.mu.Lock()
		defer g.mu.Unlock()
		// What it says of connections that got no goodbye does not matter here.
		_ = within(t, 4*time.Second, "closing", s.Close)
	})
}

func TestAServerThatIsSilentFromTheStartIsRefusedSoon(t *testing.T) {
	silent, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = silent.Close() }()
	go func() {
		if conn, err := silent.Accept(); err == nil {
			_, _ = io.Copy(io.Discard, conn)
		}
	}()
	target := "postgres://" + silent.Addr().String() + "/verso?sslmode=disable&connect_timeout=1"
	err = within(t, 5*time.Second, "opening", func() error {
		_, err := db.Open(t.Context(), db.Config{URL: target})
		return err
	})
	if !faas.Is(err, faas.Unavailable) {
		t.Errorf("the error is %v", err)
	}
}
