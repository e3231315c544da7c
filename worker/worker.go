// Package worker is the night shift: it claims operations, keeps their leases, decides about another try, and runs the
// recurring duties. It knows neither what an operation does nor where it is stored.
package worker

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"verso/faas"
)

// Worker runs operations from a queue.
type Worker struct {
	queue faas.OperationQueue
	run   func(context.Context, *faas.Attempt) error
	set   Settings
	log   *slog.Logger
	next  chan struct{} // wakes one more loop after a claim, so that a burst is spread over all of them
}

// Settings are a worker's times and sizes. The zero value of each means its default.
type Settings struct {
	Name     string        // of this process, for the operations table
	Parallel int           // operations at once; 4
	Lease    time.Duration // how long a dead process keeps an operation; 6 s
	Poll     time.Duration // safety net for lost wake-ups; 2 s
	Attempts int           // tries before an operation fails; 5
	Grace    time.Duration // how long a shutdown waits for running operations; 10 s
	Backoff  time.Duration // wait before the second try, doubled for each further one; 1 s

	// Now is the clock that says when an operation failed or was cancelled; it may be asked from all loops at once.
	// Leases and waits go by real time. time.Now
	Now func() time.Time
}

func (s Settings) withDefaults() Settings {
	s.Parallel = orDefault(s.Parallel, 4)
	s.Lease = orDefault(s.Lease, 6*time.Second)
	s.Poll = orDefault(s.Poll, 2*time.Second)
	s.Attempts = orDefault(s.Attempts, 5)
	s.Grace = orDefault(s.Grace, 10*time.Second)
	s.Backoff = orDefault(s.Backoff, time.Second)
	if s.Now == nil {
		s.Now = time.Now
	}
	return s
}

func orDefault[T comparable](value, fallback T) T {
	var zero T
	if value == zero {
		return fallback
	}
	return value
}

// New makes a worker that runs each claimed operation with run.
func New(queue faas.OperationQueue, run func(context.Context, *faas.Attempt) error, set Settings, log *slog.Logger) *Worker {
	return &Worker{queue: queue, run: run, set: set.withDefaults(), log: log, next: make(chan struct{}, 1)}
}

// Work runs operations until ctx ends. It then claims nothing more, waits for the grace period, hands the rest back
// without counting the attempt, and returns.
func (w *Worker) Work(ctx context.Context) {
	running, stop := context.WithCancelCause(context.WithoutCancel(ctx))
	defer stop(nil)
	var loops sync.WaitGroup
	for range w.set.Parallel {
		loops.Go(func() { w.loop(ctx, running) })
	}
	idle := make(chan struct{})
	go func() { loops.Wait(); close(idle) }()
	<-ctx.Done()
	select {
	case <-idle:
	case <-time.After(w.set.Grace):
		stop(errShutdown)
		<-idle
	}
}

// loop claims and runs one operation after another until ctx ends. Attempts run under the other context, which
// outlives ctx by the grace period.
func (w *Worker) loop(ctx, running context.Context) {
	for ctx.Err() == nil {
		op, lease, err := w.queue.Claim(ctx, w.set.Name, w.set.Lease)
		if err != nil {
			if !faas.Is(err, faas.NotFound) && ctx.Err() == nil {
				w.log.Error("claim an operation", "error", err)
			}
			w.wait(ctx)
			continue
		}
		w.wakeAnother()
		w.attempt(running, &faas.Attempt{Operation: op, Lease: lease})
	}
}

// wait sleeps until an operation is added, another loop found work, or the poll is due.
func (w *Worker) wait(ctx context.Context) {
	timer := time.NewTimer(w.set.Poll)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-w.queue.OperationAdded():
	case <-w.next:
	case <-timer.C:
	}
}

func (w *Worker) wakeAnother() {
	select {
	case w.next <- struct{}{}:
	default:
	}
}
