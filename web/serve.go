package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync/atomic"
	"time"
)

// Options of Serve. A zero field takes the default.
type Options struct {
	Log            *slog.Logger  // the connections' own complaints, at level Warn; default slog.Default()
	HeaderTime     time.Duration // for a request's header; default 10 s
	IdleTime       time.Duration // of a connection between requests; default 2 min
	PaceTime       time.Duration // in which at least PaceBytes must move while we wait for the client; default 30 s
	PaceBytes      int           // default 30 KiB: with PaceTime this is 1 KiB/s
	Grace          time.Duration // for requests in flight when ctx ends; default 20 s
	MaxConnections int           // open at once; more wait to be accepted; default 4096
}

func (o Options) withDefaults() Options {
	set := func(d *time.Duration, to time.Duration) {
		if *d == 0 {
			*d = to
		}
	}
	set(&o.HeaderTime, 10*time.Second)
	set(&o.IdleTime, 2*time.Minute)
	set(&o.PaceTime, 30*time.Second)
	set(&o.Grace, 20*time.Second)
	if o.PaceBytes == 0 {
		o.PaceBytes = 30 << 10
	}
	if o.MaxConnections == 0 {
		o.MaxConnections = 4096
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	return o
}

// maxHeader is the limit of a request's header in bytes; net/http adds 4 KiB of slack and answers 431 above.
const maxHeader = 32 << 10

// Serve answers on ln until ctx ends: HTTP/1.1 and cleartext HTTP/2 on the one port. Then it accepts no more, lets
// requests in flight finish within the grace time and returns nil, or says that it had to cut some off. Requests'
// contexts live until then, so that the end of ctx does not break an upload that would still have made it.
func Serve(ctx context.Context, ln net.Listener, h http.Handler, o Options) error {
	o = o.withDefaults()
	requests, endRequests := context.WithCancel(context.WithoutCancel(ctx))
	defer endRequests()
	handlers := &running{next: h}
	srv := newServer(handlers, o)
	srv.BaseContext = func(net.Listener) context.Context { return requests }

	ended := make(chan error, 1)
	go func() { ended <- srv.Serve(bound(ln, o.MaxConnections)) }()
	select {
	case err := <-ended:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	err := drain(requests, srv, o.Grace)
	endRequests()
	return errors.Join(err, handlers.wait(afterCut))
}

// afterCut is how long handlers may take to clean up behind a client that was cut off.
const afterCut = 3 * time.Second

// running counts the handlers at work: closing a server does not wait for them, and one that the end of the process
// overtakes leaves its half-received file behind.
type running struct {
	next  http.Handler
	count atomic.Int64
}

func (h *running) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.count.Add(1)
	defer h.count.Add(-1)
	h.next.ServeHTTP(w, r)
}

// wait returns when no handler is at work, or says that some do not end.
func (h *running) wait(most time.Duration) error {
	for start := time.Now(); h.count.Load() > 0; time.Sleep(5 * time.Millisecond) {
		if time.Since(start) > most {
			return fmt.Errorf("serve: %d requests did not end after they were cut off", h.count.Load())
		}
	}
	return nil
}

func newServer(h http.Handler, o Options) *http.Server {
	var protocols http.Protocols
	protocols.SetHTTP1(true)
	protocols.SetHTTP2(true)
	protocols.SetUnencryptedHTTP2(true)
	return &http.Server{
		Handler:                      paced(h, o.PaceTime, o.PaceBytes),
		ReadHeaderTimeout:            o.HeaderTime,
		IdleTimeout:                  o.IdleTime,
		MaxHeaderBytes:               maxHeader,
		DisableGeneralOptionsHandler: true,
		Protocols:                    &protocols,
		ErrorLog:                     slog.NewLogLogger(o.Log.Handler(), slog.LevelWarn),
		HTTP2: &http.HTTP2Config{
			MaxConcurrentStreams:          100,
			MaxReceiveBufferPerStream:     256 << 10,
			MaxReceiveBufferPerConnection: 1 << 20,
			// HTTP/2 knows no header time limit: a client in the middle of a slow header cannot answer a ping.
			SendPingTimeout:  o.HeaderTime,
			PingTimeout:      o.HeaderTime,
			WriteByteTimeout: o.PaceTime,
		},
	}
}

// drain waits for requests in flight and cuts off those that outlast the grace time.
func drain(requests context.Context, srv *http.Server, grace time.Duration) error {
	wait, cancel := context.WithTimeout(requests, grace)
	defer cancel()
	err := srv.Shutdown(wait)
	if errors.Is(err, context.DeadlineExceeded) {
		return errors.Join(fmt.Errorf("serve: requests still ran after %s and were cut off", grace), srv.Close())
	}
	if err != nil {
		return fmt.Errorf("serve: shut down: %w", err)
	}
	return nil
}
