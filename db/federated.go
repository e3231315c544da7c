package db

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"verso/faas"
)

const membersOf = `SELECT ` + memberColumns + memberRelated + ` FROM members WHERE person_id = ?`

// SetFederated makes a person's memberships that come from groups these ones, and sets Admin. The identity provider is
// the authority for those: it may take a project's last owner away, as an administrator can make another. The last
// administrator who can sign in stays one: Precondition.
// The lines of the record have the actor, the way and the time of a; the rest says what changed.
func (s *Store) SetFederated(ctx context.Context, p faas.Person, list []faas.Member, a faas.Audit) error {
	return s.tx(ctx, func(t *tx) error {
		if _, _, err := t.lockInstallation(); err != nil {
			return err
		}
		if _, err := t.lockPerson(p.ID); err != nil {
			return err
		}
		before, err := t.person(personByID, p.ID)
		if err != nil {
			return err
		}
		if err := t.setFederatedAdmin(before, p.Admin, a); err != nil {
			return err
		}
		return t.setFederatedMembers(before, list, a)
	})
}

func (t *tx) setFederatedAdmin(p faas.Person, admin bool, a faas.Audit) error {
	if p.Admin == admin {
		return nil
	}
	if !admin && !p.Disabled {
		if err := t.needOtherAdmin(p.ID); err != nil {
			return err
		}
	}
	if _, err := t.exec(personUpdate, admin, p.Disabled, p.ID); err != nil {
		return fmt.Errorf("change person: %w", err)
	}
	a.Detail = p.Name + ", no administrator"
	if admin {
		a.Detail = p.Name + ", administrator"
	}
	a.ProjectID = ""
	return t.auditFederated(a, "person.admin", p.ID)
}

// setFederatedMembers locks the projects in one order, so that two sign-ins do not wait in a circle.
func (t *tx) setFederatedMembers(p faas.Person, list []faas.Member, a faas.Audit) error {
	had, err := t.membersOf(p.ID)
	if err != nil {
		return err
	}
	for _, change := range federatedChanges(had, list) {
		if err := t.lockProject(change.ProjectID); err != nil {
			return err
		}
		change.PersonID, change.Person, change.Federated = p.ID, p.Name, true
		was := faas.NoRole
		if i := slices.IndexFunc(had, func(m faas.Member) bool { return m.ProjectID == change.ProjectID }); i >= 0 {
			was = had[i].Role
		}
		if err := t.setFederatedMember(change, was, a); err != nil {
			return err
		}
	}
	return nil
}

func (t *tx) setFederatedMember(m faas.Member, was faas.Role, a faas.Audit) error {
	a.ProjectID = m.ProjectID
	if m.Role != faas.NoRole {
		if err := t.putMember(m); err != nil {
			return err
		}
		a.Detail = m.Person + ", " + m.Role.String() + wasRole(was, m.Role)
		return t.auditFederated(a, "member.set", m.PersonID)
	}
	if err := t.deleteMember(m.ProjectID, m.PersonID, a); err != nil {
		return err
	}
	a.Detail = m.Person
	return t.auditFederated(a, "member.remove", m.PersonID)
}

func (t *tx) auditFederated(a faas.Audit, action, target string) error {
	a.ID, a.Action, a.Target, a.Kind, a.Result = "", action, target, faas.AuditSettings, faas.AuditDone
	return t.audit(a)
}

// federatedChanges are the memberships to be written, those to be removed with no role, by project. What was given by
// hand is left alone.
func federatedChanges(had, want []faas.Member) []faas.Member {
	var changes []faas.Member
	at := func(list []faas.Member, projectID string) int {
		return slices.IndexFunc(list, func(m faas.Member) bool { return m.ProjectID == projectID })
	}
	for _, m := range want {
		i := at(had, m.ProjectID)
		if i < 0 || (had[i].Federated && had[i].Role != m.Role) {
			changes = append(changes, m)
		}
	}
	for _, m := range had {
		if m.Federated && at(want, m.ProjectID) < 0 {
			m.Role = faas.NoRole
			changes = append(changes, m)
		}
	}
	slices.SortFunc(changes, func(a, b faas.Member) int {
		return strings.Compare(a.ProjectID, b.ProjectID)
	})
	return changes
}

func (t *tx) membersOf(personID string) ([]faas.Member, error) {
	rows, err := t.rows(membersOf, personID)
	if err != nil {
		return nil, missing(err, "person")
	}
	var list []faas.Member
	err = each(t.ctx, t.pool.dialect, rows, func(scan func(...any) error) error {
		var raw memberRow
		if err := scan(raw.dest()...); err != nil {
			return err
		}
		list = append(list, raw.finish())
		return nil
	})
	return list, err
}
