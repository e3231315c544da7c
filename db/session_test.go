package db_test

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"verso/db"
	"verso/db/dbtest"
	"verso/faas"
)

func TestASessionBringsThePersonAndTheirProjects(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		w, other := newWorld(t, s), newWorld(t, s)
		ann := dbtest.Person(t, s, "ann")
		session := w.session(ann, "browser")
		who, err := s.IdentityBySession(w.ctx, hash("browser"))
		w.must(err)
		ann.SeenAt = session.CreatedAt
		if want := (faas.Identity{Person: ann, Session: session}); !reflect.DeepEqual(who, want) {
			t.Errorf("without a project\n got %+v\nwant %+v", who, want)
		}
		for world, role := range map[*world]faas.Role{w: faas.Viewer, other: faas.Lead} {
			dbtest.Member(t, s, world.project, ann, role)
		}
		dbtest.Member(t, s, w.project, dbtest.Person(t, s, "bob"), faas.Owner)
		who, err = s.IdentityBySession(w.ctx, hash("browser"))
		w.must(err)
		if len(who.Members) != 2 || who.RoleIn(w.project) != faas.Viewer || who.RoleIn(other.project) != faas.Lead {
			t.Fatalf("members %+v", who.Members)
		}
		for i, m := range who.Members {
			stored, err := s.MemberByID(w.ctx, m.ProjectID, ann.ID)
			w.must(err)
			if !reflect.DeepEqual(m, stored) || (i > 0 && m.Project < who.Members[i-1].Project) {
				t.Errorf("member %d\n got %+v\nwant %+v", i, m, stored)
			}
		}
		ann.Disabled = true
		w.must(s.SetPerson(w.ctx, ann, w.audit("person.disable")))
		for _, opens := range []string{"browser", "", session.ID, hash("another"), "a\x00"} {
			_, err = s.IdentityBySession(w.ctx, opens)
			w.wantKind(err, faas.NotFound)
		}
	})
}

func TestADisabledPersonIsSeenToBeSo(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		w := newWorld(t, s)
		ann := dbtest.Person(t, s, "ann")
		dbtest.Member(t, s, w.project, ann, faas.Viewer)
		w.session(ann, "browser")
		w.must(s.AddAccessKey(w.ctx, w.accessKey(ann, "k1"), w.audit("accesskey.create")))
		w.must(db.Exec(s, `UPDATE people SET disabled = TRUE WHERE id = ?`, ann.ID))
		bySession, err := s.IdentityBySession(w.ctx, hash("browser"))
		w.must(err)
		byKey, _, err := s.IdentityByAccessKey(w.ctx, "k1")
		w.must(err)
		for _, who := range []faas.Identity{bySession, byKey} {
			if !who.Person.Disabled || len(who.Members) != 1 || !who.Members[0].Disabled {
				t.Errorf("identity %+v", who)
			}
		}
	})
}

// A sign-in that began before somebody was disabled leaves no session that works again once they are enabled.
func TestS14NoSessionOutlivesDisabling(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		w := newWorld(t, s)
		ann := dbtest.Person(t, s, "ann")
		atOnce(10, func(i int) {
			if i == 5 {
				disabled := ann
				disabled.Disabled = true
				if err := s.SetPerson(w.ctx, disabled, w.audit("person.disable")); err != nil {
					t.Error(err)
				}
				return
			}
			session := faas.Session{ID: id(), PersonID: ann.ID, CreatedAt: now(), SeenAt: now(), ExpiresAt: now().Add(time.Hour)}
			err := s.AddSession(w.ctx, session, hash(session.ID), "", w.audit("session.start"))
			if err != nil && !faas.Is(err, faas.Unauthenticated) {
				t.Error(err)
			}
		})
		w.wantSessions()
		w.must(s.SetPerson(w.ctx, ann, w.audit("person.enable")))
		w.session(ann, "afterwards")
		w.wantSessions("afterwards")
	})
}

func TestSessionsAreSeenListedAndEnded(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		w := newWorld(t, s)
		ann, bob := dbtest.Person(t, s, "ann"), dbtest.Person(t, s, "bob")
		first, second, third := w.session(ann, "first"), w.session(ann, "second"), w.session(ann, "third")
		foreign := w.session(bob, "bob's")
		later := now().Add(time.Minute)
		w.must(s.SeeSession(w.ctx, first.ID, later))
		w.must(s.SeeSession(w.ctx, first.ID, later.Add(-time.Hour))) // time does not run back
		w.must(s.SeeSession(w.ctx, id(), later))
		first.SeenAt = later
		list, err := s.Sessions(w.ctx, ann.ID)
		w.must(err)
		if want := []faas.Session{first, third, second}; !reflect.DeepEqual(list, want) {
			t.Errorf("\n got %+v\nwant %+v", list, want)
		}
		w.wantKind(s.EndSession(w.ctx, ann.ID, foreign.ID, w.audit("session.end")), faas.NotFound)
		w.must(s.EndSession(w.ctx, ann.ID, second.ID, w.audit("session.end")))
		w.wantKind(s.EndSession(w.ctx, ann.ID, second.ID, w.audit("session.end")), faas.NotFound)
		w.must(s.SeeSession(w.ctx, second.ID, later)) // a late request revives nothing
		w.wantSessions("first", "third", "bob's")
		for _, want := range []int{1, 0} {
			if n, err := s.EndSessions(w.ctx, ann.ID, first.ID, w.audit("session.end-others")); n != want || err != nil {
				t.Errorf("ended %d, want %d: %v", n, want, err)
			}
		}
		w.wantSessions("first", "bob's")
		for action, want := range map[string]int{"session.end": 1, "session.end-others": 1} {
			if lines, err := db.AuditDetails(s, action); err != nil || len(lines) != want {
				t.Errorf("%s has %d lines, want %d: %v", action, len(lines), want, err)
			}
		}
		w.wantKind(s.AddSession(w.ctx, faas.Session{ID: id(), PersonID: id()}, hash("x"), "", w.audit("session.start")), faas.NotFound)
	})
}

func TestAtMostAHundredSessionsAreListed(t *testing.T) {
	s := dbtest.OpenSQLite(t)
	w := newWorld(t, s)
	ann := dbtest.Person(t, s, "ann")
	for i := range 105 {
		w.session(ann, fmt.Sprint(i))
	}
	list, err := s.Sessions(w.ctx, ann.ID)
	w.must(err)
	if len(list) != 100 || list[0].Agent != "104" {
		t.Errorf("%d sessions, the first %+v", len(list), list[0])
	}
}

func TestWhatIsPastItsTimeIsExpired(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		w := newWorld(t, s)
		start := now()
		_, err := s.OfferSetup(w.ctx, hash("link"), start.Add(time.Hour))
		w.must(err)
		n, err := s.Expire(w.ctx, start.Add(time.Hour))
		w.must(err)
		if n != 1 {
			t.Errorf("%d rows, want the set-up link", n)
		}
		ann := dbtest.Person(t, s, "ann")
		dbtest.Member(t, s, w.project, ann, faas.Viewer)
		w.session(ann, "an hour long")
		for id, life := range map[string]time.Duration{"for-ever": 0, "short": time.Minute, "long": 365 * 24 * time.Hour, "revoked": 0} {
			token := w.token(ann, id)
			if life > 0 {
				token.ExpiresAt = start.Add(life)
			}
			w.must(s.AddToken(w.ctx, token, hash(id), w.audit("token.create")))
		}
		w.must(s.RevokeToken(w.ctx, w.project, "", "revoked", start.Add(time.Hour), w.audit("token.revoke")))
		month := 30 * 24 * time.Hour
		for _, c := range []struct {
			at               time.Duration
			sessions, tokens int
		}{
			{time.Minute, 1, 4},
			{2 * time.Hour, 0, 4},
			{month, 0, 4},
			{month + time.Minute, 0, 3},
			{month + time.Hour, 0, 2},
		} {
			_, err := s.Expire(w.ctx, start.Add(c.at))
			w.must(err)
			for table, want := range map[string]int{"sessions": c.sessions, "tokens": c.tokens} {
				if n, err := db.Count(s, table); err != nil || n != want {
					t.Errorf("after %v: %d %s, want %d: %v", c.at, n, table, want, err)
				}
			}
		}
	})
}
