package faults

import (
	"os"
	"testing"

	"verso/db/dbtest"
)

func TestMain(m *testing.M) { os.Exit(Main(m)) }

// eachEngine runs a test on SQLite and on PostgreSQL; database is for Options.
func eachEngine(t *testing.T, test func(t *testing.T, database string)) {
	t.Run("sqlite", func(t *testing.T) { test(t, "") })
	t.Run("postgres", func(t *testing.T) { test(t, dbtest.Postgres(t)) })
}
