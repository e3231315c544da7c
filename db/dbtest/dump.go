package dbtest

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"verso/db"
)

// Dump is everything that a database holds, for tests that look for what must not be in it: on SQLite every byte of the
// data folder, the log of changes included; on PostgreSQL every row of every table as text.
func Dump(tb testing.TB, cfg db.Config) []byte {
	tb.Helper()
	if cfg.URL != "" {
		return dumpTables(tb, cfg.URL)
	}
	return dumpFolder(tb, cfg.Dir)
}

// Files is every byte of the database's files, of what was deleted too: on SQLite what Dump is; on PostgreSQL the files of
// all tables, which only a superuser may read.
func Files(tb testing.TB, cfg db.Config) []byte {
	tb.Helper()
	if cfg.URL == "" {
		return dumpFolder(tb, cfg.Dir)
	}
	conn := connect(tb, cfg)
	defer func() { _ = conn.Close() }()
	const refused = "the user of " + ServerVariable + " may not read the server's files"
	if _, err := conn.ExecContext(tb.Context(), `CHECKPOINT`); err != nil && os.Getenv("CI") == "true" {
		tb.Fatalf("%s: %v", refused, err)
	} else if err != nil {
		tb.Skip(refused)
	}
	var all bytes.Buffer
	for _, text := range column(tb.Context(), tb, conn, `SELECT encode(pg_read_binary_file(pg_relation_filepath(oid)), 'escape')
FROM pg_class WHERE relkind IN ('r', 't', 'i') AND pg_relation_filepath(oid) LIKE 'base/%' AND pg_relation_size(oid) > 0`) {
		all.WriteString(text)
	}
	return all.Bytes()
}

func dumpFolder(tb testing.TB, dir string) []byte {
	tb.Helper()
	var all bytes.Buffer
	for _, name := range []string{"verso.db", "verso.db-wal"} {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil && !os.IsNotExist(err) {
			tb.Fatal(err)
		}
		all.Write(data)
	}
	if all.Len() == 0 {
		tb.Fatalf("there is no database in %s", dir)
	}
	return all.Bytes()
}

func dumpTables(tb testing.TB, url string) []byte {
	tb.Helper()
	ctx := context.Background()
	conn, err := sql.Open("postgres", url)
	if err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	tables := column(ctx, tb, conn, `SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1`)
	if len(tables) == 0 {
		tb.Fatal("the database has no tables")
	}
	var all bytes.Buffer
	for _, table := range tables {
		for _, row := range column(ctx, tb, conn, fmt.Sprintf(`SELECT t::text FROM %q t`, table)) {
			all.WriteString(table + " " + row + "\n")
		}
	}
	return all.Bytes()
}

// column reads the only column of a query.
func column(ctx context.Context, tb testing.TB, conn *sql.DB, query string) (list []string) {
	tb.Helper()
	rows, err := conn.QueryContext(ctx, query)
	if err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			tb.Fatal(err)
		}
		list = append(list, text)
	}
	if err := rows.Err(); err != nil {
		tb.Fatal(err)
	}
	return list
}
