package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	"verso/faas"
	"verso/handlers"
	"verso/web"
	"verso/worker"
)

type serveCommand struct {
	settings
	listenFlags
	OIDC oidcFlags `embed:"" prefix:"oidc-" envprefix:"VERSO_OIDC_"`

	Workers      int           `default:"4" env:"VERSO_WORKERS" help:"Operations that run at once, slow ones not counted."`
	JanitorEvery time.Duration `name:"janitor-every" default:"10m" env:"VERSO_JANITOR_EVERY" help:"How often what nobody names is removed."`
	JanitorGrace time.Duration `name:"janitor-grace" default:"1h" env:"VERSO_JANITOR_GRACE" help:"How old it must be."`
}

// Run serves until it is told to stop. Then requests and operations end side by side, each within a grace time of its
// own, so that all is over within 30 s; then the database is closed.
func (c serveCommand) Run(ctx context.Context) error {
	if err := c.checkFlags(); err != nil {
		return err
	}
	tuneMemory()
	if err := forbidDumps(); err != nil {
		return err
	}
	h, err := c.open(ctx, access{exclusive: true, make: true}, c.OIDC.Group)
	if err != nil {
		return err
	}
	return errors.Join(c.serve(ctx, h), h.store.Close())
}

func (c serveCommand) serve(ctx context.Context, h *house) error {
	if err := c.openKeys(ctx, h.service); err != nil {
		return err
	}
	if _, err := h.service.EnsureProject(ctx, systemActor(), faas.DefaultProject); err != nil {
		return fmt.Errorf("make the first project: %w", err)
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", c.Listen)
	if err != nil {
		return c.listenError(err)
	}
	setup, _, err := h.service.OfferSetup(ctx)
	if err != nil {
		return errors.Join(fmt.Errorf("offer the set-up: %w", err), listener.Close())
	}
	link := c.link(listener.Addr())
	handler, metrics, err := c.handler(h, link)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	background, stop := context.WithCancel(ctx)
	var night sync.WaitGroup
	night.Go(func() { c.work(background, h, metrics) })
	night.Go(func() { c.sweep(background, h) })
	c.announce(os.Stdout, link, setup)
	err = web.Serve(ctx, listener, handler, web.Options{Log: h.log})
	stop()
	night.Wait()
	if ctx.Err() != nil && err != nil {
		// It was told to stop and did. Clients that were cut off were told nothing, so nothing they hold is lost.
		h.log.Warn("stopped", "error", err)
		return nil
	}
	return err
}

// handler is everything that answers requests.
func (c serveCommand) handler(h *house, link string) (http.Handler, *metrics, error) {
	m := newMetrics()
	all, err := handlers.New(handlers.Config{
		Service: h.service, Ready: h.ready, Metrics: m.handler(), Observe: m.answered,
		BaseURL: link, Hosts: c.hosts(link), Version: buildVersion(), Now: clock, Log: h.log,
		TrustedProxies: c.Proxies, Rate: c.Rate, Burst: c.RateBurst, MetricsToken: metricsToken(), OIDC: c.OIDC.connect(link),
	})
	return all, m, err
}

// work runs operations until ctx ends.
func (c serveCommand) work(ctx context.Context, h *house, m *metrics) {
	set := worker.Settings{Name: processName(), Parallel: c.Workers}
	worker.New(h.store, m.timed(h.service.Run), set, h.log).Work(ctx)
}

// sweep runs the janitor until ctx ends.
func (c serveCommand) sweep(ctx context.Context, h *house) {
	worker.Every(ctx, c.JanitorEvery, "janitor", h.log, func(ctx context.Context) error {
		done, err := h.service.Sweep(ctx, processName(), c.JanitorEvery, c.JanitorGrace)
		if done.Blobs+done.Records+done.Spools > 0 {
			h.log.Info("janitor", "blobs", done.Blobs, "records", done.Records, "spools", done.Spools)
		}
		return err
	})
}

// ready proves that requests can be answered now.
func (h *house) ready(ctx context.Context) error {
	return errors.Join(h.store.Ping(ctx), h.service.CheckBlobs(ctx))
}

// processName tells this process from others in the operations table.
func processName() string {
	host, err := os.Hostname()
	if err != nil {
		host = "host"
	}
	return fmt.Sprintf("%s/%d", host, os.Getpid())
}

// announce prints the link and the settings. While nobody can sign in yet the link is the one that makes the first
// administrator; it stands here and in no log.
func (c serveCommand) announce(out io.Writer, link string, setup faas.Secret) {
	if setup == "" {
		fmt.Fprintf(out, "Verso is ready: open %s/\n", link)
	} else {
		fmt.Fprintf(out, "Verso is ready: open %s/setup?key=%s\n", link, string(setup))
		fmt.Fprintln(out, "  It makes the first administrator: once, and within one hour. Starting again prints a new link.")
	}
	for _, line := range c.lines() {
		fmt.Fprintln(out, "  "+line)
	}
	for _, line := range c.warnings(link) {
		fmt.Fprintln(out, "  warning   "+line)
	}
	if c.LogLevel <= slog.LevelInfo {
		fmt.Fprintln(out, "Stop with Ctrl-C.")
	}
}

// warnings are what the operator asked for and should be told of at each start.
func (c serveCommand) warnings(link string) []string {
	var list []string
	if c.InsecureHTTP && strings.HasPrefix(link, "http://") {
		list = append(list, "people may sign in over plain http; everybody on the way can read their passwords")
	}
	return list
}
