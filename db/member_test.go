package db_test

import (
	"reflect"
	"testing"
	"time"

	"verso/db"
	"verso/db/dbtest"
	"verso/faas"
)

func TestMembersReadBackWhole(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		w := newWorld(t, s)
		ann := dbtest.Person(t, s, "ann")
		want := faas.Member{
			ProjectID: w.project, Project: "p-" + w.project, PersonID: ann.ID, Person: "ann", Role: faas.Owner, AddedAt: now(), AddedBy: "bob",
		}
		w.must(s.SetMember(w.ctx, want, w.audit("member.set")))
		check := func() {
			t.Helper()
			got, err := s.MemberByID(w.ctx, w.project, ann.ID)
			w.must(err)
			list, err := s.Members(w.ctx, faas.MemberFilter{ProjectID: w.project})
			w.must(err)
			if !reflect.DeepEqual(got, want) || !reflect.DeepEqual(list.Items, []faas.Member{want}) {
				t.Errorf("\n got %+v\n and %+v\nwant %+v", got, list.Items, want)
			}
		}
		check()
		dbtest.Member(t, s, newWorld(t, s).project, ann, faas.Viewer)
		again := want
		again.Role, again.AddedBy, again.AddedAt = faas.Owner, "eve", now().Add(time.Hour)
		w.must(s.SetMember(w.ctx, again, w.audit("member.set")))
		check() // who added somebody stays when the role changes
		again.Federated = true
		w.must(s.SetMember(w.ctx, again, w.audit("member.set")))
		want = again
		check()
		bob := dbtest.Person(t, s, "bob")
		for name, c := range map[string]struct {
			m    faas.Member
			kind faas.Kind
		}{
			"no project": {faas.Member{ProjectID: id(), PersonID: bob.ID, Role: faas.Viewer}, faas.NotFound},
			"no person":  {faas.Member{ProjectID: w.project, PersonID: id(), Role: faas.Viewer}, faas.NotFound},
			"no role":    {faas.Member{ProjectID: w.project, PersonID: bob.ID}, faas.Internal},
		} {
			if err := s.SetMember(w.ctx, c.m, w.audit("member.set")); !faas.Is(err, c.kind) {
				t.Errorf("%s: %v", name, err)
			}
		}
		w.wantKind(s.RemoveMember(w.ctx, w.project, bob.ID, w.audit("member.remove")), faas.NotFound)
		_, err := s.MemberByID(w.ctx, id(), ann.ID)
		w.wantKind(err, faas.NotFound)
	})
}

func TestMembersAreListedByName(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		w, other := newWorld(t, s), newWorld(t, s)
		for _, name := range []string{"z9", "aa", "a_b", "a.b", "a-b"} {
			dbtest.Member(t, s, w.project, dbtest.Person(t, s, name), faas.Viewer)
		}
		dbtest.Member(t, s, other.project, dbtest.Person(t, s, "elsewhere"), faas.Viewer)
		for _, size := range []int{1, 2, 50} {
			got := pages(w, size, func(page faas.Page) (faas.List[string], error) {
				list, err := s.Members(w.ctx, faas.MemberFilter{ProjectID: w.project, Page: page})
				return named(list, func(m faas.Member) string { return m.Person }), err
			})
			if want := []string{"a-b", "a.b", "a_b", "aa", "z9"}; !reflect.DeepEqual(got, want) {
				t.Errorf("by %d: %v, want %v", size, got, want)
			}
		}
	})
}

func TestAProjectKeepsAnOwnerWhoCanSignIn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		w := newWorld(t, s)
		ann, bob := dbtest.Person(t, s, "ann"), dbtest.Person(t, s, "bob")
		set := func(p faas.Person, role faas.Role) error {
			return s.SetMember(w.ctx, faas.Member{ProjectID: w.project, PersonID: p.ID, Role: role}, w.audit("member.set"))
		}
		remove := func(p faas.Person) error { return s.RemoveMember(w.ctx, w.project, p.ID, w.audit("member.remove")) }
		w.must(set(ann, faas.Viewer)) // a project that has no owner yet loses none
		w.must(set(ann, faas.Owner))
		w.wantKind(set(ann, faas.Lead), faas.Precondition)
		w.wantKind(remove(ann), faas.Precondition)
		w.must(set(bob, faas.Owner))
		bob.Disabled = true
		w.must(s.SetPerson(w.ctx, bob, w.audit("person.disable")))
		w.wantKind(set(ann, faas.Lead), faas.Precondition) // the other owner cannot sign in
		w.must(remove(bob))
		bob.Disabled = false
		w.must(s.SetPerson(w.ctx, bob, w.audit("person.enable")))
		w.must(set(bob, faas.Owner))
		w.must(set(ann, faas.Lead))
		w.must(remove(ann))
		w.wantKind(remove(ann), faas.NotFound)
		w.wantKind(remove(bob), faas.Precondition)
	})
}

// Owners who take each other's role away at the same moment must leave one.
func TestOwnersCannotRemoveEachOtherAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		w := newWorld(t, s)
		var people []faas.Person
		for _, name := range []string{"ann", "bob", "cy", "dan"} {
			p := dbtest.Person(t, s, name)
			dbtest.Member(t, s, w.project, p, faas.Owner)
			people = append(people, p)
		}
		atOnce(len(people), func(i int) {
			var err error
			if i%2 == 0 {
				err = s.RemoveMember(w.ctx, w.project, people[i].ID, w.audit("member.remove"))
			} else {
				err = s.SetMember(w.ctx, faas.Member{ProjectID: w.project, PersonID: people[i].ID, Role: faas.Viewer}, w.audit("member.set"))
			}
			if err != nil && !faas.Is(err, faas.Precondition) {
				t.Error(err)
			}
		})
		owners, err := db.Texts(s, `SELECT person FROM members WHERE role = 'owner'`)
		w.must(err)
		if len(owners) != 1 {
			t.Errorf("owners %v, want one", owners)
		}
	})
}

func TestProjectsHaveAFirstOwnerAndProtectedTags(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		w := newWorld(t, s)
		ann := dbtest.Person(t, s, "ann")
		p := faas.Project{ID: id(), Name: "with-owner", CreatedAt: now(), Protected: []string{"prod", "beta", "prod"}}
		w.must(s.CreateProject(w.ctx, p, faas.Member{PersonID: ann.ID, Role: faas.Owner, AddedAt: now(), AddedBy: "ann"}, w.audit("project.create")))
		m, err := s.MemberByID(w.ctx, p.ID, ann.ID)
		w.must(err)
		if m.Role != faas.Owner || m.Person != "ann" || m.Project != "with-owner" {
			t.Errorf("owner %+v", m)
		}
		failed := faas.Project{ID: id(), Name: "without", CreatedAt: now()}
		w.wantKind(s.CreateProject(w.ctx, failed, faas.Member{PersonID: id(), Role: faas.Owner}, w.audit("project.create")), faas.NotFound)
		_, err = s.ProjectByName(w.ctx, "without")
		w.wantKind(err, faas.NotFound)
		for _, c := range []struct{ set, want []string }{
			{p.Protected, []string{"beta", "prod"}},
			{[]string{"live", "a"}, []string{"a", "live"}},
			{nil, nil},
		} {
			w.must(s.ProtectTags(w.ctx, p.ID, c.set, w.audit("project.protect")))
			got, err := s.ProjectByID(w.ctx, p.ID)
			w.must(err)
			if !reflect.DeepEqual(got.Protected, c.want) {
				t.Errorf("protected %q, want %q", got.Protected, c.want)
			}
		}
		w.wantKind(s.ProtectTags(w.ctx, id(), nil, w.audit("project.protect")), faas.NotFound)
	})
}
