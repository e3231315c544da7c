package db_test

import (
	"fmt"
	"reflect"
	"slices"
	"sync"
	"testing"
	"time"

	"verso/db"
	"verso/db/dbtest"
	"verso/faas"
)

// short is a lease that a test can wait for.
const short = 30 * time.Millisecond

func TestOperationReadsBackWhole(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		w := newWorld(t, s)
		op := w.operation(w.function("one-function"), faas.CreateVersion)
		op.Order.Limits, op.PackageSHA256 = faas.DefaultLimits(), hash("p")
		stored := w.add(op)
		if !reflect.DeepEqual(stored, op) {
			t.Errorf("stored\n got %+v\nwant %+v", stored, op)
		}
		got, err := s.OperationByID(w.ctx, w.project, op.ID)
		w.must(err)
		if !reflect.DeepEqual(got, op) {
			t.Errorf("read\n got %+v\nwant %+v", got, op)
		}
		_, err = s.OperationByID(w.ctx, id(), op.ID)
		w.wantKind(err, faas.NotFound)
		_, err = s.FindOperation(w.ctx, op.ID)
		w.must(err)
	})
}

func TestClaimTakesTheOldestDueOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		w := newWorld(t, s)
		f := w.function("one-function")
		later := w.operation(f, faas.CreateVersion)
		later.RunAt = now().Add(time.Hour)
		w.add(later)
		first, second := w.add(w.operation(f, faas.CreateVersion)), w.add(w.operation(f, faas.CreateVersion))
		for _, want := range []faas.Operation{first, second} {
			op, _ := w.claim()
			if op.ID != want.ID || op.State != faas.Running || op.Attempt != 1 {
				t.Errorf("got %s %s attempt %d, want %s running attempt 1", op.ID, op.State, op.Attempt, want.ID)
			}
		}
		_, _, err := s.Claim(w.ctx, "worker", lease)
		w.wantKind(err, faas.NotFound)
	})
}

func TestWorkersNeverClaimTheSame(t *testing.T) {
	dbtest.EachConfig(t, func(t *testing.T, cfg db.Config) {
		w := newWorld(t, dbtest.Open(t, cfg))
		f := w.function("one-function")
		const n = 60
		for range n {
			w.add(w.operation(f, faas.CreateVersion))
		}
		stores := []*db.Store{w.Store, dbtest.Open(t, cfg)} // two processes, as far as the database can tell
		var mu sync.Mutex
		var claimed []string
		var work sync.WaitGroup
		for i := range 8 {
			work.Go(func() {
				for {
					op, _, err := stores[i%2].Claim(w.ctx, fmt.Sprint(i), lease)
					if faas.Is(err, faas.NotFound) {
						return
					}
					if err != nil {
						t.Error(err)
						return
					}
					mu.Lock()
					claimed = append(claimed, op.ID)
					mu.Unlock()
				}
			})
		}
		work.Wait()
		slices.Sort(claimed)
		if len(claimed) != n || len(slices.Compact(claimed)) != n {
			t.Errorf("%d operations were claimed, %d different ones; want %d", len(claimed), len(slices.Compact(claimed)), n)
		}
	})
}

func TestExpiredLeaseIsTakenOver(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		w := newWorld(t, s)
		f := w.function("one-function")
		w.add(w.operation(f, faas.CreateVersion))
		op, old := w.claim()
		_, _, err := s.Claim(w.ctx, "early", lease)
		w.wantKind(err, faas.NotFound)
		_, err = s.Heartbeat(w.ctx, old, short, op.Stages)
		w.must(err)
		time.Sleep(2 * short)
		again, fresh := w.claim()
		if again.ID != op.ID || again.Attempt != 2 {
			t.Fatalf("got %s attempt %d", again.ID, again.Attempt)
		}
		w.wantStale(old, op, f)
		_, err = w.PublishVersion(w.ctx, fresh, w.version(op), nil, nil, w.audit("version.create"))
		w.must(err)
		w.wantStale(fresh, op, f) // it has ended: nothing changes it any more
		got, err := s.OperationByID(w.ctx, w.project, op.ID)
		w.must(err)
		if got.State != faas.Succeeded || got.Number != 1 || got.Failure != nil {
			t.Errorf("ended as %+v", got)
		}
	})
}

// wantStale tries everything with a lease that does not hold, and sees nothing change.
func (w *world) wantStale(l faas.Lease, op faas.Operation, f faas.Function) {
	w.t.Helper()
	before, err := w.OperationByID(w.ctx, w.project, op.ID)
	w.must(err)
	functionBefore, err := w.FunctionByID(w.ctx, w.project, f.ID)
	w.must(err)
	_, err = w.Heartbeat(w.ctx, l, lease, nil)
	w.wantKind(err, faas.Conflict)
	w.wantKind(w.NamePackage(w.ctx, l, hash("stale")), faas.Conflict)
	v := w.version(op)
	v.ID = id()
	_, err = w.PublishVersion(w.ctx, l, v, []string{"stale"}, nil, w.audit("version.create"))
	w.wantKind(err, faas.Conflict)
	w.wantKind(w.Fail(w.ctx, l, faas.Failed, faas.Failure{Message: "late"}, nil), faas.Conflict)
	w.wantKind(w.Retry(w.ctx, l, 0, nil), faas.Conflict)
	w.wantKind(w.Release(w.ctx, l, nil), faas.Conflict)
	_, err = w.RemoveVersions(w.ctx, l, f.ID, 10)
	w.wantKind(err, faas.Conflict)
	w.wantKind(w.RemoveFunction(w.ctx, l, f.ID, nil, w.audit("function.delete")), faas.Conflict)
	after, err := w.OperationByID(w.ctx, w.project, op.ID)
	w.must(err)
	functionAfter, err := w.FunctionByID(w.ctx, w.project, f.ID)
	w.must(err)
	if !reflect.DeepEqual(before, after) || !reflect.DeepEqual(functionBefore, functionAfter) {
		w.t.Errorf("a stale lease changed something:\n%+v\n%+v\n%+v\n%+v", before, after, functionBefore, functionAfter)
	}
}

func TestHeartbeatKeepsTheLeaseAndTellsOfCancelling(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		w := newWorld(t, s)
		w.add(w.operation(w.function("one-function"), faas.CreateVersion))
		op, l, err := s.Claim(w.ctx, "worker", short)
		w.must(err)
		stages := append(op.Stages, faas.StageTime{Stage: faas.Fetched, At: now()})
		cancel, err := s.Heartbeat(w.ctx, l, lease, stages)
		w.must(err)
		if cancel {
			t.Error("cancelling was told before anybody asked")
		}
		time.Sleep(2 * short)
		_, _, err = s.Claim(w.ctx, "thief", lease)
		w.wantKind(err, faas.NotFound)
		asked, err := s.CancelOperation(w.ctx, w.project, op.ID, w.audit("operation.cancel"))
		w.must(err)
		if asked.State != faas.Running || !asked.Cancelling || !reflect.DeepEqual(asked.Stages, stages) {
			t.Errorf("after asking: %+v", asked)
		}
		if cancel, err = s.Heartbeat(w.ctx, l, lease, stages); err != nil || !cancel {
			t.Errorf("heartbeat after asking: %v %v", cancel, err)
		}
		w.must(s.Fail(w.ctx, l, faas.Cancelled, faas.Failure{}, stages))
		done, err := s.OperationByID(w.ctx, w.project, op.ID)
		w.must(err)
		if done.State != faas.Cancelled || done.Failure != nil {
			t.Errorf("ended as %+v", done)
		}
		_, err = s.CancelOperation(w.ctx, w.project, op.ID, w.audit("operation.cancel"))
		w.wantKind(err, faas.Precondition)
	})
}

func TestAttemptsAreCountedUnlessReleased(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		w := newWorld(t, s)
		w.add(w.operation(w.function("one-function"), faas.CreateVersion))
		op, l := w.claim()
		w.must(s.Release(w.ctx, l, op.Stages))
		op, l = w.claim()
		if op.Attempt != 1 {
			t.Errorf("attempt %d after a release, want 1", op.Attempt)
		}
		const wait = 500 * time.Millisecond // long enough for a busy machine to look before it is over
		w.must(s.Retry(w.ctx, l, wait, op.Stages))
		_, _, err := s.Claim(w.ctx, "early", lease)
		w.wantKind(err, faas.NotFound)
		time.Sleep(wait + short)
		op, l = w.claim()
		if op.Attempt != 2 {
			t.Errorf("attempt %d after a retry, want 2", op.Attempt)
		}
		want := faas.Failure{Kind: faas.Invalid, Message: "No.", Field: "package", Stage: faas.Checked}
		w.must(s.Fail(w.ctx, l, faas.Failed, want, op.Stages))
		op, err = s.OperationByID(w.ctx, w.project, op.ID)
		w.must(err)
		if op.State != faas.Failed || op.Failure == nil || *op.Failure != want {
			t.Errorf("ended as %+v", op)
		}
	})
}

func TestCancelOfAQueuedOperationEndsIt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		w := newWorld(t, s)
		op := w.add(w.operation(w.function("one-function"), faas.CreateVersion))
		_, err := s.CancelOperation(w.ctx, id(), op.ID, w.audit("operation.cancel"))
		w.wantKind(err, faas.NotFound)
		got, err := s.CancelOperation(w.ctx, w.project, op.ID, w.audit("operation.cancel"))
		w.must(err)
		if got.State != faas.Cancelled {
			t.Errorf("state %s", got.State)
		}
		_, _, err = s.Claim(w.ctx, "worker", lease)
		w.wantKind(err, faas.NotFound)
	})
}

func TestNoAttemptFollowsACancelledOne(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		w := newWorld(t, s)
		f := w.function("one-function")
		for name, end := range map[string]func(faas.Lease) error{
			"retry":   func(l faas.Lease) error { return s.Retry(w.ctx, l, 0, nil) },
			"release": func(l faas.Lease) error { return s.Release(w.ctx, l, nil) },
		} {
			op := w.add(w.operation(f, faas.CreateVersion))
			_, l := w.claim()
			_, err := s.CancelOperation(w.ctx, w.project, op.ID, w.audit("operation.cancel"))
			w.must(err)
			w.must(end(l))
			got, err := s.OperationByID(w.ctx, w.project, op.ID)
			w.must(err)
			if got.State != faas.Cancelled {
				t.Errorf("%s: state %s", name, got.State)
			}
		}
	})
}

func TestAddingWakesEveryProcess(t *testing.T) {
	dbtest.EachConfig(t, func(t *testing.T, cfg db.Config) {
		w := newWorld(t, dbtest.Open(t, cfg))
		other := w.Store
		if cfg.URL != "" {
			other = dbtest.Open(t, cfg)
		}
		news := other.OperationAdded()
		f := w.function("one-function")
		deadline := time.After(10 * time.Second)
		for { // listening begins in the background, so the first ones may be missed
			w.add(w.operation(f, faas.CreateVersion))
			select {
			case <-news:
				return
			case <-deadline:
				t.Fatal("no news of added operations")
			case <-time.After(100 * time.Millisecond):
			}
		}
	})
}

func TestSameKeyGivesOneOperation(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		w := newWorld(t, s)
		f := w.function("one-function")
		key := faas.IdempotencyKey{Key: "k", Fingerprint: hash("body")}
		ids := make([]string, 20)
		var work sync.WaitGroup
		for i := range ids {
			work.Go(func() {
				op, err := s.AddOperation(w.ctx, w.operation(f, faas.CreateVersion), key, w.audit("version.create"))
				if err != nil {
					t.Error(err)
				}
				ids[i] = op.ID
			})
		}
		work.Wait()
		if len(slices.Compact(ids)) != 1 {
			t.Fatalf("several operations: %v", ids)
		}
		op, l := w.claim()
		_, _, err := s.Claim(w.ctx, "worker", lease)
		w.wantKind(err, faas.NotFound)
		_, err = w.PublishVersion(w.ctx, l, w.version(op), nil, nil, w.audit("version.create"))
		w.must(err)
		again, err := s.AddOperation(w.ctx, w.operation(f, faas.CreateVersion), key, w.audit("version.create"))
		w.must(err)
		if again.ID != ids[0] || again.State != faas.Succeeded || again.Number != 1 {
			t.Errorf("repeated later: %+v", again)
		}
		_, err = s.AddOperation(w.ctx, w.operation(f, faas.CreateVersion),
			faas.IdempotencyKey{Key: "k", Fingerprint: hash("other")}, w.audit("version.create"))
		w.wantKind(err, faas.Conflict)
		stranger := w.operation(f, faas.CreateVersion)
		stranger.CreatedByID = "u2"
		theirs, err := s.AddOperation(w.ctx, stranger, key, w.audit("version.create"))
		w.must(err)
		if theirs.ID != stranger.ID {
			t.Error("another actor's key led to this actor's operation")
		}
		removed, err := s.Expire(w.ctx, now().Add(25*time.Hour))
		w.must(err)
		if removed != 2 {
			t.Errorf("%d expired, want the 2 keys", removed)
		}
	})
}

func TestDutyHasOneHolder(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		w := newWorld(t, s)
		take := func(holder string, lease time.Duration) bool {
			got, err := s.TakeDuty(w.ctx, "janitor", holder, lease)
			w.must(err)
			return got
		}
		if !take("a", lease) || take("b", lease) || !take("a", short) {
			t.Error("the duty must stay with its holder")
		}
		time.Sleep(2 * short)
		if !take("b", lease) || take("a", lease) {
			t.Error("the duty must go on when its time is over")
		}
	})
}
