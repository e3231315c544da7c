package db_test

import (
	"sync/atomic"
	"testing"
	"time"

	"verso/db"
	"verso/db/dbtest"
	"verso/faas"
)

// finish tries to use the set-up link up as a person of that name.
func (w *world) finish(secret, name string, at time.Time) error {
	p := faas.Person{ID: id(), Name: name, Admin: true, CreatedAt: now()}
	m := faas.Member{ProjectID: w.project, PersonID: p.ID, Person: name, Role: faas.Owner, AddedAt: now(), AddedBy: name}
	return w.FinishSetup(w.ctx, hash(secret), at, p, "password", m, w.audit("person.setup"))
}

func TestS08OfTwentySetUpsAtOnceOneMakesTheAdministrator(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		w := newWorld(t, s)
		offered, err := s.OfferSetup(w.ctx, hash("link"), now().Add(time.Hour))
		w.must(err)
		if !offered {
			t.Fatal("nothing was offered")
		}
		var made atomic.Int64
		atOnce(20, func(i int) {
			err := w.finish("link", "admin-"+string(rune('a'+i)), now())
			switch {
			case err == nil:
				made.Add(1)
			case !faas.Is(err, faas.NotFound):
				t.Error(err)
			}
		})
		for table, want := range map[string]int{"people": 1, "members": 1} {
			if n, err := db.Count(s, table); err != nil || n != want || made.Load() != 1 {
				t.Errorf("%d set-ups succeeded, %s has %d rows: %v", made.Load(), table, n, err)
			}
		}
		if lines, err := db.AuditDetails(s, "person.setup"); err != nil || len(lines) != 1 {
			t.Errorf("%d lines tell of it: %v", len(lines), err)
		}
		w.wantKind(s.CheckSetup(w.ctx, hash("link"), now()), faas.NotFound)
		offered, err = s.OfferSetup(w.ctx, hash("again"), now().Add(time.Hour))
		if offered || err != nil {
			t.Errorf("offered again: %v", err)
		}
		w.wantKind(w.finish("again", "second", now()), faas.NotFound)
	})
}

func TestS08ASetUpLinkIsGoodOnceAndForItsTime(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		w := newWorld(t, s)
		w.wantKind(s.CheckSetup(w.ctx, "", now()), faas.NotFound) // nothing is offered
		w.wantKind(w.finish("", "eve", now()), faas.NotFound)
		for _, link := range []string{"first", "second"} {
			_, err := s.OfferSetup(w.ctx, hash(link), now().Add(time.Hour))
			w.must(err)
		}
		w.must(s.CheckSetup(w.ctx, hash("second"), now()))
		for name, c := range map[string]struct {
			secret string
			at     time.Time
		}{
			"replaced": {"first", now()},
			"expired":  {"second", now().Add(time.Hour + time.Second)},
			"wrong":    {"third", now()},
		} {
			w.wantKind(s.CheckSetup(w.ctx, hash(c.secret), c.at), faas.NotFound)
			if err := w.finish(c.secret, "eve", c.at); !faas.Is(err, faas.NotFound) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if anybody, err := s.AnyPerson(w.ctx); err != nil || anybody {
			t.Errorf("somebody is there: %v", err)
		}
		w.wantKind(w.finish("second", "a\x00b", now()), faas.Invalid)
		w.must(s.CheckSetup(w.ctx, hash("second"), now())) // a failure uses nothing up
		w.must(w.finish("second", "ann", now()))
		m, err := s.Members(w.ctx, faas.MemberFilter{ProjectID: w.project})
		w.must(err)
		if len(m.Items) != 1 || m.Items[0].Person != "ann" || m.Items[0].Role != faas.Owner {
			t.Errorf("members %+v", m.Items)
		}
		w.wantKind(w.finish("second", "bob", now()), faas.NotFound)
	})
}

// Whoever adds a person by the command line while the link is open closes it.
func TestS08APersonClosesTheSetUp(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		w := newWorld(t, s)
		_, err := s.OfferSetup(w.ctx, hash("link"), now().Add(time.Hour))
		w.must(err)
		var made atomic.Int64
		atOnce(10, func(i int) {
			if i == 0 {
				dbtest.Person(t, s, "ann")
			} else if w.finish("link", "eve", now()) == nil {
				made.Add(1)
			}
		})
		people, err := db.Count(s, "people")
		w.must(err)
		if want := 1 + int(made.Load()); people != want || made.Load() > 1 {
			t.Errorf("%d people, %d of them by the link", people, made.Load())
		}
		w.wantKind(s.CheckSetup(w.ctx, hash("link"), now()), faas.NotFound)
	})
}
