package db_test

import (
	"slices"
	"strings"
	"testing"

	"verso/db"
	"verso/db/dbtest"
	"verso/faas"
)

func TestGroupsSetFederatedMembershipsOnly(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		var worlds []*world
		for range 4 {
			worlds = append(worlds, newWorld(t, s))
		}
		w := worlds[0]
		ann := dbtest.Person(t, s, "ann")
		dbtest.Member(t, s, worlds[0].project, ann, faas.Viewer) // by hand
		set := func(admin bool, roles ...faas.Role) {
			t.Helper()
			var list []faas.Member
			for i, role := range roles {
				if role != faas.NoRole {
					list = append(list, faas.Member{ProjectID: worlds[i].project, Role: role, AddedAt: now(), AddedBy: "groups"})
				}
			}
			ann.Admin = admin
			line := w.audit("session.start")
			line.Actor, line.Detail = "ann", "something else"
			w.must(s.SetFederated(w.ctx, ann, list, line))
		}
		check := func(admin bool, roles ...faas.Role) {
			t.Helper()
			for i, want := range roles {
				m, err := s.MemberByID(w.ctx, worlds[i].project, ann.ID)
				if err != nil && !faas.Is(err, faas.NotFound) {
					t.Fatal(err)
				}
				if m.Role != want || m.Federated != (i > 0 && want != faas.NoRole) {
					t.Errorf("project %d: %+v, want %s", i, m, want)
				}
			}
			if p, err := s.PersonByID(w.ctx, ann.ID); err != nil || p.Admin != admin {
				t.Errorf("administrator %v: %v", p.Admin, err)
			}
		}
		lines := func(want ...string) {
			t.Helper()
			got, err := db.Texts(s, `SELECT action || ' ' || detail || ' ' || CAST(CASE project_id WHEN '' THEN '-' ELSE '+' END AS TEXT)
FROM audit WHERE action IN ('member.set', 'member.remove', 'person.admin') AND actor = 'ann' AND target = ? AND detail <> '' ORDER BY id`, ann.ID)
			w.must(err)
			slices.Sort(got)
			if strings.Join(got, "|") != strings.Join(want, "|") {
				t.Errorf("lines %q, want %q", got, want)
			}
		}
		set(false, faas.Owner, faas.Developer, faas.Owner)
		check(false, faas.Viewer, faas.Developer, faas.Owner, faas.NoRole)
		lines("member.set ann, developer +", "member.set ann, owner +")
		set(false, faas.Owner, faas.Developer, faas.Owner) // nothing new, nothing written
		lines("member.set ann, developer +", "member.set ann, owner +")
		set(true, faas.NoRole, faas.Lead, faas.NoRole, faas.Viewer)
		check(true, faas.Viewer, faas.Lead, faas.NoRole, faas.Viewer)
		ann.Admin = false // nobody else administers the installation
		w.wantKind(s.SetFederated(w.ctx, ann, nil, w.audit("session.start")), faas.Precondition)
		check(true, faas.Viewer, faas.Lead, faas.NoRole, faas.Viewer)
		root := dbtest.Person(t, s, "root")
		root.Admin = true
		w.must(s.SetPerson(w.ctx, root, w.audit("person.add")))
		set(false)
		check(false, faas.Viewer, faas.NoRole, faas.NoRole, faas.NoRole)
		lines("member.remove ann +", "member.remove ann +", "member.remove ann +", "member.set ann, developer +", "member.set ann, lead (was developer) +",
			"member.set ann, owner +", "member.set ann, viewer +", "person.admin ann, administrator -", "person.admin ann, no administrator -")
		ann.ID = id()
		w.wantKind(s.SetFederated(w.ctx, ann, nil, w.audit("session.start")), faas.NotFound)
	})
}

func TestAGroupsProjectMustExist(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		w := newWorld(t, s)
		ann := dbtest.Person(t, s, "ann")
		ann.Admin = true
		err := s.SetFederated(w.ctx, ann, []faas.Member{
			{ProjectID: w.project, Role: faas.Viewer}, {ProjectID: id(), Role: faas.Viewer},
		}, w.audit("session.start"))
		w.wantKind(err, faas.NotFound)
		if n, err := db.Count(s, "members"); err != nil || n != 0 {
			t.Errorf("%d members are left of a failure: %v", n, err)
		}
		if p, err := s.PersonByID(w.ctx, ann.ID); err != nil || p.Admin {
			t.Errorf("half of a failure was kept: %v", err)
		}
	})
}
