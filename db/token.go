package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"verso/faas"
)

// Tokens and access keys are rows of one table that differ in kind.
const (
	kindToken = "token"
	kindKey   = "key"

	tokensEach = 100 // live ones of a person in a project, of either kind
)

const (
	tokenColumns = `id, name, project_id, person_id, role, read_only, last4, created_at, expires_at, used_at, revoked_at, sealed`
	tokenNames   = `, (SELECT name FROM projects WHERE projects.id = tokens.project_id),
(SELECT name FROM people WHERE people.id = tokens.person_id)`

	tokenInsert = `INSERT INTO tokens (id, kind, project_id, person_id, name, role, read_only, last4, created_at, expires_at,
used_at, revoked_at, hash, sealed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, ?, ?)`
	tokenPerson = `UPDATE people SET seen_at = seen_at WHERE id = ? RETURNING admin AND NOT disabled`
	tokenMember = `SELECT role FROM members WHERE person_id = ? AND project_id = ?`
	tokenCount  = `SELECT count(*) FROM tokens WHERE project_id = ? AND kind = ? AND person_id = ?
AND revoked_at = 0 AND (expires_at = 0 OR expires_at > ?)`

	tokenRevoke = `UPDATE tokens SET revoked_at = ? WHERE id = ? AND project_id = ? AND kind = ?
AND person_id = COALESCE(NULLIF(?, ''), person_id) AND revoked_at = 0 RETURNING name, person_id`
	tokenRevoked = `SELECT id FROM tokens WHERE id = ? AND project_id = ? AND kind = ? AND person_id = COALESCE(NULLIF(?, ''), person_id)`
	tokensRevoke = `UPDATE tokens SET revoked_at = ? WHERE project_id = ? AND kind = ? AND person_id = ? AND revoked_at = 0`
	tokenSee     = `UPDATE tokens SET used_at = ? WHERE id = ? AND used_at < ?`
)

// tokenRow is a token or access key on its way out of the database.
type tokenRow struct {
	t                               faas.Token
	role                            string
	created, expires, used, revoked int64
	hash                            string
	sealed                          faas.Sealed
}

// dest is the order of identityByToken.
func (r *tokenRow) dest() []any {
	t := &r.t
	return []any{
		&t.ID, &t.Name, &t.ProjectID, &t.Project, &t.PersonID, &t.Person, &r.role, &t.ReadOnly, &t.Last4,
		&r.created, &r.expires, &r.used, &r.revoked,
	}
}

// listDest is the order of tokenColumns and tokenNames.
func (r *tokenRow) listDest() []any {
	t := &r.t
	return []any{
		&t.ID, &t.Name, &t.ProjectID, &t.PersonID, &r.role, &t.ReadOnly, &t.Last4,
		&r.created, &r.expires, &r.used, &r.revoked, (*string)(&r.sealed), &t.Project, &t.Person,
	}
}

func (r *tokenRow) finish() faas.Token {
	r.t.Role = roleOf(r.role)
	r.t.CreatedAt, r.t.ExpiresAt, r.t.UsedAt, r.t.RevokedAt = at(r.created), at(r.expires), at(r.used), at(r.revoked)
	return r.t
}

// AddToken stores a token under its id with the hash of its secret.
func (s *Store) AddToken(ctx context.Context, token faas.Token, hash string, a faas.Audit) error {
	return s.txBy(ctx, a, func(t *tx) error { return t.addToken(kindToken, token, hash, "", a) })
}

// addToken checks, under a lock on the person, that they may make this token and have not too many.
func (t *tx) addToken(kind string, token faas.Token, hash string, sealed faas.Sealed, a faas.Audit) error {
	if err := t.mayMake(token); err != nil {
		return err
	}
	var live int
	if err := t.row(tokenCount, token.ProjectID, kind, token.PersonID, micros(token.CreatedAt)).scan(&live); err != nil {
		return fmt.Errorf("count the tokens: %w", err)
	}
	if live >= tokensEach {
		return faas.Errorf(faas.Exhausted, "You have %d of these in this project already. Revoke one that is not needed.", tokensEach)
	}
	_, err := t.exec(tokenInsert, token.ID, kind, token.ProjectID, token.PersonID, token.Name, token.Role.String(), token.ReadOnly,
		token.Last4, micros(token.CreatedAt), micros(token.ExpiresAt), hash, string(sealed))
	if err != nil {
		return fmt.Errorf("add token: %w", err)
	}
	return t.audit(a)
}

func (t *tx) mayMake(token faas.Token) error {
	admin, err := t.lockPerson(token.PersonID)
	if err != nil || admin {
		return err
	}
	var role string
	err = t.row(tokenMember, token.PersonID, token.ProjectID).scan(&role)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("read the membership: %w", err)
	}
	if held := roleOf(role); held == faas.NoRole || held < token.Role {
		return faas.Errorf(faas.Forbidden, "Your role in this project has changed; a token can have your own role at most.")
	}
	return nil
}

// lockPerson makes others wait who make tokens of this person, or take all of them away, until this transaction ends. It
// tells whether they administer the installation. Whoever locks projects too locks the person first.
func (t *tx) lockPerson(id string) (admin bool, err error) {
	if err := t.row(tokenPerson, id).scan(&admin); err != nil {
		return false, missing(err, "person")
	}
	return admin, nil
}

// revokeAll ends the tokens and access keys of a person in a project, when they leave it: coming back must not open what
// was closed. The line tells of the leaving and when.
func (t *tx) revokeAll(projectID, personID string, a faas.Audit) error {
	at := a.At
	if at.IsZero() {
		at = time.Now()
	}
	for _, kind := range []string{kindToken, kindKey} {
		if _, err := t.exec(tokensRevoke, micros(at), projectID, kind, personID); err != nil {
			return fmt.Errorf("revoke the tokens: %w", err)
		}
	}
	return nil
}

// Tokens reads one page of a project's tokens, newest first.
func (s *Store) Tokens(ctx context.Context, f faas.TokenFilter) (faas.List[faas.Token], error) {
	l := tokenListing(kindToken, f, func(raw *tokenRow) faas.Token { return raw.finish() })
	l.keyOf = func(t *faas.Token) []any { return []any{micros(t.CreatedAt), t.ID} }
	list, err := l.read(ctx, s.read)
	if err != nil {
		return list, fmt.Errorf("list tokens: %w", err)
	}
	return list, nil
}

func tokenListing[T any](kind string, f faas.TokenFilter, finish func(*tokenRow) T) listing[T] {
	l := listing[T]{
		table: "tokens", columns: tokenColumns, related: tokenNames,
		equal: []cond{{"project_id = ?", []any{f.ProjectID}}, {"kind = ?", []any{kind}}},
		key:   []keyColumn{createdKey, idKey},
		desc:  true,
		page:  f.Page,
		scan: func(rows *sqlx.Rows) (T, error) {
			var raw tokenRow
			err := rows.Scan(raw.listDest()...)
			return finish(&raw), err
		},
	}
	if f.PersonID != "" {
		l.fixed = &keyColumn{"person_id", f.PersonID, f.PersonID}
	}
	return l
}

// RevokeToken marks a token as revoked, once.
func (s *Store) RevokeToken(ctx context.Context, projectID, personID, id string, at time.Time, a faas.Audit) error {
	return s.revoke(ctx, kindToken, []any{id, projectID, kindToken, personID}, at, a)
}

// revoke finds the words of the record in the row, where the caller has none: the token, and whose it was if another's.
func (s *Store) revoke(ctx context.Context, noun string, which []any, at time.Time, a faas.Audit) error {
	return s.txBy(ctx, a, func(t *tx) error {
		var name, personID string
		err := t.row(tokenRevoke, append([]any{micros(at)}, which...)...).scan(&name, &personID)
		if errors.Is(err, sql.ErrNoRows) {
			var id string
			if err := t.row(tokenRevoked, which...).scan(&id); err != nil {
				return missing(err, noun)
			}
			return nil // it was revoked before
		}
		if err != nil {
			return missing(err, noun)
		}
		if a.Detail != "" {
			return t.audit(a)
		}
		a.Detail = name
		if personID != a.ActorID {
			owner, err := t.person(personByID, personID)
			if err != nil {
				return err
			}
			a.Detail += " of " + owner.Name
		}
		return t.audit(a)
	})
}

// SeeToken notes a use of a token or access key.
func (s *Store) SeeToken(ctx context.Context, id string, at time.Time) error {
	return s.tx(ctx, func(t *tx) error {
		_, err := t.exec(tokenSee, micros(at), id, micros(at))
		return err
	})
}
