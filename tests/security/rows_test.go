package security_test

import (
	"database/sql"
	"fmt"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"verso/handlers/sitetest"
)

// open opens a site's database beside it, as an attacker who has a copy would.
func open(t *testing.T, s *sitetest.Site) *sql.DB {
	t.Helper()
	driver, name := "postgres", s.Database.URL
	if name == "" {
		driver = "sqlite"
		name = (&url.URL{Scheme: "file", Path: filepath.Join(s.Database.Dir, "verso.db"), RawQuery: "_pragma=busy_timeout(5000)"}).String()
	}
	conn, err := sql.Open(driver, name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

// tables are the names of all tables.
func tables(t *testing.T, s *sitetest.Site, conn *sql.DB) []string {
	t.Helper()
	query := `SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1`
	if s.Database.URL == "" {
		query = `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY 1`
	}
	list := texts(t, conn, query)
	if len(list) < 15 {
		t.Fatalf("the database has only the tables %q", list)
	}
	return list
}

// texts reads every row of a query as one text: name=value for each column but those left out.
func texts(t *testing.T, conn *sql.DB, query string, leftOut ...string) (list []string) {
	t.Helper()
	rows, err := conn.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	defer func() { _ = rows.Close() }()
	names, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		values, dest := make([]any, len(names)), make([]any, len(names))
		for i := range values {
			dest[i] = &values[i]
		}
		if err := rows.Scan(dest...); err != nil {
			t.Fatal(err)
		}
		list = append(list, rowText(names, values, leftOut))
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return list
}

func rowText(names []string, values []any, leftOut []string) string {
	if len(names) == 1 {
		if b, ok := values[0].([]byte); ok {
			return string(b)
		}
		return fmt.Sprint(values[0])
	}
	var words []string
	for i, name := range names {
		if b, ok := values[i].([]byte); ok {
			values[i] = string(b)
		}
		if !slices.Contains(leftOut, name) {
			words = append(words, fmt.Sprintf("%s=%v", name, values[i]))
		}
	}
	return strings.Join(words, " ")
}

// snapshot is every row of every table. The columns that say when something was last used are left out.
func snapshot(t *testing.T, s *sitetest.Site, conn *sql.DB) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	for _, table := range tables(t, s, conn) {
		rows := texts(t, conn, fmt.Sprintf(`SELECT * FROM %q`, table), "seen_at", "used_at")
		slices.Sort(rows)
		all[table] = rows
	}
	return all
}

// same fails the test for every row that one snapshot has and the other lacks.
func same(t *testing.T, before, after map[string][]string, doing string) {
	t.Helper()
	for table := range after {
		for _, row := range after[table] {
			if _, found := slices.BinarySearch(before[table], row); !found {
				t.Errorf("%s: the table %s has a new row %.300s", doing, table, row)
			}
		}
		for _, row := range before[table] {
			if _, found := slices.BinarySearch(after[table], row); !found {
				t.Errorf("%s: the table %s lost the row %.300s", doing, table, row)
			}
		}
	}
}
