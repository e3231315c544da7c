package dbtest

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"

	_ "github.com/lib/pq" // the driver

	"verso/db"
)

// ServerVariable names the environment variable with the URL of a PostgreSQL server to use instead of a private one.
// Its user must be allowed to create databases.
const ServerVariable = "VERSO_TEST_POSTGRES"

// missingServer is what to do when no server program is found.
const missingServer = "PostgreSQL is not installed: apt-get install -y postgresql (or set " + ServerVariable + ")"

// server is the one PostgreSQL of this test binary. It is shared by all tests, which each have databases of their own.
type server struct {
	mu       sync.Mutex
	inMain   bool
	tried    bool
	err      error
	url      string
	template string
	cluster  *cluster
}

var shared server //nolint:gochecknoglobals // testing.TB has no place for what a whole test binary shares

// Main runs the tests and ends the private server, if one was started. Use it as `os.Exit(dbtest.Main(m))` in TestMain.
func Main(m *testing.M) int {
	shared.mu.Lock()
	shared.inMain = true
	shared.mu.Unlock()
	defer shared.stop()
	return m.Run()
}

// Postgres returns the URL of a fresh, empty database. Without a server it skips the test, or fails it when CI=true.
func Postgres(tb testing.TB) string {
	tb.Helper()
	return shared.database(tb, "template1")
}

// migrated returns the URL of a fresh database with Verso's schema, copied from one that was migrated once.
func migrated(tb testing.TB) string {
	tb.Helper()
	return shared.database(tb, shared.migratedTemplate(tb))
}

// start finds or starts the server, once.
func (s *server) start(tb testing.TB) {
	tb.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.inMain {
		tb.Fatal("this package needs a TestMain: func TestMain(m *testing.M) { os.Exit(dbtest.Main(m)) }")
	}
	if !s.tried {
		s.tried = true
		if s.url = os.Getenv(ServerVariable); s.url == "" {
			s.cluster, s.err = startCluster()
			if s.err == nil {
				s.url = s.cluster.url()
			}
		}
	}
	switch {
	case s.err == nil:
	case errors.Is(s.err, errNoServer) && os.Getenv("CI") != "true":
		tb.Skip(missingServer)
	case errors.Is(s.err, errNoServer):
		tb.Fatal(missingServer)
	default:
		tb.Fatalf("start PostgreSQL: %v", s.err)
	}
}

func (s *server) stop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cluster != nil {
		s.cluster.stop()
	}
}

// migratedTemplate makes the template database on first use.
func (s *server) migratedTemplate(tb testing.TB) string {
	tb.Helper()
	s.start(tb)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.template != "" {
		return s.template
	}
	name := randomName()
	s.exec(tb, `CREATE DATABASE `+name)
	if _, err := db.Migrate(context.Background(), db.Config{URL: s.urlOf(tb, name)}); err != nil {
		tb.Fatalf("migrate the template: %v", err)
	}
	s.template = name
	return name
}

// database makes a database from a template and drops it when the test ends.
func (s *server) database(tb testing.TB, template string) string {
	tb.Helper()
	s.start(tb)
	name := randomName()
	s.mu.Lock() // a template cannot be copied twice at the same moment
	s.exec(tb, `CREATE DATABASE `+name+` TEMPLATE `+template)
	s.mu.Unlock()
	if s.cluster == nil { // a private server goes as a whole, which is quicker
		tb.Cleanup(func() { s.exec(tb, `DROP DATABASE `+name+` WITH (FORCE)`) })
	}
	return s.urlOf(tb, name)
}

func (s *server) exec(tb testing.TB, text string) {
	tb.Helper()
	conn, err := sql.Open("postgres", s.url)
	if err != nil {
		tb.Fatalf("reach PostgreSQL: %v", err)
	}
	defer func() { _ = conn.Close() }()
	if _, err := conn.Exec(text); err != nil {
		tb.Fatalf("%s: %v", text, err)
	}
}

// urlOf is the server's URL with another database.
func (s *server) urlOf(tb testing.TB, name string) string {
	tb.Helper()
	u, err := url.Parse(s.url)
	if err != nil {
		tb.Fatalf("%s is not a URL", ServerVariable)
	}
	u.Path = "/" + name
	return u.String()
}

func randomName() string { return "verso_test_" + strings.ToLower(rand.Text()) }
