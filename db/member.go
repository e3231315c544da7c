package db

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"

	"verso/faas"
)

const (
	memberColumns = `project_id, person_id, person, role, federated, added_at, added_by`
	memberRelated = `, (SELECT name FROM projects WHERE projects.id = members.project_id),
(SELECT disabled FROM people WHERE people.id = members.person_id)`

	memberSelect = `SELECT ` + memberColumns + memberRelated + ` FROM members WHERE person_id = ? AND project_id = ?`
	// Who gives a role by hand takes a membership over that came from groups.
	memberUpsert = `INSERT INTO members (` + memberColumns + `) VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (person_id, project_id) DO UPDATE SET role = excluded.role, federated = excluded.federated,
added_at = CASE WHEN members.federated = excluded.federated THEN members.added_at ELSE excluded.added_at END,
added_by = CASE WHEN members.federated = excluded.federated THEN members.added_by ELSE excluded.added_by END`
	memberDelete = `DELETE FROM members WHERE person_id = ? AND project_id = ?`

	// Changes of a project's members come one after the other.
	projectLock = `UPDATE projects SET protected_tags = protected_tags WHERE id = ? RETURNING name`
	memberOwner = `SELECT COALESCE(min(m.person_id), '') FROM members AS m JOIN people AS p ON p.id = m.person_id
WHERE m.project_id = ? AND m.role = 'owner' AND m.person_id <> ? AND NOT p.disabled`
)

// roleOf reads a stored role; an unknown word is no role, which opens nothing.
func roleOf(name string) faas.Role {
	for _, r := range faas.Roles() {
		if r.String() == name {
			return r
		}
	}
	return faas.NoRole
}

// memberRow is a row of members on its way out of the database.
type memberRow struct {
	m     faas.Member
	role  string
	added int64
}

func (r *memberRow) dest() []any {
	m := &r.m
	return []any{&m.ProjectID, &m.PersonID, &m.Person, &r.role, &m.Federated, &r.added, &m.AddedBy, &m.Project, &m.Disabled}
}

func (r *memberRow) finish() faas.Member {
	r.m.Role, r.m.AddedAt = roleOf(r.role), at(r.added)
	return r.m
}

// MemberByID finds the membership of a person in a project.
func (s *Store) MemberByID(ctx context.Context, projectID, personID string) (faas.Member, error) {
	return oneMember(s.read.row(ctx, memberSelect, personID, projectID))
}

func oneMember(r row) (faas.Member, error) {
	var raw memberRow
	if err := r.scan(raw.dest()...); err != nil {
		return faas.Member{}, missing(err, "member")
	}
	return raw.finish(), nil
}

// Members reads one page of a project's members by name.
func (s *Store) Members(ctx context.Context, f faas.MemberFilter) (faas.List[faas.Member], error) {
	l := listing[faas.Member]{
		table: "members", columns: memberColumns, related: memberRelated,
		equal: []cond{{"project_id = ?", []any{f.ProjectID}}},
		key:   []keyColumn{personKey},
		keyOf: func(m *faas.Member) []any { return []any{m.Person} },
		page:  f.Page,
		scan: func(rows *sqlx.Rows) (faas.Member, error) {
			var raw memberRow
			err := rows.Scan(raw.dest()...)
			return raw.finish(), err
		},
	}
	list, err := l.read(ctx, s.read)
	if err != nil {
		return list, fmt.Errorf("list members: %w", err)
	}
	return list, nil
}

// SetMember adds a member or changes the role.
func (s *Store) SetMember(ctx context.Context, m faas.Member, a faas.Audit) error {
	return s.txBy(ctx, a, func(t *tx) error {
		if err := t.lockProject(m.ProjectID); err != nil {
			return err
		}
		p, err := t.person(personByID, m.PersonID)
		if err != nil {
			return err
		}
		before, err := oneMember(t.row(memberSelect, m.PersonID, m.ProjectID))
		if err != nil && !faas.Is(err, faas.NotFound) {
			return err
		}
		if m.Role != faas.NoRole && before.Role == m.Role && before.Federated == m.Federated {
			return nil // as it is already, which is nothing to record
		}
		if m.Role != faas.Owner {
			if err := t.spareOwner(before); err != nil {
				return err
			}
		}
		m.Person, a.Detail = p.Name, a.Detail+wasRole(before.Role, m.Role)
		if err := t.putMember(m); err != nil {
			return err
		}
		return t.audit(a)
	})
}

// wasRole is what the record adds to a role that takes the place of another.
func wasRole(before, now faas.Role) string {
	if before == faas.NoRole || before == now {
		return ""
	}
	return " (was " + before.String() + ")"
}

func (t *tx) putMember(m faas.Member) error {
	if m.Role == faas.NoRole {
		return fmt.Errorf("a member of %s needs a role", m.ProjectID)
	}
	_, err := t.exec(memberUpsert, m.ProjectID, m.PersonID, m.Person, m.Role.String(), m.Federated, micros(m.AddedAt), m.AddedBy)
	if err != nil {
		return fmt.Errorf("set member: %w", err)
	}
	return nil
}

// RemoveMember takes a person out of a project, and their tokens and access keys with them.
func (s *Store) RemoveMember(ctx context.Context, projectID, personID string, a faas.Audit) error {
	return s.txBy(ctx, a, func(t *tx) error {
		if _, err := t.lockPerson(personID); err != nil {
			return err
		}
		if err := t.lockProject(projectID); err != nil {
			return err
		}
		before, err := oneMember(t.row(memberSelect, personID, projectID))
		if err != nil {
			return err
		}
		if err := t.spareOwner(before); err != nil {
			return err
		}
		if err := t.deleteMember(projectID, personID, a); err != nil {
			return err
		}
		return t.audit(a)
	})
}

func (t *tx) deleteMember(projectID, personID string, a faas.Audit) error {
	if _, err := t.exec(memberDelete, personID, projectID); err != nil {
		return fmt.Errorf("remove member: %w", err)
	}
	return t.revokeAll(projectID, personID, a)
}

// lockProject makes other changes of the project's members wait until this transaction ends.
func (t *tx) lockProject(id string) error {
	var name string
	if err := t.row(projectLock, id).scan(&name); err != nil {
		return missing(err, "project")
	}
	return nil
}

// spareOwner answers Precondition when this member is the last owner who can sign in, and is about to be none.
func (t *tx) spareOwner(m faas.Member) error {
	if m.Role != faas.Owner || m.Disabled {
		return nil
	}
	var other string
	if err := t.row(memberOwner, m.ProjectID, m.PersonID).scan(&other); err != nil {
		return fmt.Errorf("look for owners: %w", err)
	}
	if other == "" {
		return faas.Errorf(faas.Precondition, "%s is the project's last owner who can sign in. Make somebody else an owner first.", m.Person)
	}
	return nil
}
