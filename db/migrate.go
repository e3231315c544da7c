package db

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"verso/faas"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// Migrate brings the schema up to date and tells how many steps that took. It may run in several processes at once:
// one applies, the others wait. It never goes back, and refuses a schema that is newer than the program.
func Migrate(ctx context.Context, cfg Config) (applied int, err error) {
	_, applied, err = bringUp(ctx, cfg)
	return applied, err
}

// bringUp is Migrate, and tells from which step: 0 for an empty database.
func bringUp(ctx context.Context, cfg Config) (from int64, applied int, err error) {
	if cfg.URL == "" {
		lock, err := lockMigration(ctx, cfg.Dir)
		if err != nil {
			return 0, 0, err
		}
		defer func() { err = errors.Join(err, lock.unlock()) }()
	}
	s, err := connect(cfg)
	if err != nil {
		return 0, 0, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if s.dial != nil {
		s.dial.most = migrationTime
	}
	from, want, err := s.schemaVersions(ctx)
	switch {
	case err != nil:
		return 0, 0, err
	case from > want:
		return from, 0, newerSchema(from, want)
	case from == want:
		return from, 0, nil
	}
	applied, err = s.migrate(ctx)
	return from, applied, err
}

func lockMigration(ctx context.Context, dir string) (*fileLock, error) {
	if err := makeFolder(dir); err != nil {
		return nil, err
	}
	lock, err := waitLock(ctx, filepath.Join(dir, "migrate.lock"))
	if err != nil {
		return nil, fmt.Errorf("wait for another migration: %w", err)
	}
	return lock, nil
}

// migrate applies the missing steps.
func (s *Store) migrate(ctx context.Context) (int, error) {
	provider, err := s.migrations()
	if err != nil {
		return 0, err
	}
	results, err := provider.Up(ctx)
	if err != nil {
		return len(results), fmt.Errorf("migrate: %w", s.dialect.failure(ctx, err))
	}
	return len(results), nil
}

// migrations are the steps of this engine. On PostgreSQL a session lock makes other processes wait; goose looks at the
// version again once it holds it.
func (s *Store) migrations() (*goose.Provider, error) {
	files, err := fs.Sub(migrationFiles, "migrations")
	if err != nil {
		return nil, fmt.Errorf("read migrations: %w", err)
	}
	options := []goose.ProviderOption{goose.WithExcludeNames(foreignSteps(s.dialect.name)), goose.WithDisableGlobalRegistry(true)}
	engine := goose.DialectSQLite3
	if s.dialect.name == postgres.name {
		engine = goose.DialectPostgres
		locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 60))
		if err != nil {
			return nil, fmt.Errorf("prepare the migration lock: %w", err)
		}
		options = append(options, goose.WithSessionLocker(locker))
	}
	provider, err := goose.NewProvider(engine, s.write.db.DB, files, options...)
	if err != nil {
		return nil, fmt.Errorf("prepare migrations: %w", err)
	}
	return provider, nil
}

// steps lists the migration files of an engine by their number: those of both engines and its own.
func steps(engine string) map[int64]string {
	list := map[int64]string{}
	names, _ := fs.Glob(migrationFiles, "migrations/*.sql") // the pattern is a constant, so it cannot be malformed
	for _, name := range names {
		name = filepath.Base(name)
		number, _, _ := strings.Cut(name, "_")
		if n, err := strconv.ParseInt(number, 10, 64); err == nil && !isForeign(name, engine) {
			list[n] = name
		}
	}
	return list
}

// isForeign reports whether a file is a step of the other engine only.
func isForeign(name, engine string) bool {
	for _, other := range []string{sqlite.name, postgres.name} {
		if other != engine && strings.HasSuffix(name, "_"+other+".sql") {
			return true
		}
	}
	return false
}

func foreignSteps(engine string) []string {
	var names []string
	for _, other := range []string{sqlite.name, postgres.name} {
		for _, name := range steps(other) {
			if isForeign(name, engine) {
				names = append(names, name)
			}
		}
	}
	return names
}

// schemaVersions returns the number of the newest step that was applied, 0 for an empty database, and of the newest
// one that this program has.
func (s *Store) schemaVersions(ctx context.Context) (have, want int64, err error) {
	for n := range steps(s.dialect.name) {
		want = max(want, n)
	}
	catalogue := `SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'goose_db_version'`
	if s.dialect.name == postgres.name {
		catalogue = `SELECT count(*) FROM pg_class WHERE oid = to_regclass('goose_db_version')`
	}
	var tables int
	if err := s.read.db.QueryRowContext(ctx, catalogue).Scan(&tables); err != nil {
		return 0, want, fmt.Errorf("look for the schema: %w", s.dialect.failure(ctx, err))
	}
	if tables == 0 {
		return 0, want, nil
	}
	var newest sql.NullInt64
	err = s.read.db.QueryRowContext(ctx, `SELECT max(version_id) FROM goose_db_version`).Scan(&newest)
	if err != nil {
		return 0, want, fmt.Errorf("read the schema's version: %w", s.dialect.failure(ctx, err))
	}
	return newest.Int64, want, nil
}

// checkSchema refuses a schema that is not exactly this program's.
func (s *Store) checkSchema(ctx context.Context) error {
	have, want, err := s.schemaVersions(ctx)
	switch {
	case err != nil:
		return err
	case have > want:
		return newerSchema(have, want)
	case have < want:
		return faas.Errorf(faas.Precondition, "The database schema is at step %d and this program needs step %d. "+
			"Run verso migrate, then start again.", have, want)
	}
	return nil
}

func newerSchema(have, want int64) error {
	return faas.Errorf(faas.Precondition, "The database schema is at step %d, made by a newer Verso; this program knows "+
		"steps up to %d. Use the newer program.", have, want)
}
