package db

import (
	"context"
	"database/sql"
	"errors"

	"github.com/lib/pq"

	"verso/faas"
)

// What Compact asks PostgreSQL. Rewriting a table gives it a new file; where that did not happen, we were not allowed to.
// The planner's statistics hold samples of values, so they are made anew and their old rows go too.
const (
	filesOfValues  = `SELECT pg_relation_filenode('versions') || ' ' || pg_relation_filenode('operations')`
	rewriteValues  = `VACUUM (FULL, ANALYZE) versions, operations`
	rewriteSamples = `VACUUM (FULL) pg_statistic`
)

// Compact clears away what the database's files still hold of values that were replaced. It rewrites them, so nobody
// writes meanwhile, and it takes as much free space as the data again. Unavailable when somebody keeps it from that.
// Where only another role may rewrite PostgreSQL's tables, it says so in the log.
func (s *Store) Compact(ctx context.Context) error {
	rewrite := s.compactSQLite
	if s.dialect.name == postgres.name {
		rewrite = s.compactPostgres
	}
	if err := rewrite(ctx); err != nil {
		if ctx.Err() != nil {
			return s.dialect.failure(ctx, err)
		}
		return &faas.Error{
			Kind: faas.Unavailable, Err: err,
			Message: "The database could not be compacted. Give it as much free space as it takes now, end other programs that use it, and start again.",
		}
	}
	return nil
}

// compactSQLite writes the whole file anew, by way of the log of changes, and empties that.
func (s *Store) compactSQLite(ctx context.Context) error {
	if _, err := s.write.db.ExecContext(ctx, `VACUUM`); err != nil {
		return err
	}
	var busy, pages, moved int
	if err := s.write.db.QueryRowContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`).Scan(&busy, &pages, &moved); err != nil {
		return err
	}
	if busy != 0 {
		return errors.New("somebody reads the database all the time")
	}
	return nil
}

// compactPostgres works on a connection of its own: a big table takes longer than any other question, and the server
// says nothing meanwhile.
func (s *Store) compactPostgres(ctx context.Context) (err error) {
	connector, err := pq.NewConnector(s.dsn)
	if err != nil {
		return errors.New("the database URL cannot be used") // the driver's words could repeat it
	}
	connector.Dialer(newDialer(migrationTime))
	pool := sql.OpenDB(connector)
	defer func() { err = errors.Join(err, pool.Close()) }()
	pool.SetMaxOpenConns(1) // so that all of it is one session
	var before, after string
	if err := pool.QueryRowContext(ctx, filesOfValues).Scan(&before); err != nil {
		return err
	}
	for _, text := range []string{`SET statement_timeout = 0`, rewriteValues, rewriteSamples} {
		if _, err := pool.ExecContext(ctx, text); err != nil {
			return err
		}
	}
	if err := pool.QueryRowContext(ctx, filesOfValues).Scan(&after); err != nil {
		return err
	}
	if before == after {
		s.log.Warn("values from before there were keys may still be in the database's files: the tables belong to another role. Let it run: " + rewriteValues)
	}
	return nil
}
