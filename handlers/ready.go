package handlers

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"verso/faas"
)

const (
	// readyWait bounds the probe: what does not answer within it is not ready.
	readyWait = 3 * time.Second
	// readyFresh is how long an answer counts, so that nobody can keep the stores busy by asking.
	readyFresh = 2 * time.Second
)

// readiness asks the stores whether requests can be answered now: one probe at a time, however many ask.
type readiness struct {
	probe func(context.Context) error
	log   *slog.Logger

	mu    sync.Mutex
	going chan struct{} // closed when the probe that is under way ends; nil when there is none
	last  error
	ended time.Time
}

func newReadiness(c Config) *readiness { return &readiness{probe: c.Ready, log: c.Log} }

// answer says ok, or 503. It never waits longer than readyWait, even for a probe that does not heed its context.
func (p *readiness) answer(w http.ResponseWriter, r *http.Request) error {
	ctx, stop := context.WithTimeout(r.Context(), readyWait)
	defer stop()
	if err := p.ask(ctx); err != nil {
		return errors.Join(faas.Errorf(faas.Unavailable, "not ready"), err)
	}
	alive(w, r)
	return nil
}

// ask returns what the last probe found, if that is fresh, and waits for a new one otherwise.
func (p *readiness) ask(ctx context.Context) error {
	p.mu.Lock()
	if !p.ended.IsZero() && time.Since(p.ended) < readyFresh {
		defer p.mu.Unlock()
		return p.last
	}
	if p.going == nil {
		p.going = make(chan struct{})
		go p.run()
	}
	going := p.going
	p.mu.Unlock()
	select {
	case <-going:
	case <-ctx.Done():
		return ctx.Err()
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.last
}

// run probes once. It belongs to nobody's request: the first who asks may leave before the others have their answer.
func (p *readiness) run() {
	ctx, stop := context.WithTimeout(context.Background(), readyWait)
	defer stop()
	err := p.probe(ctx)
	if err != nil {
		p.log.Warn("not ready", "error", err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	close(p.going)
	p.going, p.last, p.ended = nil, err, time.Now()
}
