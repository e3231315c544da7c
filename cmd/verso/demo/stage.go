package demo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"verso/faas"
	"verso/service"
)

// stage is where the events are performed.
type stage struct {
	config  Config
	writer  *writer
	objects *objects

	mu       sync.Mutex
	projects map[string]string         // ids of the demo's projects, by name
	ids      map[string]string         // of the demo's people, by name
	tokens   map[string]faas.Token     // of those who come by a door for programs, by "project name"
	secrets  map[string]faas.Secret    // of those tokens, as long as this run knows them
	done     map[string]faas.Operation // by event; as last seen
	changed  chan struct{}             // closed and renewed when an operation ends
	acted    int                       // events that are behind us
	added    int                       // of them, in this run
	total    int
}

// errLeftOut says that an event has no operation, because the version that it copies was never made.
var errLeftOut = errors.New("left out")

// act performs an event unless it has been performed.
func (s *stage) act(ctx context.Context, e *event) error {
	err := s.show(ctx, e)
	if err != nil {
		return err
	}
	var added bool
	if e.birth {
		added, err = s.born(ctx, e)
	} else {
		added, err = s.begin(ctx, e)
	}
	s.step(added)
	return err
}

// step counts, and says now and then how far it is.
func (s *stage) step(added bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.acted++
	if added {
		s.added++
	}
	if s.added > 0 && s.acted%500 == 0 {
		fmt.Fprintf(s.config.Out, "  %d of %d events\n", s.acted, s.total)
	}
}

// born makes a function.
func (s *stage) born(ctx context.Context, e *event) (bool, error) {
	verbs, who := s.serviceAt(e.at), s.actor(e)
	_, err := verbs.Function(ctx, who, e.f.name)
	if !faas.Is(err, faas.NotFound) {
		return false, err
	}
	labels := map[string]string{"team": e.f.team, "trigger": e.f.trigger}
	_, err = verbs.CreateFunction(ctx, who, faas.FunctionInput{Name: e.f.name, Description: e.f.summary, Labels: labels})
	return err == nil, err
}

// begin starts the operation of a version, and cancels it where somebody gave up.
func (s *stage) begin(ctx context.Context, e *event) (bool, error) {
	op, there := s.seen(e)
	if !there {
		var err error
		if op, err = s.create(ctx, e); errors.Is(err, errLeftOut) {
			return false, nil
		}
		if err != nil {
			return false, err
		}
		s.see(op)
	}
	if e.trouble != cancelled || op.State.Done() {
		return !there, nil
	}
	if err := s.running(ctx, e, op.ID); err != nil {
		return !there, err
	}
	_, err := s.serviceAt(e.at.Add(patience)).CancelOperation(ctx, s.actor(e), op.ID)
	return !there, err
}

// running waits until the worker has taken an operation, because nobody gives up on what has not begun.
func (s *stage) running(ctx context.Context, e *event, id string) error {
	for {
		op, err := s.serviceAt(s.config.Now).Operation(ctx, s.actor(e), id)
		if err != nil || op.State != faas.Queued {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// create asks for a version the way the dashboard does.
func (s *stage) create(ctx context.Context, e *event) (faas.Operation, error) {
	verbs, who := s.serviceAt(e.at), s.actor(e)
	f, err := verbs.Function(ctx, who, e.f.name)
	if err != nil {
		return faas.Operation{}, err
	}
	in := service.VersionInput{
		Function: f, Description: e.description, Settings: e.settings.Settings, Environment: e.settings.environment(), Tags: e.tags, Key: e.name,
		Source: service.Source{Kind: e.kind, Bucket: e.f.project.bucket, Object: e.object, SHA256: e.wantSHA256()},
	}
	switch e.kind {
	case faas.FromUpload:
		return s.upload(ctx, verbs, e, in)
	case faas.FromCopy:
		source, err := s.ended(ctx, e.copied)
		if err != nil {
			return source, err
		}
		if source.State != faas.Succeeded {
			return source, errLeftOut
		}
		in.Source.CopyOf = source.VersionID
	}
	return verbs.CreateVersion(ctx, who, in)
}

func (s *stage) upload(ctx context.Context, verbs *service.Service, e *event, in service.VersionInput) (faas.Operation, error) {
	data, err := e.bytes(s.writer)
	if err != nil {
		return faas.Operation{}, err
	}
	who := s.actor(e)
	p, err := verbs.Receive(ctx, who, e.file, bytes.NewReader(data))
	if err != nil {
		return faas.Operation{}, err
	}
	in.Source.Upload = p
	op, err := verbs.CreateVersion(ctx, who, in)
	return op, errors.Join(err, p.Close())
}

// ended waits for the end of an event's operation. The worker tells of those that succeed; for the others it asks.
func (s *stage) ended(ctx context.Context, e *event) (faas.Operation, error) {
	verbs := s.serviceAt(s.config.Now)
	for {
		changed := s.listen()
		op, there := s.seen(e)
		if !there {
			return op, errLeftOut
		}
		if op.State.Done() {
			return op, nil
		}
		select {
		case <-ctx.Done():
			return op, ctx.Err()
		case <-changed:
		case <-time.After(100 * time.Millisecond):
			op, err := verbs.Operation(ctx, s.actor(e), op.ID)
			if err != nil {
				return op, err
			}
			s.see(op)
		}
	}
}

func (s *stage) actor(e *event) faas.Actor { return s.as(e.who, e.f.project.name, e.name) }

func (s *stage) seen(e *event) (faas.Operation, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	op, ok := s.done[e.name]
	return op, ok
}

// see remembers an operation, unless a later state of it was seen before.
func (s *stage) see(op faas.Operation) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.done[op.RequestID].State.Done() {
		return
	}
	s.done[op.RequestID] = op
	if op.State.Done() {
		close(s.changed)
		s.changed = make(chan struct{})
	}
}

// listen returns a channel that is closed when the next operation ends.
func (s *stage) listen() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.changed
}
