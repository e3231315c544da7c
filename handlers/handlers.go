// Package handlers mounts the doors on one router. It is the only place that knows them all; a door is a package of its
// own that knows no other.
package handlers

import (
	"context"
	"crypto/subtle"
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

	TrustedProxies []netip.Prefix // whose X-Forwarded-For counts
	Rate           float64        // requests per second of a person or address; 0 for any number
	Burst          int            // requests at once
	MetricsToken   faas.Secret    // opens /metrics; without one there is no such page
	OIDC           *dashboard.OIDC
}

// New makes the handler for everything that this server answers. It fails when a route has no rule.
func New(c Config) (http.Handler, error) {
	door, router, err := routes(c)
	if err != nil {
		return nil, err
	}
	return web.Chain(router,
		web.RequestID(),
		web.Addresses(c.TrustedProxies),
		door.Visitors(),
		web.AccessLog(c.Log),
		web.Observe(c.Observe),
		web.Recover(c.Log, door.Fail),
		web.SecurityHeaders(c.https()),
		web.Shape(door.Fail),
		web.Hosts(c.Hosts, door.Fail),
		web.BodyLimit(web.DefaultBody),
		web.NoTokenInURL(door.Fail),
		web.CrossOrigin(door.Fail),
	), nil
}

// Routes lists every route of every door with the right that it takes.
func Routes(c Config) ([]web.Route, error) {
	_, router, err := routes(c)
	if err != nil {
		return nil, err
	}
	return router.Routes(), nil
}

func routes(c Config) (*dashboard.Dashboard, *web.Router, error) {
	door := dashboard.New(dashboard.Config{
		Service: c.Service, Sessions: web.NewSessions(c.Service, faas.DoorDashboard, c.https()),
		Limits: web.NewRateLimit(c.Rate, c.Burst, c.Now), OIDC: c.OIDC,
		BaseURL: c.BaseURL, Version: c.Version, Now: c.Now, Log: c.Log,
	})
	router, err := web.NewRouter(door.Fail,
		web.Mount{Routes: door.Routes(), Gate: door.Gate, Fail: door.Fail},
		web.Mount{Routes: c.ownRoutes(), Gate: open, Fail: web.PlainError},
	)
	return door, router, err
}

// ownRoutes are what operators ask, not people.
func (c Config) ownRoutes() []web.Route {
	return []web.Route{
		{Method: "GET", Path: "/healthz", Right: faas.RightVisit, Handler: web.Plain(http.HandlerFunc(alive))},
		{Method: "GET", Path: "/readyz", Right: faas.RightVisit, Handler: newReadiness(c).answer},
		{Method: "GET", Path: "/metrics", Right: faas.RightVisit, Handler: c.metrics},
	}
}

// open is the gate of routes that ask nobody who they are.
func open(rule faas.Rule, next web.Handler) web.Handler {
	if rule.Scope != faas.Everybody {
		return nil
	}
	return next
}

// metrics answers who has the token for it. Without one there is no such page.
func (c Config) metrics(w http.ResponseWriter, r *http.Request) error {
	if c.MetricsToken == "" {
		return faas.Errorf(faas.NotFound, "There are no metrics here; VERSO_METRICS_TOKEN turns them on.")
	}
	given, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if subtle.ConstantTimeCompare([]byte(given), []byte(c.MetricsToken)) != 1 {
		return faas.Errorf(faas.Unauthenticated, "Send the token for the metrics in the header Authorization: Bearer.")
	}
	c.Metrics.ServeHTTP(w, r)
	return nil
}

// https reports whether browsers reach this server by https only.
func (c Config) https() bool { return strings.HasPrefix(c.BaseURL, "https://") }

// alive says that the process answers, and nothing of what it depends on: restarting would not mend that.
func alive(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	// A client that is gone needs no answer.
	_, _ = io.WriteString(w, "ok\n")
}
