package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"verso/faas"
	"verso/handlers"
	"verso/web"
	"verso/worker"
)

type serveCommand struct {
	settings
	Listen    string   `default:"127.0.0.1:8080" env:"VERSO_LISTEN" help:"Address and port; port 0 takes a free one."`
	PublicURL string   `name:"public-url" env:"VERSO_PUBLIC_URL" placeholder:"URL" help:"How browsers reach this server, where that is not the listening address."`
	Host      []string `env:"VERSO_HOST" placeholder:"NAME" help:"A further name under which browsers reach this server, repeatable; IP addresses need none."`
	NoAuth    bool     `name:"insecure-no-auth" env:"VERSO_INSECURE_NO_AUTH" help:"Listen beyond this machine although everybody who can connect may do everything."`

	Workers      int           `default:"4" env:"VERSO_WORKERS" help:"Operations that run at once, slow ones not counted."`
	JanitorEvery time.Duration `name:"janitor-every" default:"10m" env:"VERSO_JANITOR_EVERY" help:"How often what nobody names is removed."`
	JanitorGrace time.Duration `name:"janitor-grace" default:"1h" env:"VERSO_JANITOR_GRACE" help:"How old it must be."`
}

// Run serves until it is told to stop. Then requests and operations end side by side, each within a grace time of its
// own, so that all is over within 30 s; then the database is closed.
func (c serveCommand) Run(ctx context.Context) error {
	if err := errors.Join(c.checkListen(), c.checkFlags()); err != nil {
		return err
	}
	tuneMemory()
	h, err := c.open(ctx, access{exclusive: true, make: true}, clock)
	if err != nil {
		return err
	}
	return errors.Join(c.serve(ctx, h), h.store.Close())
}

func (c serveCommand) serve(ctx context.Context, h *house) error {
	if _, err := h.service.EnsureProject(ctx, systemActor(), "default"); err != nil {
		return fmt.Errorf("make the first project: %w", err)
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", c.Listen)
	if err != nil {
		return c.listenError(err)
	}
	link := c.link(listener.Addr())
	handler, metrics := c.handler(h, link)
	background, stop := context.WithCancel(ctx)
	var night sync.WaitGroup
	night.Go(func() { c.work(background, h, metrics) })
	night.Go(func() { c.sweep(background, h) })
	c.announce(link)
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
func (c serveCommand) handler(h *house, link string) (http.Handler, *metrics) {
	m := newMetrics()
	return handlers.New(handlers.Config{
		Service: h.service, Ready: h.ready, Metrics: m.handler(), Observe: m.answered,
		BaseURL: link, Hosts: c.hosts(link), Version: buildVersion(), Now: clock, Log: h.log,
	}), m
}

// hosts are the names under which this server may be asked for, besides any IP address: loopback's, this machine's, the
// public one and those of --host. It is never empty, or a foreign page could give its own name to this machine.
func (c serveCommand) hosts(link string) []string {
	names := append([]string{"localhost"}, c.Host...)
	if u, err := url.Parse(link); err == nil {
		names = append(names, u.Hostname())
	}
	if name, _, err := net.SplitHostPort(c.Listen); err == nil {
		names = append(names, name)
	}
	if name, err := os.Hostname(); err == nil {
		names = append(names, name)
	}
	return slices.DeleteFunc(names, func(name string) bool { return name == "" })
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

// checkListen refuses to open a dashboard without sign-in to a network.
func (c serveCommand) checkListen() error {
	if _, _, err := net.SplitHostPort(c.Listen); err != nil {
		return fmt.Errorf("--listen %q: write address:port, for example 127.0.0.1:8080", c.Listen)
	}
	if c.NoAuth || c.loopback() {
		return nil
	}
	return fmt.Errorf("--listen %s would let everybody on the network in, because there is no sign-in yet: listen on 127.0.0.1 behind a proxy that asks who it is, or add --insecure-no-auth if the network is yours alone", c.Listen)
}

// listenError says what to do when the port is taken, which happens to everybody once.
func (c serveCommand) listenError(err error) error {
	host, port, splitErr := net.SplitHostPort(c.Listen)
	if splitErr != nil || !errors.Is(err, syscall.EADDRINUSE) {
		return fmt.Errorf("listen on %s: %w", c.Listen, err)
	}
	return faas.Errorf(faas.Unavailable, "Port %s on %s is taken. Stop what uses it, or choose another with --listen %s (0 takes a free one).",
		port, cmp.Or(host, "every address"), net.JoinHostPort(host, "0"))
}

// loopback reports whether only this machine can connect.
func (c serveCommand) loopback() bool {
	host, _, err := net.SplitHostPort(c.Listen)
	ip := net.ParseIP(host)
	return err == nil && (host == "localhost" || (ip != nil && ip.IsLoopback()))
}

// link is the address to open in a browser.
func (c serveCommand) link(addr net.Addr) string {
	if c.PublicURL != "" {
		return strings.TrimSuffix(c.PublicURL, "/")
	}
	host, port, err := net.SplitHostPort(addr.String())
	if err != nil {
		return "http://" + addr.String()
	}
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return "http://" + net.JoinHostPort(host, port)
}

// announce prints the link and the settings to standard output.
func (c serveCommand) announce(link string) {
	fmt.Printf("Verso is ready: open %s/\n", link)
	for _, line := range c.lines() {
		fmt.Println("  " + line)
	}
	if c.LogLevel <= slog.LevelInfo {
		fmt.Println("Stop with Ctrl-C.")
	}
}
