package worker_test

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"verso/db"
	"verso/db/dbtest"
	"verso/faas"
	"verso/worker"
)

func TestMain(m *testing.M) { os.Exit(dbtest.Main(m)) }

type run = func(context.Context, *faas.Attempt) error

func newID() string { return uuid.Must(uuid.NewV7()).String() }

// quick are times that suit a test; the lease is short, so that losing one is quick too.
func quick() worker.Settings {
	return worker.Settings{
		Name: "test", Lease: 300 * time.Millisecond, Poll: 20 * time.Millisecond, Attempts: 3,
		Backoff: time.Millisecond, Grace: 50 * time.Millisecond, Now: func() time.Time { return friday },
	}
}

// friday is what the workers' clock says.
var friday = time.Date(2026, 3, 6, 16, 30, 0, 0, time.UTC)

// start runs a worker until the returned function is called.
func start(t *testing.T, store *db.Store, do run, set worker.Settings) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		worker.New(store, do, set, slog.New(slog.DiscardHandler)).Work(ctx)
	}()
	stop = func() { cancel(); <-done }
	t.Cleanup(stop)
	return stop
}

// add stores an operation that is due now.
func add(t *testing.T, store *db.Store) faas.Operation {
	t.Helper()
	now := time.Now().UTC().Truncate(time.Microsecond)
	p := faas.Project{ID: newID(), Name: "p" + newID()[24:], CreatedAt: now}
	line := faas.Audit{ID: newID(), ProjectID: p.ID, At: now}
	if err := store.CreateProject(t.Context(), p, faas.Member{}, line); err != nil {
		t.Fatal(err)
	}
	f := faas.Function{ID: newID(), ProjectID: p.ID, Name: "greeter", Status: faas.FunctionActive, CreatedAt: now, ChangedAt: now}
	line.ID = newID()
	if err := store.CreateFunction(t.Context(), f, line); err != nil {
		t.Fatal(err)
	}
	op := faas.Operation{
		ID: newID(), ProjectID: p.ID, FunctionID: f.ID, FunctionName: f.Name, Kind: faas.CreateVersion, State: faas.Queued,
		CreatedAt: now, ModifiedAt: now, RunAt: now, VersionID: newID(), RequestID: "req-7",
	}
	line.ID = newID()
	op, err := store.AddOperation(t.Context(), op, faas.IdempotencyKey{}, line)
	if err != nil {
		t.Fatal(err)
	}
	return op
}

// until waits for an operation to be as wanted.
func until(t *testing.T, store *db.Store, op faas.Operation, ok func(faas.Operation) bool) faas.Operation {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		now, err := store.FindOperation(t.Context(), op.ID)
		if err != nil {
			t.Fatal(err)
		}
		if ok(now) {
			return now
		}
		op = now
	}
	t.Fatalf("operation stays %s after attempt %d: %+v", op.State, op.Attempt, op.Failure)
	return op
}

func ended(op faas.Operation) bool { return op.State.Done() }

func TestASentenceEndsTheOperationAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, store *db.Store) {
		op := add(t, store)
		start(t, store, func(context.Context, *faas.Attempt) error {
			return faas.Invalidf("package", "This is not a zip file.")
		}, quick())
		op = until(t, store, op, ended)
		if op.State != faas.Failed || op.Attempt != 1 || op.Failure == nil || op.Failure.Message != "This is not a zip file." || op.Failure.Field != "package" || op.Failure.Stage != faas.Received || !op.Failure.At.Equal(friday) {
			t.Errorf("operation is %+v, failure %+v", op, op.Failure)
		}
	})
}

func TestOtherFailuresAreTriedAgain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, store *db.Store) {
		op := add(t, store)
		var tries atomic.Int32
		start(t, store, func(context.Context, *faas.Attempt) error {
			if tries.Add(1) == 1 {
				panic("a bad day")
			}
			return errors.New("canary: the disk is on fire")
		}, quick())
		op = until(t, store, op, ended)
		if tries.Load() != 3 || op.Attempt != 3 || op.State != faas.Failed {
			t.Errorf("%d tries, operation %s after attempt %d", tries.Load(), op.State, op.Attempt)
		}
		want := "This failed 3 times because of a fault in the server. Its log says why, under the request id req-7."
		if op.Failure == nil || op.Failure.Message != want || op.Failure.Kind != faas.Internal || !op.Failure.At.Equal(friday) {
			t.Errorf("failure is %+v", op.Failure)
		}
	})
}

func TestARunningOperationIsCancelled(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, store *db.Store) {
		op := add(t, store)
		start(t, store, waiting, quick())
		op = until(t, store, op, func(op faas.Operation) bool { return op.State == faas.Running })
		line := faas.Audit{ID: newID(), ProjectID: op.ProjectID, At: time.Now()}
		if _, err := store.CancelOperation(t.Context(), op.ProjectID, op.ID, line); err != nil {
			t.Fatal(err)
		}
		if op = until(t, store, op, ended); op.State != faas.Cancelled || op.Failure == nil || !op.Failure.At.Equal(friday) {
			t.Errorf("operation is %s: %+v", op.State, op.Failure)
		}
	})
}

// waiting works until it is told to stop.
func waiting(ctx context.Context, _ *faas.Attempt) error {
	<-ctx.Done()
	return ctx.Err()
}

func TestShutdownHandsBackWithoutCounting(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, store *db.Store) {
		op := add(t, store)
		stop := start(t, store, waiting, quick())
		until(t, store, op, func(op faas.Operation) bool { return op.State == faas.Running })
		stop()
		op = until(t, store, op, func(faas.Operation) bool { return true })
		if op.State != faas.Queued || op.Attempt != 0 {
			t.Errorf("operation is %s after attempt %d", op.State, op.Attempt)
		}
		if _, _, err := store.Claim(t.Context(), "next", time.Second); err != nil {
			t.Errorf("the next process cannot claim it: %v", err)
		}
	})
}

func TestALostLeaseStopsTheWork(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, store *db.Store) {
		op := add(t, store)
		set := quick()
		set.Parallel = 1
		stopped := make(chan error, 1)
		start(t, store, func(ctx context.Context, at *faas.Attempt) error {
			// Somebody else ends the operation under this lease; the heartbeat must notice.
			if err := store.Fail(ctx, at.Lease, faas.Failed, faas.Failure{Message: "Ended elsewhere."}, nil); err != nil {
				return err
			}
			err := waiting(ctx, at)
			stopped <- err
			return err
		}, set)
		select {
		case <-stopped:
		case <-time.After(10 * time.Second):
			t.Fatal("the work went on without a lease")
		}
		op = until(t, store, op, ended)
		if op.Failure == nil || op.Failure.Message != "Ended elsewhere." {
			t.Errorf("the late attempt wrote over the end: %+v", op.Failure)
		}
	})
}

func TestAProcessThatDiesInEveryAttemptIsGivenUp(t *testing.T) {
	store := dbtest.OpenSQLite(t)
	op := add(t, store)
	for range 3 { // three processes claim it and die
		if _, _, err := store.Claim(t.Context(), "dies", time.Millisecond); err != nil {
			t.Fatal(err)
		}
		time.Sleep(5 * time.Millisecond)
	}
	var ran atomic.Bool
	start(t, store, func(context.Context, *faas.Attempt) error { ran.Store(true); return nil }, quick())
	op = until(t, store, op, ended)
	if ran.Load() || op.State != faas.Failed || op.Failure == nil {
		t.Errorf("it ran again (%v), operation %s: %+v", ran.Load(), op.State, op.Failure)
	}
}
