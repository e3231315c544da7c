package worker_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"verso/db"
	"verso/db/dbtest"
	"verso/faas"
)

func TestSlowOperationsMakeRoomUpToABound(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, store *db.Store) {
		const places, bound = 2, 8
		set := quick()
		set.Lease, set.Grace, set.Parallel, set.Slow = 5*time.Second, time.Second, places, 50*time.Millisecond
		release := make(chan struct{})
		var running, most atomic.Int64
		start(t, store, func(ctx context.Context, at *faas.Attempt) error {
			most.Store(max(most.Load(), running.Add(1)))
			defer running.Add(-1)
			select {
			case <-release:
			case <-ctx.Done():
			}
			return faas.Errorf(faas.Precondition, "Over.")
		}, set)
		var ops []faas.Operation
		for range bound + 3 {
			ops = append(ops, add(t, store))
		}
		for deadline := time.Now().Add(10 * time.Second); running.Load() < bound && time.Now().Before(deadline); {
			time.Sleep(5 * time.Millisecond)
		}
		time.Sleep(4 * set.Slow) // what is over the bound has time to begin, if anything lets it
		if n := running.Load(); n != bound {
			t.Errorf("%d run at once, want %d", n, bound)
		}
		close(release)
		for _, op := range ops {
			until(t, store, op, ended)
		}
		if most.Load() > bound {
			t.Errorf("%d ran at once", most.Load())
		}
	})
}

func TestQuickOperationsNeverRunBesideMoreThanParallel(t *testing.T) {
	store := dbtest.OpenSQLite(t)
	set := quick()
	set.Parallel = 1
	var running, most atomic.Int64
	var ops []faas.Operation
	for range 10 {
		ops = append(ops, add(t, store))
	}
	start(t, store, func(context.Context, *faas.Attempt) error {
		most.Store(max(most.Load(), running.Add(1)))
		defer running.Add(-1)
		time.Sleep(5 * time.Millisecond)
		return faas.Errorf(faas.Precondition, "Over.")
	}, set)
	for _, op := range ops {
		until(t, store, op, ended)
	}
	if most.Load() != 1 {
		t.Errorf("%d ran at once", most.Load())
	}
}

func TestQuickOperationsPassSlowOnes(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, store *db.Store) {
		set := quick()
		set.Parallel, set.Slow, set.Lease = 1, 50*time.Millisecond, 5*time.Second
		slow := add(t, store)
		start(t, store, func(ctx context.Context, at *faas.Attempt) error {
			if at.Operation.ID == slow.ID {
				return waiting(ctx, at)
			}
			return faas.Errorf(faas.Precondition, "Over.")
		}, set)
		until(t, store, slow, func(op faas.Operation) bool { return op.State == faas.Running })
		until(t, store, add(t, store), ended)
		if now := until(t, store, slow, func(faas.Operation) bool { return true }); now.State != faas.Running {
			t.Errorf("the slow one is %s", now.State)
		}
	})
}
