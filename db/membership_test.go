package db_test

import (
	"fmt"
	"testing"

	"verso/db"
	"verso/db/dbtest"
	"verso/faas"
)

func TestMembershipsOfAPerson(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		w, other := newWorld(t, s), newWorld(t, s)
		ann, bob := dbtest.Person(t, s, "ann"), dbtest.Person(t, s, "bob")
		dbtest.Member(t, s, other.project, ann, faas.Owner)
		dbtest.Member(t, s, w.project, ann, faas.Viewer)
		dbtest.Member(t, s, w.project, bob, faas.Lead)
		list, err := s.Memberships(w.ctx, ann.ID)
		w.must(err)
		roles := map[string]faas.Role{}
		for i, m := range list {
			roles[m.ProjectID] = m.Role
			if m.PersonID != ann.ID || m.Project == "" || i > 0 && list[i-1].Project >= m.Project {
				t.Errorf("membership %d is %+v", i, m)
			}
		}
		if got, want := fmt.Sprint(roles), fmt.Sprint(map[string]faas.Role{w.project: faas.Viewer, other.project: faas.Owner}); got != want {
			t.Errorf("ann is %s, want %s", got, want)
		}
		for _, nobody := range []string{id(), "", "a\x00b"} {
			if list, err := s.Memberships(w.ctx, nobody); err != nil || len(list) != 0 {
				t.Errorf("%q: %v, %v", nobody, list, err)
			}
		}
	})
}
