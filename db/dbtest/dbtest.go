// Package dbtest gives tests a database of either engine: SQLite in a temporary folder, and a real PostgreSQL, which it
// starts privately, once per test binary. It must not be imported by anything but tests and benchmarks.
package dbtest

import (
	"context"
	"testing"

	"verso/db"
)

// Each runs the test on a fresh, migrated store of both engines. The package needs a TestMain that calls Main.
func Each(t *testing.T, test func(t *testing.T, s *db.Store)) {
	t.Helper()
	EachConfig(t, func(t *testing.T, cfg db.Config) { test(t, Open(t, cfg)) })
}

// EachConfig is Each for tests that open the store themselves, or more than once.
func EachConfig(t *testing.T, test func(t *testing.T, cfg db.Config)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		cfg := db.Config{Dir: SQLite(t)}
		migrate(t, cfg)
		test(t, cfg)
	})
	t.Run("postgres", func(t *testing.T) { test(t, db.Config{URL: migrated(t)}) })
}

// Open opens a store and closes it when the test ends.
func Open(tb testing.TB, cfg db.Config) *db.Store {
	tb.Helper()
	s, err := db.Open(context.Background(), cfg)
	if err != nil {
		tb.Fatalf("open the store: %v", err)
	}
	tb.Cleanup(func() {
		if err := s.Close(); err != nil {
			tb.Errorf("close the store: %v", err)
		}
	})
	return s
}

// SQLite returns a fresh data folder without a database in it.
func SQLite(tb testing.TB) string {
	tb.Helper()
	return tb.TempDir()
}

// OpenSQLite opens a fresh SQLite store, for tests of what does not depend on the engine.
func OpenSQLite(tb testing.TB) *db.Store {
	tb.Helper()
	return Open(tb, db.Config{Dir: SQLite(tb), Migrate: true})
}

func migrate(tb testing.TB, cfg db.Config) {
	tb.Helper()
	if _, err := db.Migrate(context.Background(), cfg); err != nil {
		tb.Fatalf("migrate: %v", err)
	}
}
