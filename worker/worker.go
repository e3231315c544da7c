// Package worker is the night shift: it claims operations, keeps their leases, decides about another try, and runs the
// recurring duties. It knows neither what an operation does nor where it is stored.
package worker

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
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
	loops sync.WaitGroup
	slow  atomic.Int64 // attempts whose place another loop has taken
}

// Settings are a worker's times and sizes. The zero value of each means its default.
type Settings struct {
	Name     string        // of this process, for the operations table
	Parallel int           // operations at once, not counting slow ones, of which three times as many may run besides; 4
	Slow     time.Duration // after it an attempt counts as slow: it waits for others rather than for this machine; 2 s
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
	s.Slow = orDefault(s.Slow, 2*time.Second)
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
	for range w.set.Parallel {
		w.loops.Go(func() { w.loop(ctx, running) })
	}
	idle := make(chan struct{})
	go func() { w.loops.Wait(); close(idle) }()
	<-ctx.Done()
	select {
	case <-idle:
	case <-time.After(w.set.Grace):
		stop(errShutdown)
		<-idle
	}
}

// loop claims and runs one operation after another until ctx ends, or until another loop has taken its place. Attempts
// run under the other context, which outlives ctx by the grace period.
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
		if w.replaced(ctx, running, &faas.Attempt{Operation: op, Lease: lease}) {
			return
		}
	}
}

// slowShare is how many slow attempts may run for each of the Parallel places.
const slowShare = 3

// replaced runs an attempt and reports whether it was so slow that another loop has begun in this one's place. So a few
// operations that wait for a slow bucket do not keep those from running that only need this machine.
func (w *Worker) replaced(ctx, running context.Context, at *faas.Attempt) bool {
	ended, given := make(chan struct{}), make(chan bool)
	go func() { given <- w.giveWay(ctx, running, ended) }()
	w.attempt(running, at)
	close(ended)
	if !<-given {
		return false
	}
	w.slow.Add(-1)
	return true
}

// giveWay begins another loop once the attempt is slow and fewer than allowed are; false if it ended before.
func (w *Worker) giveWay(ctx, running context.Context, ended <-chan struct{}) bool {
	ticker := time.NewTicker(w.set.Slow)
	defer ticker.Stop()
	for {
		select {
		case <-ended:
			return false
		case <-ctx.Done():
			return false
		case <-ticker.C:
		}
		if w.slow.Add(1) > int64(slowShare*w.set.Parallel) {
			w.slow.Add(-1)
			continue
		}
		w.loops.Go(func() { w.loop(ctx, running) })
		return true
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
