package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"sync"

	"github.com/jmoiron/sqlx"

	"verso/faas"
)

// pool is the connections of one kind with the statements prepared on them. The set of texts is finite: they are
// constants, or put together from constants, never from input.
type pool struct {
	db      *sqlx.DB
	dialect dialect
	mu      sync.RWMutex
	stmts   map[string]*sqlx.Stmt // by the text before the engine's words are filled in
}

func newPool(connector driver.Connector, d dialect, conns int) *pool {
	db := sqlx.NewDb(sql.OpenDB(connector), d.driver)
	db.SetMaxOpenConns(conns)
	db.SetMaxIdleConns(conns)
	return &pool{db: db, dialect: d, stmts: map[string]*sqlx.Stmt{}}
}

func (p *pool) close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	var errs []error
	for _, stmt := range p.stmts {
		errs = append(errs, stmt.Close())
	}
	clear(p.stmts)
	return errors.Join(append(errs, p.db.Close())...)
}

// known returns the prepared statement of a text, nil when there is none yet.
func (p *pool) known(text string) *sqlx.Stmt {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.stmts[text]
}

// prepare returns the prepared statement of a text. It needs a free connection when the text is new, so it must not be
// called inside a transaction: the only writing connection of SQLite is taken then.
func (p *pool) prepare(ctx context.Context, text string) (*sqlx.Stmt, error) {
	if stmt := p.known(text); stmt != nil {
		return stmt, nil
	}
	stmt, err := p.db.PreparexContext(ctx, p.native(text))
	if err != nil {
		return nil, p.dialect.failure(ctx, err)
	}
	if earlier := p.keep(text, stmt); earlier != stmt {
		// Not under the lock: closing waits for whatever its connection is doing, and that may be waiting in turn for a
		// transaction which needs the lock.
		return earlier, stmt.Close()
	}
	return stmt, nil
}

// keep stores a statement and returns the one that counts: somebody else may have been quicker.
func (p *pool) keep(text string, stmt *sqlx.Stmt) *sqlx.Stmt {
	p.mu.Lock()
	defer p.mu.Unlock()
	if earlier := p.stmts[text]; earlier != nil {
		return earlier
	}
	p.stmts[text] = stmt
	return stmt
}

// native is the text as the engine takes it.
func (p *pool) native(text string) string { return p.db.Rebind(p.dialect.sql(text)) }

// rows runs a query outside a transaction.
func (p *pool) rows(ctx context.Context, text string, args ...any) (*sqlx.Rows, error) {
	if !storable(args) {
		return nil, errUnstorable
	}
	stmt, err := p.prepare(ctx, text)
	if err != nil {
		return nil, err
	}
	rows, err := stmt.QueryxContext(ctx, args...)
	if err != nil {
		return nil, p.dialect.failure(ctx, err)
	}
	return rows, nil
}

// row runs a query for one row outside a transaction.
func (p *pool) row(ctx context.Context, text string, args ...any) row {
	rows, err := p.rows(ctx, text, args...)
	return row{rows: rows, err: err, ctx: ctx, dialect: p.dialect}
}

// row is the one row of a result, or none.
type row struct {
	rows    *sqlx.Rows
	err     error
	ctx     context.Context
	dialect dialect
}

// scan reads the row, or answers sql.ErrNoRows. It reads the result to its end: only then does SQLite commit a
// statement that stands alone, and only then does either engine tell of a late error.
func (r row) scan(dest ...any) error {
	if r.err != nil {
		return r.err
	}
	err := sql.ErrNoRows
	if r.rows.Next() {
		err = r.rows.Scan(dest...)
		for r.rows.Next() {
			err = errors.New("a query for one row found several")
		}
	}
	late := errors.Join(r.rows.Err(), r.rows.Close())
	if late != nil {
		return r.dialect.failure(r.ctx, late)
	}
	return err
}

// tx is a transaction. After any error it is to be given up: PostgreSQL takes no further statement then.
type tx struct {
	*sqlx.Tx
	ctx   context.Context
	pool  *pool
	fresh []string // texts to prepare for the next transaction
}

// tx runs fn in a writing transaction and commits if it returns nil.
func (s *Store) tx(ctx context.Context, fn func(*tx) error) error {
	inner, err := s.write.db.BeginTxx(ctx, nil)
	if err != nil {
		return s.dialect.failure(ctx, err)
	}
	t := &tx{Tx: inner, ctx: ctx, pool: s.write}
	defer func() {
		// Undoing after a commit does nothing; after a failure, or a panic of fn, it frees the connection.
		_ = inner.Rollback()
	}()
	if err := fn(t); err != nil {
		return err
	}
	if err := inner.Commit(); err != nil {
		return s.dialect.failure(ctx, err)
	}
	for _, text := range t.fresh {
		if _, err := s.write.prepare(ctx, text); err != nil {
			s.log.Debug("preparing a statement failed; it will be tried again", "error", err)
		}
	}
	return nil
}

// rows runs a query.
func (t *tx) rows(text string, args ...any) (*sqlx.Rows, error) {
	if !storable(args) {
		return nil, errUnstorable
	}
	var rows *sqlx.Rows
	var err error
	if stmt := t.pool.known(text); stmt != nil {
		rows, err = t.StmtxContext(t.ctx, stmt).QueryxContext(t.ctx, args...)
	} else {
		t.fresh = append(t.fresh, text)
		rows, err = t.QueryxContext(t.ctx, t.pool.native(text), args...)
	}
	if err != nil {
		return nil, t.pool.dialect.failure(t.ctx, err)
	}
	return rows, nil
}

// row runs a query for one row.
func (t *tx) row(text string, args ...any) row {
	rows, err := t.rows(text, args...)
	return row{rows: rows, err: err, ctx: t.ctx, dialect: t.pool.dialect}
}

// exec runs a statement and returns how many rows it changed.
func (t *tx) exec(text string, args ...any) (int64, error) {
	if !storable(args) {
		return 0, errUnstorable
	}
	var result sql.Result
	var err error
	if stmt := t.pool.known(text); stmt != nil {
		result, err = t.StmtxContext(t.ctx, stmt).ExecContext(t.ctx, args...)
	} else {
		t.fresh = append(t.fresh, text)
		result, err = t.ExecContext(t.ctx, t.pool.native(text), args...)
	}
	if err != nil {
		return 0, t.pool.dialect.failure(t.ctx, err)
	}
	return result.RowsAffected()
}

// missing turns "no row" into the NotFound that both a missing thing and another project's get.
func missing(err error, noun string) error {
	if errors.Is(err, sql.ErrNoRows) || errors.Is(err, errUnstorable) {
		return faas.Errorf(faas.NotFound, "There is no such %s.", noun)
	}
	return fmt.Errorf("read %s: %w", noun, err)
}

// each reads all rows of a result.
func each(ctx context.Context, d dialect, rows *sqlx.Rows, fn func(scan func(...any) error) error) error {
	for rows.Next() {
		if err := fn(rows.Scan); err != nil {
			return errors.Join(err, rows.Close())
		}
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return d.failure(ctx, err)
	}
	return nil
}
