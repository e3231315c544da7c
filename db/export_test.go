package db

import (
	"context"
	"encoding/base64"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"

	"verso/faas"
)

// NewID is for tests that need ids and have no service to make them.
var NewID = newID

// Patience sets how long the store's connections wait for PostgreSQL.
func Patience(s *Store, most time.Duration) { s.dial.most = most }

// VersionKey makes the page key of a version in a list. With ~ before the number, the version belongs to the page.
func VersionKey(f faas.VersionFilter, number string) string {
	l := versionPages(f)
	text, inclusive := strings.CutPrefix(number, inclusiveMark)
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return number
	}
	return l.encode([]any{n}, inclusive)
}

// KeyText is what a page key says behind its sum.
func KeyText(key string) string {
	data, err := base64.RawURLEncoding.DecodeString(key)
	if err != nil || len(data) < sumBytes {
		return key
	}
	return string(data[sumBytes:])
}

// TagMoves reads a function's tag history as "tag from>to".
func TagMoves(s *Store, functionID string) ([]string, error) {
	var list []string
	err := s.tx(context.Background(), func(t *tx) error {
		var err error
		list, err = t.texts(`SELECT tag || ' ' || CAST(from_number AS TEXT) || '>' || CAST(to_number AS TEXT) FROM tag_moves WHERE function_id = ?`, functionID)
		return err
	})
	return list, err
}

// AuditDetails reads the details of a kind of audit line, oldest first.
func AuditDetails(s *Store, action string) ([]string, error) {
	var list []string
	err := s.tx(context.Background(), func(t *tx) error {
		var err error
		list, err = t.texts(`SELECT detail FROM audit WHERE action = ? ORDER BY id`, action)
		return err
	})
	return list, err
}

// Count counts the rows of a table.
func Count(s *Store, table string) (int, error) {
	var n int
	err := s.write.db.QueryRow(`SELECT count(*) FROM ` + table).Scan(&n)
	return n, err
}

// PretendNewer writes into the schema's history what a newer program would.
func PretendNewer(s *Store) error {
	_, err := s.write.db.Exec(`INSERT INTO goose_db_version (version_id, is_applied) VALUES (900, TRUE)`)
	return err
}

// MigrateTo brings an empty database to an older step, and runs some statements there.
func MigrateTo(ctx context.Context, cfg Config, step int64, texts ...string) error {
	s, err := connect(cfg)
	if err != nil {
		return err
	}
	provider, err := s.migrations()
	if err == nil {
		_, err = provider.UpTo(ctx, step)
	}
	for _, text := range texts {
		if err == nil {
			_, err = s.write.db.ExecContext(ctx, text)
		}
	}
	return errors.Join(err, s.Close())
}

// Exec runs a text that is none of the store's.
func Exec(s *Store, text string, args ...any) error {
	_, err := s.write.db.Exec(s.write.db.Rebind(text), args...)
	return err
}

// Texts reads the first column of a query that is none of the store's.
func Texts(s *Store, text string, args ...any) ([]string, error) {
	var list []string
	err := s.write.db.Select(&list, s.write.db.Rebind(text), args...)
	return list, err
}

// Statements returns every text that the store has prepared, as the engine takes it.
func Statements(s *Store) []string {
	var list []string
	for _, p := range []*pool{s.read, s.write} {
		p.mu.RLock()
		for text := range p.stmts {
			list = append(list, p.native(text))
		}
		p.mu.RUnlock()
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// Explain returns the plan of a text with values that are not known, which is the plan that serves all values.
func Explain(s *Store, text string) (string, error) {
	ctx := context.Background()
	conn, err := s.read.db.Connx(ctx)
	if err != nil {
		return "", err
	}
	defer func() { _ = conn.Close() }()
	if s.dialect.name == postgres.name {
		return explainPostgres(ctx, conn, text)
	}
	rows, err := conn.QueryContext(ctx, `EXPLAIN QUERY PLAN `+text, make([]any, strings.Count(text, "?"))...)
	if err != nil {
		return "", err
	}
	defer func() { _ = rows.Close() }()
	var lines []string
	for rows.Next() {
		var a, b, c int
		var line string
		if err := rows.Scan(&a, &b, &c, &line); err != nil {
			return "", err
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n"), rows.Err()
}

func explainPostgres(ctx context.Context, conn *sqlx.Conn, text string) (string, error) {
	if strings.Contains(text, "pg_notify") {
		return "", nil
	}
	call := `explained`
	if n := strings.Count(text, "$") - strings.Count(text, "'$"); n > 0 {
		call += "(NULL" + strings.Repeat(", NULL", n-1) + ")"
	}
	for _, step := range []string{`SET plan_cache_mode = force_generic_plan`, `DEALLOCATE ALL`, `PREPARE explained AS ` + text} {
		if _, err := conn.ExecContext(ctx, step); err != nil {
			return "", err
		}
	}
	var lines []string
	err := conn.SelectContext(ctx, &lines, `EXPLAIN EXECUTE `+call)
	return strings.Join(lines, "\n"), err
}

// Bare reads 50 rows of six columns by keyset, as performance.md's limit does.
func Bare(ctx context.Context, s *Store, functionID string) error {
	rows, err := s.read.rows(ctx, `SELECT id, number, description, author, status, created_at FROM versions
WHERE function_id = ? AND number < ? ORDER BY number DESC LIMIT 50`, functionID, 5000)
	if err != nil {
		return err
	}
	return each(ctx, s.dialect, rows, func(scan func(...any) error) error {
		var a, b, c, d string
		var e, f int64
		return scan(&a, &e, &b, &c, &d, &f)
	})
}
