package dbtest

import (
	"context"
	"database/sql"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pressly/goose/v3"

	"verso/db"
)

// Old brings an empty database to the schema that an earlier program left, and runs some statements there.
func Old(tb testing.TB, cfg db.Config, step int64, statements ...string) {
	tb.Helper()
	where, err := exec.CommandContext(tb.Context(), "go", "list", "-f", "{{.Dir}}", "verso/db").Output()
	if err != nil {
		tb.Fatalf("find the migrations: %v", err)
	}
	conn, foreign, dialect := connect(tb, cfg), "_postgres.sql", goose.DialectSQLite3
	if cfg.URL != "" {
		foreign, dialect = "_sqlite.sql", goose.DialectPostgres
	}
	folder := filepath.Join(strings.TrimSpace(string(where)), "migrations")
	names, err := filepath.Glob(filepath.Join(folder, "*"+foreign))
	if err != nil {
		tb.Fatal(err)
	}
	for i := range names {
		names[i] = filepath.Base(names[i])
	}
	steps, err := goose.NewProvider(dialect, conn, os.DirFS(folder), goose.WithExcludeNames(names), goose.WithDisableGlobalRegistry(true))
	if err == nil {
		_, err = steps.UpTo(context.Background(), step)
	}
	for _, text := range statements {
		if err == nil {
			_, err = conn.ExecContext(context.Background(), text)
		}
	}
	if err != nil {
		tb.Fatalf("make an old database: %v", err)
	}
	if err := conn.Close(); err != nil {
		tb.Fatal(err)
	}
}

// connect opens the database as no store does.
func connect(tb testing.TB, cfg db.Config) *sql.DB {
	tb.Helper()
	driver, name := "postgres", cfg.URL
	if cfg.URL == "" {
		if err := os.MkdirAll(cfg.Dir, 0o700); err != nil {
			tb.Fatal(err)
		}
		driver = "sqlite"
		q := url.Values{"_pragma": {"busy_timeout(5000)", "journal_mode(WAL)"}}
		name = (&url.URL{Scheme: "file", Path: filepath.Join(cfg.Dir, "verso.db"), RawQuery: q.Encode()}).String()
	}
	conn, err := sql.Open(driver, name)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = conn.Close() })
	return conn
}
