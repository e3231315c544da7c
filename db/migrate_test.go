package db_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"verso/db"
	"verso/db/dbtest"
	"verso/faas"
)

// frozen are the migrations that have been merged. They are never edited: databases have them behind them. Add a file.
var frozen = map[string]string{
	"00001_start.sql":                "e8b24b2a3f2db3e13fb7e2a6ea11f76b35353892bf728fede8c0fe3c3ea8cf4d",
	"00002_collate_postgres.sql":     "13cfce640571f87de44ecf216300f869dfcb5ba3c1ea88f279cd4f776a886fac",
	"00003_people.sql":               "d631e18d5145214faed0fd64e7551cb90bc29544847928e437a19dbe8e7be90f",
	"00004_append_only_sqlite.sql":   "eaad8841577cbc8ca1b62fc5d4cafe639e4d782772e95444e7e9bb6e2b80373e",
	"00005_append_only_postgres.sql": "ea031c8cbf7cf5a18a00a9d8e72f2fa637862f1bf2c8e95ed0c69f4087be1196",
}

func TestMergedMigrationsAreFrozen(t *testing.T) {
	files, err := filepath.Glob("migrations/*.sql")
	if err != nil || len(files) != len(frozen) {
		t.Errorf("%d migrations, %d of them frozen: %v", len(files), len(frozen), err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256(data)
		if got := hex.EncodeToString(sum[:]); got != frozen[filepath.Base(file)] {
			t.Errorf("%s has the hash %s", file, got)
		}
	}
}

func eachEmpty(t *testing.T, test func(t *testing.T, cfg db.Config)) {
	t.Run("sqlite", func(t *testing.T) { test(t, db.Config{Dir: dbtest.SQLite(t)}) })
	t.Run("postgres", func(t *testing.T) { test(t, db.Config{URL: dbtest.Postgres(t)}) })
}

func TestMigrateFromSeveralAtOnce(t *testing.T) {
	eachEmpty(t, func(t *testing.T, cfg db.Config) {
		ctx := context.Background()
		_, err := db.Open(ctx, cfg)
		if !faas.Is(err, faas.Precondition) || !strings.Contains(err.Error(), "verso migrate") {
			t.Fatalf("an empty database was opened, or without a word on what to do: %v", err)
		}
		counts := make([]int, 4)
		var work sync.WaitGroup
		for i := range counts {
			work.Go(func() {
				var err error
				if counts[i], err = db.Migrate(ctx, cfg); err != nil {
					t.Error(err)
				}
			})
		}
		work.Wait()
		total := 0
		for _, n := range counts {
			total += n
		}
		want := 3
		if cfg.URL != "" {
			want = 4
		}
		if total != want {
			t.Errorf("%v steps were applied, want %d in all", counts, want)
		}
		if n, err := db.Migrate(ctx, cfg); n != 0 || err != nil {
			t.Errorf("again: %d %v", n, err)
		}
		cfg.Migrate = true
		s := dbtest.Open(t, cfg)
		if err := s.Ping(ctx); err != nil || s.IsNew() {
			t.Errorf("new %t: %v", s.IsNew(), err)
		}
	})
}

// Only who made the schema of an empty database is told that it is new, also of several who open it at once.
func TestANewDatabaseIsTold(t *testing.T) {
	eachEmpty(t, func(t *testing.T, cfg db.Config) {
		cfg.Migrate = true
		var made atomic.Int64
		atOnce(4, func(int) {
			s, err := db.Open(context.Background(), cfg)
			if err != nil {
				t.Error(err)
				return
			}
			if s.IsNew() {
				made.Add(1)
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
		if made.Load() != 1 {
			t.Errorf("%d of 4 were told, want 1", made.Load())
		}
	})
	eachEmpty(t, func(t *testing.T, cfg db.Config) {
		if err := db.MigrateTo(context.Background(), cfg, 2); err != nil {
			t.Fatal(err)
		}
		cfg.Migrate = true
		if dbtest.Open(t, cfg).IsNew() {
			t.Error("an older schema is called new")
		}
	})
}

func TestNewerSchemaIsRefused(t *testing.T) {
	dbtest.EachConfig(t, func(t *testing.T, cfg db.Config) {
		if err := db.PretendNewer(dbtest.Open(t, cfg)); err != nil {
			t.Fatal(err)
		}
		for _, migrate := range []bool{false, true} {
			cfg.Migrate = migrate
			_, err := db.Open(context.Background(), cfg)
			if !faas.Is(err, faas.Precondition) || !strings.Contains(err.Error(), "newer Verso") {
				t.Errorf("opened, or refused without the reason: %v", err)
			}
		}
	})
}

func TestOneServerPerFolder(t *testing.T) {
	cfg := db.Config{Dir: filepath.Join(t.TempDir(), "a % folder?#"), Exclusive: true, Migrate: true}
	first, err := db.Open(context.Background(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	_, err = db.Open(context.Background(), cfg)
	if !faas.Is(err, faas.Unavailable) || !strings.Contains(err.Error(), "Another Verso server") {
		t.Errorf("a second server: %v", err)
	}
	tool := cfg
	tool.Exclusive = false
	dbtest.Open(t, tool) // a tool may look beside the server
	for name, want := range map[string]os.FileMode{".": 0o700, "verso.db": 0o600, "verso.db-wal": 0o600} {
		info, err := os.Stat(filepath.Join(cfg.Dir, name))
		if err != nil || info.Mode().Perm() != want {
			t.Errorf("%s has mode %v, want %v: %v", name, info.Mode().Perm(), want, err)
		}
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	dbtest.Open(t, cfg)
}

// A database that came from a copy, or was made with another mode, is closed to others at the next start.
func TestS61ADatabaseThatOthersMayReadIsClosedToThem(t *testing.T) {
	cfg := db.Config{Dir: t.TempDir(), Migrate: true}
	newWorld(t, dbtest.Open(t, cfg)) // stays open, so that there are side files
	names := []string{"verso.db", "verso.db-wal", "verso.db-shm"}
	for _, mode := range []os.FileMode{0o644, 0o640, 0o602} {
		for _, name := range names {
			if err := os.Chmod(filepath.Join(cfg.Dir, name), mode); err != nil {
				t.Fatal(err)
			}
		}
		newWorld(t, dbtest.Open(t, cfg))
		for _, name := range names {
			if info, err := os.Stat(filepath.Join(cfg.Dir, name)); err != nil || info.Mode().Perm() != 0o600 {
				t.Errorf("%s had mode %04o and has %v, error %v", name, mode, info.Mode().Perm(), err)
			}
		}
	}
}

func TestURLsAreCheckedWithoutTellingThePassword(t *testing.T) {
	for url, want := range map[string]string{
		"postgres://u:s3cret@localhost/verso":                           "sslmode",
		"postgres://u:s3cret@localhost/verso?sslmode=maybe":             "sslmode",
		"mysql://u:s3cret@localhost/verso":                              "postgres://",
		"postgres://u:s3cret@local host/%zz":                            "postgres://",
		"u:s3cret":                                                      "postgres://",
		"postgres://u:s3cret@127.0.0.1:1/verso?sslmode=disable":         "does not answer",
		"postgres://u:s3cret@localhost/verso?sslmode=disable&x=y&port=": "",
	} {
		_, err := db.Open(context.Background(), db.Config{URL: url})
		if err == nil || strings.Contains(err.Error(), "s3cret") || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want a word on %q", url, err, want)
		}
	}
}

func TestCallersDeadlinePasses(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		_, err := s.Projects(ctx)
		if err == nil || faas.KindOf(err) != faas.Unavailable {
			t.Errorf("got %v", err)
		}
	})
}
