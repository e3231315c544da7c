// Package sitetest is the whole server for tests: real rooms on a real database, a real worker, people who belong to
// projects, no network beyond loopback. It must not be used by anything that ships.
package sitetest

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"verso/blob"
	"verso/db"
	"verso/db/dbtest"
	"verso/faas"
	"verso/handlers"
	"verso/service"
	"verso/web"
	"verso/worker"
)

// Options are what a test wants of its site. The zero value is a site on SQLite with a worker.
type Options struct {
	Database *db.Config // nil for SQLite in a folder of its own
	Idle     bool       // no worker: operations stay queued
	BaseURL  string     // empty for http://127.0.0.1:8080
	Rate     float64    // requests per second; 0 for any number
	Burst    int
	Hosts    []string
	Groups   []service.GroupRule
	Key      service.Key            // seals values; the zero value for a new one
	Change   func(*handlers.Config) // the last word on the configuration; may be nil
}

// Site is a running server.
type Site struct {
	URL      string // of the listener, without a final slash
	Database db.Config
	Store    *db.Store
	Service  *service.Service
	Config   handlers.Config
	Routes   []web.Route
	Clock    *Clock
	Log      *Record // of server and worker
	Blobs    string  // folder of the packages
	hash     string  // of the Password, once somebody has it
}

// Each runs a test on a site of each engine.
func Each(t *testing.T, o Options, test func(t *testing.T, s *Site)) {
	dbtest.EachConfig(t, func(t *testing.T, cfg db.Config) {
		o := o
		o.Database = &cfg
		test(t, New(t, o))
	})
}

// New starts a site that ends with the test. It has the project "default" and nobody.
func New(tb testing.TB, o Options) *Site {
	tb.Helper()
	s := &Site{Clock: &Clock{}, Log: &Record{}, Blobs: tb.TempDir()}
	s.open(tb, o.Database)
	s.Service = s.verbs(tb, o.Key, o.Groups)
	if _, err := s.Service.EnsureProject(tb.Context(), Machine(), faas.DefaultProject); err != nil {
		tb.Fatal(err)
	}
	base := o.BaseURL
	if base == "" {
		base = "http://127.0.0.1:8080"
	}
	log := slog.New(slog.NewJSONHandler(s.Log, nil))
	s.Config = handlers.Config{
		Service: s.Service, Ready: s.Store.Ping, Metrics: http.NotFoundHandler(), Observe: func(web.Answered) {},
		BaseURL: base, Hosts: o.Hosts, Version: "test", Now: s.Clock.Now, Log: log, Rate: o.Rate, Burst: o.Burst,
	}
	if o.Change != nil {
		o.Change(&s.Config)
	}
	s.serve(tb)
	if !o.Idle {
		s.Work(tb)
	}
	return s
}

func (s *Site) open(tb testing.TB, cfg *db.Config) {
	tb.Helper()
	s.Database = db.Config{Dir: tb.TempDir(), Migrate: true}
	if cfg != nil {
		s.Database = *cfg
	}
	s.Store = dbtest.Open(tb, s.Database)
}

// verbs makes the service.
func (s *Site) verbs(tb testing.TB, key service.Key, groups []service.GroupRule) *service.Service {
	tb.Helper()
	blobs, err := blob.Open(tb.Context(), "", s.Blobs, os.Getenv)
	if err != nil {
		tb.Fatal(err)
	}
	buckets, err := blob.OpenBuckets(nil, os.Getenv)
	if err != nil {
		tb.Fatal(err)
	}
	if key == (service.Key{}) {
		key = service.NewKey()
	}
	verbs := service.New(service.Config{
		Store: s.Store, Blobs: blobs, Buckets: buckets, Limits: faas.DefaultLimits(), Now: s.Clock.Now,
		Keys: func() ([]service.Key, error) { return []service.Key{key}, nil }, Groups: groups,
	})
	if err := verbs.OpenKeys(tb.Context()); err != nil {
		tb.Fatal(err)
	}
	return verbs
}

func (s *Site) serve(tb testing.TB) {
	tb.Helper()
	handler, err := handlers.New(s.Config)
	if err != nil {
		tb.Fatal(err)
	}
	if s.Routes, err = handlers.Routes(s.Config); err != nil {
		tb.Fatal(err)
	}
	server := httptest.NewServer(handler)
	tb.Cleanup(server.Close)
	s.URL = server.URL
}

// Work begins to work on what is queued, on a site that was made idle. It ends with the test.
func (s *Site) Work(tb testing.TB) {
	tb.Helper()
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		worker.New(s.Store, s.Service.Run, worker.Settings{Name: "test"}, s.Config.Log).Work(ctx)
	}()
	tb.Cleanup(func() { stop(); <-done })
}

// Machine is who may do everything: the operator at the command line.
func Machine() faas.Actor {
	return faas.Actor{ID: "verso", Name: "command line", Admin: true, Role: faas.Owner, Door: faas.DoorCommandLine}
}

// Clock is the time of a site; a test may move it.
type Clock struct {
	mu    sync.Mutex
	ahead time.Duration
}

// Now is the time, to the microsecond that both databases keep.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.ahead).UTC().Truncate(time.Microsecond)
}

// Pass moves the clock.
func (c *Clock) Pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ahead += d
}

// Record is a log that the site writes and the test reads.
type Record struct {
	mu   sync.Mutex
	text strings.Builder
}

var _ io.Writer = (*Record)(nil)

// Write adds to the log.
func (r *Record) Write(b []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.Write(b)
}

// String is the log so far.
func (r *Record) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.String()
}
