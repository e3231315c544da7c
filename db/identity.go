package db

import (
	"context"
	"database/sql"
	"slices"
	"strings"

	"verso/faas"
)

// Who is asking is one query on the way of every request: the person with one row for each membership. A person
// without any is one row with an empty project.
const (
	identityPerson  = `p.id, p.name, p.admin, p.disabled, p.issuer, p.subject, p.created_at, p.seen_at`
	identityMembers = `COALESCE(m.project_id, ''), COALESCE(projects.name, ''), COALESCE(m.role, ''), COALESCE(m.federated, FALSE),
COALESCE(m.added_at, 0), COALESCE(m.added_by, '')`

	identityBySession = `SELECT ` + identityPerson + `, ` + identityMembers + `,
s.id, s.person_id, s.created_at, s.seen_at, s.expires_at, s.address, s.agent
FROM sessions AS s JOIN people AS p ON p.id = s.person_id
LEFT JOIN members AS m ON m.person_id = p.id LEFT JOIN projects ON projects.id = m.project_id
WHERE s.hash = ?`

	identityByToken = `SELECT ` + identityPerson + `, ` + identityMembers + `,
t.id, t.name, t.project_id, projects.name, t.person_id, p.name, t.role, t.read_only, t.last4, t.created_at, t.expires_at,
t.used_at, t.revoked_at, t.hash, t.sealed
FROM tokens AS t JOIN people AS p ON p.id = t.person_id JOIN projects ON projects.id = t.project_id
LEFT JOIN members AS m ON m.person_id = t.person_id AND m.project_id = t.project_id
WHERE t.id = ? AND t.kind = ?`
)

// identityRow is one row of identityPerson and identityMembers.
type identityRow struct {
	person personRow
	member memberRow
}

func (r *identityRow) dest() []any {
	m := &r.member
	return append(r.person.dest(), &m.m.ProjectID, &m.m.Project, &m.role, &m.m.Federated, &m.added, &m.m.AddedBy)
}

// into puts the row's person, and its membership where there is one, into the identity.
func (r *identityRow) into(who *faas.Identity) {
	who.Person = r.person.finish()
	if r.member.m.ProjectID == "" || r.member.role == "" {
		return
	}
	m := r.member.finish()
	m.PersonID, m.Person, m.Disabled = who.Person.ID, who.Person.Name, who.Person.Disabled
	who.Members = append(who.Members, m)
}

// IdentityBySession finds who signed in, by the hash of what their cookie holds, with all their projects.
func (s *Store) IdentityBySession(ctx context.Context, hash string) (faas.Identity, error) {
	rows, err := s.read.rows(ctx, identityBySession, hash)
	if err != nil {
		return faas.Identity{}, missing(err, "session")
	}
	var who faas.Identity
	err = each(ctx, s.dialect, rows, func(scan func(...any) error) error {
		var raw identityRow
		var session sessionRow
		if err := scan(append(raw.dest(), session.dest()...)...); err != nil {
			return err
		}
		raw.into(&who)
		who.Session = session.finish()
		return nil
	})
	if err == nil && who.Person.ID == "" {
		err = sql.ErrNoRows
	}
	if err != nil {
		return faas.Identity{}, missing(err, "session")
	}
	slices.SortFunc(who.Members, func(a, b faas.Member) int { return strings.Compare(a.Project, b.Project) })
	return who, nil
}

// IdentityByToken finds whose token it is, with the membership in its project, and the hash of its secret.
func (s *Store) IdentityByToken(ctx context.Context, id string) (faas.Identity, string, error) {
	who, raw, err := s.identityByToken(ctx, id, kindToken)
	return who, raw.hash, err
}

// IdentityByAccessKey finds whose key it is, with its sealed secret.
func (s *Store) IdentityByAccessKey(ctx context.Context, id string) (faas.Identity, faas.AccessKey, error) {
	who, raw, err := s.identityByToken(ctx, id, kindKey)
	return who, faas.AccessKey{Token: who.Token, Secret: raw.sealed}, err
}

func (s *Store) identityByToken(ctx context.Context, id, kind string) (faas.Identity, tokenRow, error) {
	var who faas.Identity
	var raw identityRow
	var token tokenRow
	err := s.read.row(ctx, identityByToken, id, kind).scan(append(raw.dest(), append(token.dest(), &token.hash, &token.sealed)...)...)
	if err != nil {
		return faas.Identity{}, tokenRow{}, missing(err, "token")
	}
	raw.into(&who)
	who.Token = token.finish()
	return who, token, nil
}
