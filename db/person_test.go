package db_test

import (
	"reflect"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"verso/db"
	"verso/db/dbtest"
	"verso/faas"
)

func TestPeopleReadBackWhole(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		w := newWorld(t, s)
		want := faas.Person{ID: id(), Name: "ann", Admin: true, Issuer: "https://id.example", Subject: "42", CreatedAt: now()}
		w.must(s.AddPerson(w.ctx, want, "hash", w.audit("person.add")))
		bob := dbtest.Person(t, s, "bob")
		for name, find := range map[string]func() (faas.Person, error){
			"id":      func() (faas.Person, error) { return s.PersonByID(w.ctx, want.ID) },
			"name":    func() (faas.Person, error) { return s.PersonByName(w.ctx, "ann") },
			"subject": func() (faas.Person, error) { return s.PersonBySubject(w.ctx, "https://id.example", "42") },
		} {
			got, err := find()
			w.must(err)
			if !reflect.DeepEqual(got, want) {
				t.Errorf("by %s\n got %+v\nwant %+v", name, got, want)
			}
		}
		for name, find := range map[string]func() (faas.Person, error){
			"id":           func() (faas.Person, error) { return s.PersonByID(w.ctx, id()) },
			"name in case": func() (faas.Person, error) { return s.PersonByName(w.ctx, "Ann") },
			"NUL":          func() (faas.Person, error) { return s.PersonByName(w.ctx, "a\x00nn") },
			"no issuer":    func() (faas.Person, error) { return s.PersonBySubject(w.ctx, "", "") },
			"subject":      func() (faas.Person, error) { return s.PersonBySubject(w.ctx, "https://id.example", "43") },
		} {
			if got, err := find(); !faas.Is(err, faas.NotFound) {
				t.Errorf("by a wrong %s: %+v %v", name, got, err)
			}
		}
		for person, hash := range map[string]string{want.ID: "hash", bob.ID: ""} {
			if got, err := s.PasswordOf(w.ctx, person); err != nil || got != hash {
				t.Errorf("password %q, want %q: %v", got, hash, err)
			}
		}
		_, err := s.PasswordOf(w.ctx, id())
		w.wantKind(err, faas.NotFound)
	})
}

func TestNamesAndSubjectsOfPeopleAreUnique(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		w := newWorld(t, s)
		dbtest.Person(t, s, "bob")
		dbtest.Person(t, s, "cy") // neither has a subject
		w.must(s.AddPerson(w.ctx, faas.Person{ID: id(), Name: "ann", Issuer: "i", Subject: "1"}, "", w.audit("person.add")))
		for field, p := range map[string]faas.Person{
			"name":    {ID: id(), Name: "bob"},
			"subject": {ID: id(), Name: "eve", Issuer: "i", Subject: "1"},
		} {
			err := s.AddPerson(w.ctx, p, "", w.audit("person.add"))
			w.wantKind(err, faas.Conflict)
			if got := faas.ProblemsOf(err)[0].Field; got != field {
				t.Errorf("the conflict is about %q, want %q", got, field)
			}
		}
		w.must(s.AddPerson(w.ctx, faas.Person{ID: id(), Name: "dan", Issuer: "other", Subject: "1"}, "", w.audit("person.add")))
		if lines, err := db.AuditDetails(s, "person.add"); err != nil || len(lines) != 4 {
			t.Errorf("%d lines for 4 people: %v", len(lines), err)
		}
		w.wantKind(s.AddPerson(w.ctx, faas.Person{ID: id(), Name: "e\x00"}, "", w.audit("person.add")), faas.Invalid)
	})
}

func TestOfTenPeopleOfOneNameAtOnceOneIsAdded(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		w := newWorld(t, s)
		var added atomic.Int64
		atOnce(10, func(int) {
			err := s.AddPerson(w.ctx, faas.Person{ID: id(), Name: "ann"}, "", w.audit("person.add"))
			switch {
			case err == nil:
				added.Add(1)
			case !faas.Is(err, faas.Conflict):
				t.Error(err)
			}
		})
		if added.Load() != 1 {
			t.Errorf("%d were added, want 1", added.Load())
		}
	})
}

func TestPeopleAreListedByName(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		w := newWorld(t, s)
		want := []string{"a-b", "a.b", "a_b", "aa", "b", "z9"} // by their bytes, whatever the database's collation
		for _, name := range []string{"z9", "aa", "a_b", "a.b", "b", "a-b"} {
			dbtest.Person(t, s, name)
		}
		for _, size := range []int{1, 2, 50} {
			got := pages(w, size, func(page faas.Page) (faas.List[string], error) {
				list, err := s.People(w.ctx, faas.PersonFilter{Page: page})
				return named(list, func(p faas.Person) string { return p.Name }), err
			})
			if !reflect.DeepEqual(got, want) {
				t.Errorf("by %d: %v, want %v", size, got, want)
			}
		}
	})
}

func TestAPasswordEndsTheOtherSessions(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		w := newWorld(t, s)
		ann, bob := dbtest.Person(t, s, "ann"), dbtest.Person(t, s, "bob")
		kept := w.session(ann, "kept")
		w.session(ann, "other")
		w.session(bob, "bob's")
		w.must(s.SetPassword(w.ctx, ann.ID, "h1", kept.ID, w.audit("person.password")))
		w.wantSessions("kept", "bob's")
		w.must(s.RenewPassword(w.ctx, ann.ID, "h1", "h3"))
		w.must(s.RenewPassword(w.ctx, ann.ID, "h1", "late")) // somebody has changed it since
		w.wantSessions("kept", "bob's")
		if got, err := s.PasswordOf(w.ctx, ann.ID); err != nil || got != "h3" {
			t.Errorf("hash %q: %v", got, err)
		}
		w.must(s.SetPassword(w.ctx, ann.ID, "h4", "", w.audit("person.password")))
		w.wantSessions("bob's")
		w.wantKind(s.SetPassword(w.ctx, id(), "h", "", w.audit("person.password")), faas.NotFound)
		if lines, err := db.AuditDetails(s, "person.password"); err != nil || len(lines) != 2 {
			t.Errorf("%d lines, want 2: %v", len(lines), err)
		}
	})
}

func TestTheLastAdministratorStays(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		w := newWorld(t, s)
		ann := dbtest.Person(t, s, "ann")
		set := func(p faas.Person, admin, disabled bool) error {
			p.Admin, p.Disabled = admin, disabled
			return s.SetPerson(w.ctx, p, w.audit("person.disable"))
		}
		w.must(set(ann, false, true)) // nobody administers yet, so nothing is lost
		w.must(set(ann, true, false))
		w.wantKind(set(ann, false, false), faas.Precondition)
		w.wantKind(set(ann, true, true), faas.Precondition)
		bob := dbtest.Person(t, s, "bob")
		w.must(set(bob, true, true)) // an administrator who cannot sign in is no help
		w.wantKind(set(ann, true, true), faas.Precondition)
		w.must(set(bob, true, false))
		w.session(ann, "ann's")
		w.session(bob, "bob's")
		w.must(set(ann, true, true))
		w.wantSessions("bob's")
		w.wantKind(set(bob, false, false), faas.Precondition)
		w.wantKind(set(faas.Person{ID: id()}, true, true), faas.NotFound)
	})
}

// Two administrators who disable each other at the same moment must not both succeed.
func TestTheLastTwoAdministratorsCannotDisableEachOther(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		w := newWorld(t, s)
		var people []faas.Person
		for _, name := range []string{"ann", "bob", "cy", "dan"} {
			p := dbtest.Person(t, s, name)
			p.Admin = true
			w.must(s.SetPerson(w.ctx, p, w.audit("person.admin")))
			people = append(people, p)
		}
		atOnce(len(people), func(i int) {
			p := people[i]
			p.Disabled = true
			if err := s.SetPerson(w.ctx, p, w.audit("person.disable")); err != nil && !faas.Is(err, faas.Precondition) {
				t.Error(err)
			}
		})
		left := 0
		for _, p := range people {
			got, err := s.PersonByID(w.ctx, p.ID)
			w.must(err)
			if got.Admin && !got.Disabled {
				left++
			}
		}
		if left != 1 {
			t.Errorf("%d administrators are left, want 1", left)
		}
	})
}

// atOnce runs n calls that wait for each other to start.
func atOnce(n int, call func(i int)) {
	var work sync.WaitGroup
	begin := make(chan struct{})
	for i := range n {
		work.Go(func() {
			<-begin
			call(i)
		})
	}
	close(begin)
	work.Wait()
}

// named is a page with what its rows are called.
func named[T any](list faas.List[T], name func(T) string) faas.List[string] {
	names := faas.List[string]{Next: list.Next, Prev: list.Prev}
	for _, item := range list.Items {
		names.Items = append(names.Items, name(item))
	}
	return names
}

// pages reads a whole list forward, and checks that it is the same from its end.
func pages(w *world, size int, read func(faas.Page) (faas.List[string], error)) []string {
	w.t.Helper()
	var forward, back []string
	for page := (faas.Page{Size: size}); ; {
		list, err := read(page)
		w.must(err)
		forward = append(forward, list.Items...)
		if list.Next == "" {
			break
		}
		page.After = list.Next
	}
	for page := (faas.Page{Size: size, Last: true}); ; {
		list, err := read(page)
		w.must(err)
		back = append(list.Items, back...)
		if list.Prev == "" {
			break
		}
		page = faas.Page{Size: size, Before: list.Prev}
	}
	if !reflect.DeepEqual(forward, back) && len(forward)+len(back) > 0 {
		w.t.Errorf("forward %v, backward %v", forward, back)
	}
	return forward
}

// session signs a person in; the hash of what the cookie would hold is made from the name.
func (w *world) session(p faas.Person, name string) faas.Session {
	w.t.Helper()
	s := faas.Session{
		ID: id(), PersonID: p.ID, CreatedAt: now(), SeenAt: now(), ExpiresAt: now().Add(time.Hour), Address: "192.0.2.1", Agent: name,
	}
	w.must(w.AddSession(w.ctx, s, hash(name), "", w.audit("session.start")))
	return s
}

// wantSessions checks which sessions there are, by the names they were made with.
func (w *world) wantSessions(names ...string) {
	w.t.Helper()
	if n, err := db.Count(w.Store, "sessions"); err != nil || n != len(names) {
		w.t.Errorf("%d sessions, want %v: %v", n, names, err)
	}
	for _, name := range names {
		if _, err := w.IdentityBySession(w.ctx, hash(name)); err != nil {
			w.t.Errorf("the session %s: %v", name, err)
		}
	}
}
