package db_test

import (
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"verso/db"
	"verso/db/dbtest"
	"verso/faas"
)

const tryWindow = 15 * time.Minute

// tries are the counters of one attempt, as signing in has them.
func tries(name, address string) []faas.Try {
	return []faas.Try{
		{Key: hash("both" + name + address), Limit: 10, Window: tryWindow},
		{Key: hash("account" + name), Limit: 100, Window: tryWindow},
		{Key: hash("address" + address), Limit: 50, Window: tryWindow},
	}
}

func (w *world) take(at time.Time, tries ...faas.Try) time.Duration {
	w.t.Helper()
	wait, err := w.TakeTry(w.ctx, tries, at)
	w.must(err)
	return wait
}

func TestAttemptsAreCountedTogetherOrNotAtAll(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		w := newWorld(t, s)
		start := now()
		narrow, wide := faas.Try{Key: "z", Limit: 2, Window: time.Minute}, faas.Try{Key: "w", Limit: 3, Window: time.Hour}
		for i, c := range []struct {
			at    time.Duration
			tries []faas.Try
			want  time.Duration
		}{
			{0, []faas.Try{narrow, wide}, 0},
			{time.Second, []faas.Try{wide, narrow}, 0},
			{10 * time.Second, []faas.Try{narrow, wide}, 50 * time.Second}, // not counted for the wide one either
			{20 * time.Second, []faas.Try{wide}, 0},
			{20 * time.Second, []faas.Try{wide}, 59*time.Minute + 40*time.Second},
			{20 * time.Second, []faas.Try{narrow, wide}, 59*time.Minute + 40*time.Second}, // the longer of two waits
			{time.Minute, []faas.Try{narrow}, 0},                                          // its window has ended
			{time.Hour, []faas.Try{narrow, wide}, 0},
		} {
			if got := w.take(start.Add(c.at), c.tries...); got != c.want {
				t.Errorf("attempt %d: wait %v, want %v", i, got, c.want)
			}
		}
	})
}

func TestAttemptsAreGivenBack(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		w := newWorld(t, s)
		one, other := faas.Try{Key: "one", Limit: 1, Window: time.Hour}, faas.Try{Key: "other", Limit: 2, Window: time.Hour}
		w.take(now(), one, other)
		if w.take(now(), one) == 0 {
			t.Error("a second attempt passed")
		}
		w.must(s.GiveBack(w.ctx, []string{"one"}, nil))
		w.must(s.GiveBack(w.ctx, []string{"one", "nobody's"}, nil)) // never below zero
		if w.take(now(), one, other) != 0 || w.take(now(), one) == 0 {
			t.Error("giving back must make room for one attempt")
		}
		w.must(s.GiveBack(w.ctx, []string{"one"}, []string{"other", "one"}))
		if w.take(now(), one, other) != 0 || w.take(now(), other) != 0 {
			t.Error("a counter that is forgotten starts from zero")
		}
	})
}

func TestS01OfAHundredAttemptsAtOnceTenPass(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		w := newWorld(t, s)
		var passed atomic.Int64
		at := now()
		atOnce(100, func(i int) {
			list := tries("ann", "192.0.2.1")
			list[1], list[2] = list[2], list[1]
			wait, err := s.TakeTry(w.ctx, list, at)
			if err != nil {
				t.Error(err)
			}
			if wait == 0 {
				passed.Add(1)
			}
		})
		if passed.Load() != 10 {
			t.Errorf("%d of 100 attempts passed, want 10", passed.Load())
		}
	})
}

// Names are free to invent, addresses are not: the address's own limit bounds how many rows an attacker can make.
func TestS02OtherNamesDoNotPushACounterOut(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		w := newWorld(t, s)
		at := now()
		const addresses, names = 10, 60
		for range 10 {
			w.take(at, tries("ann", "192.0.2.99")...)
		}
		for a := range addresses {
			address := fmt.Sprintf("192.0.2.%d", a)
			passed := 0
			for n := range names {
				if w.take(at, tries(fmt.Sprintf("name-%d-%d", a, n), address)...) == 0 {
					passed++
				}
			}
			if passed != 50 {
				t.Errorf("%d names passed from %s, want 50", passed, address)
			}
		}
		if w.take(at, tries("ann", "192.0.2.99")...) == 0 {
			t.Error("the counter of ann was pushed out")
		}
		rows, err := db.Count(s, "tries")
		w.must(err)
		if want := 3 + addresses*(1+2*50); rows != want {
			t.Errorf("%d rows, want %d: what is refused must leave none", rows, want)
		}
		_, err = s.Expire(w.ctx, at.Add(tryWindow-time.Second))
		w.must(err)
		if n, err := db.Count(s, "tries"); err != nil || n != rows {
			t.Errorf("%d of %d rows are left inside the window: %v", n, rows, err)
		}
		_, err = s.Expire(w.ctx, at.Add(tryWindow))
		w.must(err)
		if n, err := db.Count(s, "tries"); err != nil || n != 0 {
			t.Errorf("%d rows are left behind the window: %v", n, err)
		}
	})
}
