package faults

import (
	"testing"

	"verso/db/dbtest"
	"verso/tests/program"
)

// Options are what a test wants of its server.
type Options = program.Options

// Server is a `verso serve` with ways to look at it from outside.
type Server struct {
	*program.Server

	tb      testing.TB
	options Options
}

// metricsToken opens the server's metrics.
const metricsToken = "a-token-for-the-metrics-of-tests"

// Start starts a server that is killed at the end of the test.
func Start(tb testing.TB, o Options) *Server {
	tb.Helper()
	o.Env = append(o.Env, "VERSO_METRICS_TOKEN="+metricsToken)
	// One test stands for a whole company here: its clients are one person's, and ask more often than one may.
	o.Args = append([]string{"--rate", "0"}, o.Args...)
	s := &Server{Server: program.Start(tb, o), tb: tb, options: o}
	s.options.Data = s.Data
	return s
}

// eachEngine runs a test on SQLite and on PostgreSQL; database is for Options.
func eachEngine(t *testing.T, test func(t *testing.T, database string)) {
	t.Run("sqlite", func(t *testing.T) { test(t, "") })
	t.Run("postgres", func(t *testing.T) { test(t, dbtest.Postgres(t)) })
}
