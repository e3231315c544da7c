package worker

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime/debug"
	"strings"
	"time"

	"verso/faas"
)

// Why an attempt was stopped from the outside.
var (
	errShutdown  = errors.New("the server is shutting down")
	errCancelled = errors.New("somebody cancelled the operation")
	errLost      = errors.New("another worker has the lease")
)

// attempt runs one operation and settles what came of it.
func (w *Worker) attempt(ctx context.Context, at *faas.Attempt) {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	beating := make(chan struct{})
	go func() { defer close(beating); w.beat(ctx, at, stop) }()
	err := w.try(ctx, at)
	cause := context.Cause(ctx)
	stop(nil)
	<-beating
	if err == nil {
		return
	}
	settle, done := context.WithTimeout(context.WithoutCancel(ctx), w.set.Lease)
	defer done()
	if err := w.settle(settle, at, err, cause); err != nil && !faas.Is(err, faas.Conflict) {
		w.log.Error("settle an operation", "operation", at.Operation.ID, "error", err)
	}
}

// try runs the work. A panic becomes an error: one bad operation must not take the server down.
func (w *Worker) try(ctx context.Context, at *faas.Attempt) (err error) {
	defer func() {
		if p := recover(); p != nil {
			w.log.Error("operation panicked", "operation", at.Operation.ID, "panic", p, "stack", string(debug.Stack()))
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	if at.Operation.Attempt > w.set.Attempts {
		return faas.Errorf(faas.Precondition, "This was given up after %d attempts; each ended without an answer.", w.set.Attempts)
	}
	if at.Operation.Cancelling {
		return errCancelled
	}
	return w.run(ctx, at)
}

// beat keeps the lease until ctx ends, and stops the attempt when the lease is lost or a person cancels.
func (w *Worker) beat(ctx context.Context, at *faas.Attempt, stop context.CancelCauseFunc) {
	ticker := time.NewTicker(w.set.Lease / 6)
	defer ticker.Stop()
	last := time.Now()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		cancel, err := w.queue.Heartbeat(ctx, at.Lease, w.set.Lease, at.Stages())
		switch {
		case err == nil && cancel:
			stop(errCancelled)
		case err == nil:
			last = time.Now()
		case faas.Is(err, faas.Conflict) || time.Since(last) > w.set.Lease:
			stop(errLost)
		}
	}
}

// settle decides what becomes of an attempt that did not succeed. Every write is guarded by the lease.
func (w *Worker) settle(ctx context.Context, at *faas.Attempt, err, cause error) error {
	log := w.log.With("operation", at.Operation.ID, "kind", at.Operation.Kind, "attempt", at.Operation.Attempt, "request", at.Operation.RequestID)
	switch {
	case errors.Is(cause, errLost):
		log.Warn("lost the lease of an operation", "error", err)
		return nil
	case errors.Is(cause, errCancelled) || errors.Is(err, errCancelled):
		return w.end(ctx, at, faas.Cancelled, faas.Failure{Kind: faas.Precondition, Message: "Cancelled.", Stage: at.Waiting()})
	case errors.Is(cause, errShutdown):
		return w.queue.Release(ctx, at.Lease, at.Stages())
	case !worthRetrying(err):
		return w.end(ctx, at, faas.Failed, failureOf(err, at.Waiting()))
	case at.Operation.Attempt < w.set.Attempts:
		wait := w.backoff(at.Operation.Attempt)
		log.Warn("operation will be tried again", "wait", wait, "error", err)
		return w.queue.Retry(ctx, at.Lease, wait, at.Stages())
	}
	log.Error("operation failed", "error", err)
	return w.end(ctx, at, faas.Failed, w.gaveUp(at, err))
}

// end ends the operation without a result, and notes when that was.
func (w *Worker) end(ctx context.Context, at *faas.Attempt, state faas.OperationState, f faas.Failure) error {
	f.At = w.set.Now().UTC().Truncate(time.Microsecond)
	return w.queue.Fail(ctx, at.Lease, state, f, at.Stages())
}

// worthRetrying reports whether the same work may succeed later. A sentence for the user is final.
func worthRetrying(err error) bool {
	switch faas.KindOf(err) {
	case faas.Internal, faas.Unavailable, faas.Exhausted:
		return true
	}
	return false
}

// failureOf turns a known error into what the user reads.
func failureOf(err error, stage faas.Stage) faas.Failure {
	problems := faas.ProblemsOf(err)
	f := faas.Failure{Kind: faas.KindOf(err), Stage: stage}
	texts := make([]string, len(problems))
	for i, p := range problems {
		texts[i] = p.Message
	}
	f.Message = strings.Join(texts, " ")
	if len(problems) > 0 {
		f.Field = problems[0].Field
	}
	return f
}

// gaveUp is the failure after the last try. What was unavailable has a sentence; a fault of ours shows its request id.
func (w *Worker) gaveUp(at *faas.Attempt, err error) faas.Failure {
	if f := failureOf(err, at.Waiting()); f.Kind != faas.Internal && f.Message != "" {
		f.Message += fmt.Sprintf(" Tried %d times.", at.Operation.Attempt)
		return f
	}
	return faas.Failure{
		Kind: faas.Internal, Stage: at.Waiting(),
		Message: fmt.Sprintf("This failed %d times because of a fault in the server. Its log says why, under the request id %s.", at.Operation.Attempt, at.Operation.RequestID),
	}
}

// backoff is the wait before the next try: doubled each time, at most a minute, and spread by half so that many
// operations that failed together do not come back together.
func (w *Worker) backoff(attempt int) time.Duration {
	wait := min(w.set.Backoff<<min(attempt-1, 10), time.Minute)
	return wait/2 + rand.N(wait/2+1)
}
