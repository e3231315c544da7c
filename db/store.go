// Package db keeps everything but package bytes, in SQLite or PostgreSQL: rows in, nouns out. It owns all SQL, the
// schema and its migrations. It must not decide rules that span nouns, touch blobs, or import anything of ours but faas.
//
// Both engines run the same SQL text; what differs is listed in dialect.go. Every list is a range of one index, walked
// from a key, so a page costs the same at a hundred rows and at a million; page.go explains how.
package db

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync"
	"time"

	"verso/faas"
)

// Config says where the database is.
type Config struct {
	URL       string       // postgres://…?sslmode=…; empty means SQLite in Dir
	Dir       string       // data folder; SQLite keeps verso.db there
	Exclusive bool         // SQLite: refuse to open while another server has the folder open
	Migrate   bool         // bring an older schema up to date instead of refusing it
	MaxConns  int          // most connections at once; 0 means a default that suits the engine
	Log       *slog.Logger // nil means no log
}

// idempotencyTime is how long a client's key leads to its operation.
const idempotencyTime = 24 * time.Hour

// Store is faas.Store on one of the engines. It is safe for concurrent use.
type Store struct {
	dialect dialect
	write   *pool // one connection on SQLite, the same pool as read on PostgreSQL
	read    *pool
	log     *slog.Logger
	dial    *dialer   // PostgreSQL's, of all connections but the listener's; nil for SQLite
	dsn     string    // PostgreSQL: for the listener; holds the password, so it is never logged
	lock    *fileLock // the data folder's, when opened exclusively
	made    bool      // by Open, from nothing
	added   chan struct{}
	listen  sync.Once
	closing chan struct{}
	closed  sync.Once
	work    sync.WaitGroup
}

var _ faas.Store = (*Store)(nil)

// Open connects and checks the schema. It refuses one that is older than the program, unless cfg.Migrate is set, and
// one that is newer. Errors never contain the URL's password.
func Open(ctx context.Context, cfg Config) (*Store, error) {
	lock, err := lockServer(cfg)
	if err != nil {
		return nil, err
	}
	made := false
	if cfg.Migrate {
		from, applied, err := bringUp(ctx, cfg)
		if err != nil {
			return nil, errors.Join(err, lock.unlock())
		}
		made = from == 0 && applied > 0
	}
	s, err := connect(cfg)
	if err != nil {
		return nil, errors.Join(err, lock.unlock())
	}
	s.lock, s.made = lock, made
	if err := s.checkSchema(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// lockServer takes the data folder's server lock where the configuration wants it; nil means that none is needed.
func lockServer(cfg Config) (*fileLock, error) {
	if !cfg.Exclusive || cfg.URL != "" {
		return nil, nil
	}
	if err := makeFolder(cfg.Dir); err != nil {
		return nil, err
	}
	lock, err := tryLock(filepath.Join(cfg.Dir, "verso.lock"))
	if errors.Is(err, errLocked) {
		return nil, faas.Errorf(faas.Unavailable, "Another Verso server is using the data folder %s. Stop it first, "+
			"give this one a folder of its own with --data, or let both share a PostgreSQL database.", cfg.Dir)
	}
	return lock, err
}

// connect opens the pools without looking at the schema.
func connect(cfg Config) (*Store, error) {
	s := &Store{log: cfg.Log, added: make(chan struct{}, 1), closing: make(chan struct{})}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	var err error
	if cfg.URL == "" {
		err = s.connectSQLite(cfg)
	} else {
		err = s.connectPostgres(cfg)
	}
	if err != nil {
		return nil, err
	}
	return s, nil
}

// IsNew reports whether Open made the schema, because there was none.
func (s *Store) IsNew() bool { return s.made }

// Ping proves that the database answers.
func (s *Store) Ping(ctx context.Context) error {
	var one int
	if err := s.read.row(ctx, `SELECT 1`).scan(&one); err != nil {
		return fmt.Errorf("ping the database: %w", err)
	}
	return nil
}

// Close ends the listener, the connections and the lock. Calls in flight fail.
func (s *Store) Close() error {
	var err error
	s.closed.Do(func() {
		close(s.closing)
		s.work.Wait()
		if s.dial != nil {
			s.dial.hurry(time.Now().Add(partingTime))
		}
		if s.write != s.read {
			err = s.read.close()
		}
		err = errors.Join(err, s.write.close(), s.lock.unlock())
	})
	return err
}
