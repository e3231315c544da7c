package service_test

import (
	"context"
	"errors"
	"testing"

	"verso/db"
	"verso/db/dbtest"
	"verso/faas"
	"verso/service"
)

// crowded is a store that can be compacted at the last of some tries only.
type crowded struct {
	*db.Store
	fails, tries int
}

func (c *crowded) Compact(ctx context.Context) error {
	if c.tries++; c.tries <= c.fails {
		return faas.Errorf(faas.Unavailable, "There is no room.")
	}
	return c.Store.Compact(ctx)
}

// A first start that seals everything and cannot clear away what it replaced is not over: it says so, and the next one
// does that. Later starts, and those of a new database, have nothing to clear away.
func TestS44ClearingAwayIsNotForgotten(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, store *db.Store) {
		h := newIdleHouse(t, store, noBuckets(t))
		h.publishedBefore(t, h.newFunction(t, "greeter"), map[string]faas.Sealed{"OLD": "clear"})
		full := &crowded{Store: store, fails: 2}
		starts := func() error {
			return service.New(service.Config{Store: full, Limits: faas.DefaultLimits(), Now: now, Keys: h.keys.read}).OpenKeys(t.Context())
		}
		for range 2 {
			wantKind(t, starts(), faas.Unavailable, "")
			if known, err := store.SecretKeys(t.Context()); err != nil || len(known) != 0 {
				t.Errorf("the first start is taken for done: %q, error %v", known, err)
			}
		}
		if err := errors.Join(starts(), starts()); err != nil || full.tries != 3 {
			t.Errorf("compacted %d times, want twice in vain and once: %v", full.tries, err)
		}
		fresh := &crowded{Store: dbtest.OpenSQLite(t), fails: 1}
		verbs := service.New(service.Config{Store: fresh, Limits: faas.DefaultLimits(), Now: now, Keys: h.keys.read})
		if err := verbs.OpenKeys(t.Context()); err != nil || fresh.tries != 0 {
			t.Errorf("a new database was compacted %d times: %v", fresh.tries, err)
		}
	})
}
