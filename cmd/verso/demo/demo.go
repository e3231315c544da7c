// Package demo fills an installation with believable functions and half a year of their versions, so that somebody who
// looks at Verso for the first time sees lists that look alive. It owns the people, the functions, their code and the
// order of events. It goes through the service's verbs and a real worker like everybody else, and must never write to
// the store by itself.
package demo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync"
	"time"

	"verso/faas"
	"verso/service"
	"verso/worker"
)

// Config is where the demo goes. All fields but MostVersions are needed.
type Config struct {
	Store  faas.Store
	Blobs  faas.Blobs
	Limits faas.Limits
	Now    time.Time // the end of the half year
	Out    io.Writer // for the lines that tell how far it is
	Log    *slog.Logger
	Keys   func() ([]service.Key, error) // the keys that seal secrets

	MostVersions int // of one function; 0 for no bound
}

// Totals are the numbers of what the demo has made, in this run and before.
type Totals struct {
	Projects, Functions, Versions, Failed, Cancelled int
	Added                                            int // events that this run performed

	Entry faas.Secret // the password of the people whom this run has made; empty when there were all of them
}

// Administrator is the one who may do everything.
func Administrator() string { return people()[0].name }

// Names are the people of the demo as they sign in, with what they are.
func Names() []string {
	var list []string
	for _, p := range people() {
		what := strings.NewReplacer(" ", ", ", ":", " ").Replace(p.roles)
		if p.admin {
			what = "administrator, " + what
		}
		list = append(list, p.name+" ("+what+")")
	}
	return list
}

// Fill performs what is missing of the demo's events and returns when their operations have ended. It may be
// interrupted and run again: an operation carries its event's name as the request id, and is not begun twice. Data in
// which real functions could be mistaken for the demo's are refused with a Precondition before anything is written.
func Fill(ctx context.Context, c Config) (Totals, error) {
	w, err := newWriter()
	if err != nil {
		return Totals{}, err
	}
	events := plan(c.Now, c.MostVersions)
	s := &stage{
		config: c, writer: w, objects: newObjects(w, events), total: len(events),
		done: map[string]faas.Operation{}, changed: make(chan struct{}),
	}
	if err := s.recall(ctx); err != nil {
		return Totals{}, err
	}
	if err := s.checkOwn(ctx); err != nil {
		return Totals{}, err
	}
	if err := s.ensureProjects(ctx, events[0].at.Add(-2*time.Hour)); err != nil {
		return Totals{}, err
	}
	entry, err := s.ensurePeople(ctx, events[0].at.Add(-time.Hour))
	if err != nil {
		return Totals{Entry: entry}, err
	}
	fmt.Fprintln(c.Out, "Filling Verso with the demo: half a year of versions, in order. Run it again whenever it was interrupted.")
	working, stop := context.WithCancel(ctx)
	var night sync.WaitGroup
	night.Go(func() { s.work(working) })
	err = s.perform(ctx, events)
	if err == nil {
		err = s.settle(ctx, events)
	}
	stop()
	night.Wait()
	if err != nil {
		return Totals{Entry: entry}, err
	}
	totals := s.totals(events)
	totals.Entry = entry
	return totals, nil
}

// work runs the operations: one at a time, so that they end in the order in which they were due, and each at the time
// of its event.
func (s *stage) work(ctx context.Context) {
	queue := &queue{OperationQueue: s.config.Store}
	set := worker.Settings{
		Name: "demo", Parallel: 1, Grace: time.Second, Poll: 200 * time.Millisecond, Now: func() time.Time { return queue.now() },
	}
	run := func(ctx context.Context, at *faas.Attempt) error {
		op := at.Operation
		err := s.serviceAt(lastTime(op).Add(pause)).Run(ctx, at)
		if err == nil {
			op.State = faas.Succeeded
			s.see(op)
		}
		return err
	}
	worker.New(queue, run, set, s.config.Log).Work(ctx)
}

const (
	pause    = 40 * time.Millisecond // from the request to the work
	patience = time.Minute           // from the request until somebody gives up
)

// queue sets its clock by the operation that was claimed last. It serves one loop.
type queue struct {
	faas.OperationQueue
	now func() time.Time
}

// Claim sets the clock. The name of an event that is cancelled says so.
func (q *queue) Claim(ctx context.Context, worker string, lease time.Duration) (faas.Operation, faas.Lease, error) {
	op, l, err := q.OperationQueue.Claim(ctx, worker, lease)
	q.now = clockFrom(lastTime(op).Add(pause))
	if strings.HasSuffix(op.RequestID, string(cancelled)) {
		q.now = clockFrom(op.CreatedAt.Add(patience))
	}
	return op, l, err
}

// lastTime is when the operation was last heard of.
func lastTime(op faas.Operation) time.Time {
	last := op.CreatedAt
	for _, s := range op.Stages {
		if s.At.After(last) {
			last = s.At
		}
	}
	return last
}

// perform lets every project go its way, each in the order of time.
func (s *stage) perform(ctx context.Context, events []*event) error {
	byProject := map[string][]*event{}
	for _, e := range events {
		byProject[e.f.project.name] = append(byProject[e.f.project.name], e)
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	errs := make(chan error, len(byProject))
	for _, list := range byProject {
		go func() {
			for _, e := range list {
				if err := s.act(ctx, e); err != nil {
					errs <- fmt.Errorf("%s: %w", e.name, err)
					return
				}
			}
			errs <- nil
		}()
	}
	var first error
	for range byProject {
		if err := <-errs; err != nil && first == nil {
			first = err
			stop()
		}
	}
	return first
}

// settle waits until every operation has ended.
func (s *stage) settle(ctx context.Context, events []*event) error {
	for _, e := range events {
		if e.birth {
			continue
		}
		if _, err := s.ended(ctx, e); err != nil && !errors.Is(err, errLeftOut) {
			return err
		}
	}
	return nil
}

func (s *stage) totals(events []*event) Totals {
	t := Totals{Projects: len(projects()), Added: s.added}
	for _, e := range events {
		if e.birth {
			t.Functions++
		}
		switch s.done[e.name].State {
		case faas.Succeeded:
			t.Versions++
		case faas.Failed:
			t.Failed++
		case faas.Cancelled:
			t.Cancelled++
		}
	}
	return t
}

// serviceAt is the service with a clock that starts at the given time.
func (s *stage) serviceAt(at time.Time) *service.Service {
	return service.New(service.Config{
		Store: s.config.Store, Blobs: s.config.Blobs, Buckets: s.objects, Limits: s.config.Limits, Now: clockFrom(at),
		Keys: s.config.Keys,
	})
}

// clockFrom is a clock that starts at the given time.
func clockFrom(at time.Time) func() time.Time {
	began := time.Now()
	return func() time.Time { return at.Add(time.Since(began)).UTC().Truncate(time.Microsecond) }
}
