// Package handlers mounts the doors on one mux. It is the only place that knows them all; a door is a package of its
// own that knows no other.
package handlers

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"verso/faas"
	"verso/handlers/dashboard"
	"verso/service"
	"verso/web"
)

// Config is what the doors work on.
type Config struct {
	Service *service.Service
	Ready   func(context.Context) error // nil when requests can be answered now
	Metrics http.Handler                // answers /metrics
	Observe func(web.Answered)          // told of every answered request
	BaseURL string                      // how browsers reach this server, without a final slash
	Hosts   []string                    // names that a request's Host may have; empty for any
	Version string
	Now     func() time.Time
	Log     *slog.Logger

	TrustedProxies []netip.Prefix // whose X-Forwarded-For counts; empty for nobody's
	Rate           float64        // requests a second of one person or address; 0 for no limit
	Burst          int            // how many may come at once before the rate counts
	MetricsToken   faas.Secret    // what /metrics wants as a bearer token; empty: there is no /metrics
}

// New makes the handler for everything that this server answers.
func New(c Config) http.Handler {
	door := dashboard.New(dashboard.Config{
		Service: c.Service, BaseURL: c.BaseURL, Version: c.Version, Now: c.Now, Log: c.Log,
	})
	mux := http.NewServeMux()
	door.Routes(mux)
	mux.HandleFunc("GET /healthz", alive)
	mux.Handle("GET /readyz", web.Handle(newReadiness(c).answer, web.PlainError))
	mux.Handle("GET /metrics", c.Metrics)
	return web.Chain(web.Routed(mux, door.Fail),
		web.RequestID(),
		web.AccessLog(c.Log),
		web.Observe(c.Observe),
		web.Recover(c.Log, door.Fail),
		web.SecurityHeaders(strings.HasPrefix(c.BaseURL, "https://")),
		web.Shape(door.Fail),
		web.Hosts(c.Hosts, door.Fail),
		web.BodyLimit(web.DefaultBody),
		web.CrossOrigin(door.Fail),
	)
}

// alive says that the process answers, and nothing of what it depends on: restarting would not mend that.
func alive(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	// A client that is gone needs no answer.
	_, _ = io.WriteString(w, "ok\n")
}
