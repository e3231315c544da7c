package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"verso/faas"
)

// standingSelect is what somebody may do now, whatever they might when their request began: an upload takes minutes, and
// a request can be held open for hours.
const standingSelect = `SELECT p.admin, p.disabled, COALESCE(m.role, ''), COALESCE(s.seen_at, 0), COALESCE(s.expires_at, 0),
COALESCE(t.project_id, ''), COALESCE(t.role, ''), COALESCE(t.read_only, FALSE), COALESCE(t.expires_at, 0), COALESCE(t.revoked_at, 1)
FROM people AS p
LEFT JOIN members AS m ON m.person_id = p.id AND m.project_id = ?
LEFT JOIN sessions AS s ON s.id = ? AND s.person_id = p.id
LEFT JOIN tokens AS t ON t.id = ? AND t.person_id = p.id
WHERE p.id = ?`

// txBy is tx for a change that somebody asked for. Before fn it makes sure, in the same transaction, that whoever the
// line names still has the right that it names: Unauthenticated when their session or token has ended, NotFound when they
// left the project, Forbidden when their role is no longer enough.
func (s *Store) txBy(ctx context.Context, a faas.Audit, fn func(*tx) error) error {
	return s.tx(ctx, func(t *tx) error {
		if err := t.stands(a); err != nil {
			return err
		}
		return fn(t)
	})
}

// stands checks a line's actor. One who came by neither session nor token is Verso itself or its operator.
func (t *tx) stands(a faas.Audit) error {
	if a.Right == "" || (a.SessionID == "" && a.TokenID == "") {
		return nil
	}
	who, err := t.standing(a)
	if err != nil {
		return err
	}
	now := a.At
	if now.IsZero() {
		now = time.Now()
	}
	live := who.Session.Live(now)
	if a.TokenID != "" {
		live = who.Token.Live(now)
	}
	if who.Person.Disabled || !live {
		return faas.Errorf(faas.Unauthenticated, "Your session or token has ended meanwhile. Sign in again.")
	}
	if a.ProjectID != "" && who.RoleIn(a.ProjectID) == faas.NoRole {
		return faas.Errorf(faas.NotFound, "There is no such project.")
	}
	return who.Actor(a.ProjectID).Need(a.Right)
}

// standing reads who a line's actor is now, with as much as Need asks for.
func (t *tx) standing(a faas.Audit) (faas.Identity, error) {
	who := faas.Identity{Person: faas.Person{ID: a.ActorID}}
	var role, tokenRole string
	var seen, sessionEnds, tokenEnds, revoked int64
	err := t.row(standingSelect, a.ProjectID, a.SessionID, a.TokenID, a.ActorID).scan(
		&who.Person.Admin, &who.Person.Disabled, &role, &seen, &sessionEnds,
		&who.Token.ProjectID, &tokenRole, &who.Token.ReadOnly, &tokenEnds, &revoked)
	if errors.Is(err, sql.ErrNoRows) {
		return who, faas.Errorf(faas.Unauthenticated, "Sign in first.")
	}
	if err != nil {
		return who, fmt.Errorf("look whether the right still holds: %w", err)
	}
	if held := roleOf(role); held != faas.NoRole {
		who.Members = []faas.Member{{ProjectID: a.ProjectID, Role: held}}
	}
	who.Session = faas.Session{ID: a.SessionID, SeenAt: at(seen), ExpiresAt: at(sessionEnds)}
	if a.TokenID != "" {
		who.Token.ID, who.Token.Role, who.Token.ExpiresAt, who.Token.RevokedAt = a.TokenID, roleOf(tokenRole), at(tokenEnds), at(revoked)
	}
	return who, nil
}
