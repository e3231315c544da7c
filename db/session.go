package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"verso/faas"
)

const sessionColumns = `id, person_id, created_at, seen_at, expires_at, address, agent`

const (
	sessionInsert = `INSERT INTO sessions (` + sessionColumns + `, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`
	sessionSee    = `UPDATE sessions SET seen_at = ? WHERE id = ? AND seen_at < ?`
	sessionEnd    = `DELETE FROM sessions WHERE id = ? AND person_id = ?`
	sessionsEnd   = `DELETE FROM sessions WHERE person_id = ? AND id <> ?`
	sessionList   = `SELECT ` + sessionColumns + ` FROM sessions WHERE person_id = ? ORDER BY seen_at DESC, id DESC LIMIT 100`
	personSee     = `UPDATE people SET seen_at = ? WHERE id = ? RETURNING disabled, password`
)

// AddSession stores a session under the hash of what its cookie holds, and notes that the person has signed in.
// Unauthenticated for who was disabled, or got another password than the verified one, since they were looked up:
// whoever changes that waits for this transaction, or this one for theirs, so no session stays behind.
func (s *Store) AddSession(ctx context.Context, session faas.Session, hash string, verified faas.Secret, a faas.Audit) error {
	return s.tx(ctx, func(t *tx) error {
		var disabled bool
		var password string
		if err := t.row(personSee, micros(session.CreatedAt), session.PersonID).scan(&disabled, &password); err != nil {
			return missing(err, "person")
		}
		if disabled || (verified != "" && string(verified) != password) {
			return faas.Errorf(faas.Unauthenticated, "Sign in first.")
		}
		_, err := t.exec(sessionInsert, session.ID, session.PersonID, micros(session.CreatedAt), micros(session.SeenAt),
			micros(session.ExpiresAt), session.Address, session.Agent, hash)
		if err != nil {
			return fmt.Errorf("add session: %w", err)
		}
		return t.audit(a)
	})
}

// SeeSession notes a request. A session that has ended stays so.
func (s *Store) SeeSession(ctx context.Context, sessionID string, at time.Time) error {
	return s.tx(ctx, func(t *tx) error {
		_, err := t.exec(sessionSee, micros(at), sessionID, micros(at))
		return err
	})
}

// EndSession deletes a session of the person.
func (s *Store) EndSession(ctx context.Context, personID, sessionID string, a faas.Audit) error {
	return s.txBy(ctx, a, func(t *tx) error {
		n, err := t.exec(sessionEnd, sessionID, personID)
		if err != nil {
			return missing(err, "session")
		}
		if n == 0 {
			return missing(sql.ErrNoRows, "session")
		}
		return t.audit(a)
	})
}

// EndSessions deletes all sessions of a person but the one to keep. Where there is none to end, there is no line either.
func (s *Store) EndSessions(ctx context.Context, personID, keepID string, a faas.Audit) (ended int, err error) {
	err = s.txBy(ctx, a, func(t *tx) error {
		n, err := t.exec(sessionsEnd, personID, keepID)
		if err != nil {
			return fmt.Errorf("end the sessions: %w", err)
		}
		ended = int(n)
		if n == 0 {
			return nil
		}
		return t.audit(a)
	})
	if err != nil {
		return 0, err
	}
	return ended, nil
}

// Sessions lists a person's sessions, last seen first, at most 100.
func (s *Store) Sessions(ctx context.Context, personID string) ([]faas.Session, error) {
	rows, err := s.read.rows(ctx, sessionList, personID)
	if errors.Is(err, errUnstorable) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("list the sessions: %w", err)
	}
	var list []faas.Session
	err = each(ctx, s.dialect, rows, func(scan func(...any) error) error {
		var raw sessionRow
		if err := scan(raw.dest()...); err != nil {
			return err
		}
		list = append(list, raw.finish())
		return nil
	})
	return list, err
}

// sessionRow is a row of sessionColumns on its way to a session.
type sessionRow struct {
	s                      faas.Session
	created, seen, expires int64
}

func (r *sessionRow) dest() []any {
	s := &r.s
	return []any{&s.ID, &s.PersonID, &r.created, &r.seen, &r.expires, &s.Address, &s.Agent}
}

func (r *sessionRow) finish() faas.Session {
	r.s.CreatedAt, r.s.SeenAt, r.s.ExpiresAt = at(r.created), at(r.seen), at(r.expires)
	return r.s
}
