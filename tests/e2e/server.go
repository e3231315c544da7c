package e2e

import (
	"testing"

	"verso/db/dbtest"
	"verso/tests/program"
)

// Options are what a flow wants of its server.
type Options = program.Options

// Server is a running `verso serve` on a free port, with a data folder that outlives restarts.
type Server struct{ *program.Server }

// Start starts a server that ends with the test, and must end well. When the test has failed, its log is shown.
func Start(t *testing.T, o Options) *Server {
	t.Helper()
	s := &Server{program.Start(t, o)}
	t.Cleanup(s.Stop)
	return s
}

// EachEngine runs a flow on SQLite and on PostgreSQL, at the same time: much of it is waiting. Database is for Options.
func EachEngine(t *testing.T, flow func(t *testing.T, database string)) {
	t.Run("sqlite", func(t *testing.T) { t.Parallel(); flow(t, "") })
	t.Run("postgres", func(t *testing.T) { t.Parallel(); flow(t, dbtest.Postgres(t)) })
}

// EachWay runs a flow on both engines, and on one of them also without JavaScript: what pages do without it, no engine
// knows of.
func EachWay(t *testing.T, flow func(t *testing.T, database string, look Look)) {
	EachEngine(t, func(t *testing.T, database string) { flow(t, database, Look{}) })
	t.Run("noscript", func(t *testing.T) { t.Parallel(); flow(t, "", Look{NoScript: true}) })
}
