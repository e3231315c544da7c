package db_test

import (
	"bytes"
	"crypto/rand"
	"database/sql"
	"log/slog"
	"net/url"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"verso/db"
	"verso/db/dbtest"
	"verso/faas"
)

func TestCompactingClearsAwayWhatWasReplaced(t *testing.T) {
	dbtest.EachConfig(t, func(t *testing.T, cfg db.Config) {
		s := dbtest.Open(t, cfg)
		w := newWorld(t, s)
		f := w.function("one-function")
		var last faas.Version
		for range 3 {
			last = w.publish(f, func(v *faas.Version) {
				v.Settings.Environment = map[string]faas.Sealed{"A": faas.Sealed("replaced-" + strings.Repeat("long ", 100))}
			})
		}
		w.must(w.EachSealed(w.ctx, func(row faas.SealedRow) error {
			if row.Kind == faas.SealedVersion {
				_, err := w.Reseal(w.ctx, row, map[string]faas.Sealed{"A": "s1.other"})
				return err
			}
			return nil
		}))
		if !bytes.Contains(dbtest.Files(t, cfg), []byte("replaced-")) {
			t.Fatal("nothing is left of what was replaced: the search proves nothing")
		}
		before, err := w.VersionByID(w.ctx, w.project, last.ID)
		w.must(err)
		w.must(w.Compact(w.ctx))
		w.must(w.Compact(w.ctx))
		if bytes.Contains(dbtest.Files(t, cfg), []byte("replaced-")) {
			t.Error("the files still hold what was replaced")
		}
		after, err := w.VersionByID(w.ctx, w.project, last.ID)
		w.must(err)
		if !reflect.DeepEqual(before, after) {
			t.Errorf("\n got %+v\nwant %+v", after, before)
		}
		w.publish(f, nil) // and it goes on
	})
}

// Whoever reads an old state of the file keeps its log of changes from being emptied. That must not pass in silence.
func TestCompactingBesideAReaderIsRefused(t *testing.T) {
	cfg := db.Config{Dir: dbtest.SQLite(t), Migrate: true}
	w := newWorld(t, dbtest.Open(t, cfg))
	w.must(db.Exec(w.Store, `PRAGMA busy_timeout = 50`)) // ms
	reader, err := sql.Open("sqlite", filepath.Join(cfg.Dir, "verso.db"))
	w.must(err)
	defer func() { _ = reader.Close() }()
	tx, err := reader.BeginTx(w.ctx, nil)
	w.must(err)
	var n int
	w.must(tx.QueryRowContext(w.ctx, `SELECT count(*) FROM projects`).Scan(&n))
	w.function("written-meanwhile")
	w.wantKind(w.Compact(w.ctx), faas.Unavailable)
	w.must(tx.Rollback())
	w.must(w.Compact(w.ctx))
}

// A role that only uses PostgreSQL's tables cannot rewrite them. The server starts all the same and says what to do.
func TestCompactingTablesOfAnotherRole(t *testing.T) {
	owner := dbtest.Postgres(t)
	if _, err := db.Migrate(t.Context(), db.Config{URL: owner}); err != nil {
		t.Fatal(err)
	}
	conn, err := sql.Open("postgres", owner)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	role := "verso_test_" + strings.ToLower(rand.Text())
	run := func(list ...string) {
		t.Helper()
		for _, text := range list {
			if _, err := conn.Exec(text); err != nil {
				t.Fatalf("%s: %v", text, err)
			}
		}
	}
	run(`CREATE ROLE `+role+` LOGIN PASSWORD 'canary'`, `GRANT ALL ON ALL TABLES IN SCHEMA public TO `+role)
	t.Cleanup(func() { run(`DROP OWNED BY `+role, `DROP ROLE `+role) })
	u, err := url.Parse(owner)
	if err != nil {
		t.Fatal("the database URL cannot be read")
	}
	u.User = url.UserPassword(role, "canary")
	var log bytes.Buffer
	s := dbtest.Open(t, db.Config{URL: u.String(), Log: slog.New(slog.NewTextHandler(&log, nil))})
	if err := s.Compact(t.Context()); err != nil {
		t.Error(err)
	}
	if said := log.String(); !strings.Contains(said, "VACUUM (FULL, ANALYZE) versions, operations") || strings.Contains(said, "canary") {
		t.Errorf("the log says %q", said)
	}
	log.Reset()
	mine := dbtest.Open(t, db.Config{URL: owner, Log: slog.New(slog.NewTextHandler(&log, nil))})
	if err := mine.Compact(t.Context()); err != nil || log.Len() > 0 {
		t.Errorf("the owner: %v, the log says %q", err, log.String())
	}
}
