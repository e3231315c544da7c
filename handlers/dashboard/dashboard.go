// Package dashboard is the door for browsers: HTML pages, and fragments for htmx. It translates a request into a verb
// and the result into a page. It holds no rule, no SQL and no HTML.
package dashboard

import (
	"log/slog"
	"net/http"
	"time"

	"verso/faas"
	"verso/service"
	"verso/web"
)

// Dashboard answers browsers.
type Dashboard struct {
	service  *service.Service
	sessions *web.Sessions
	limits   *web.RateLimit
	oidc     *OIDC // nil when nobody signs in elsewhere
	baseURL  string
	release  string // of the program
	now      func() time.Time
	log      *slog.Logger
}

// Config is what the dashboard works on. All fields but OIDC are needed.
type Config struct {
	Service  *service.Service
	Sessions *web.Sessions
	Limits   *web.RateLimit // of requests, by person or address
	OIDC     *OIDC
	BaseURL  string // without a final slash; for the commands that pages show
	Version  string // of the program
	Now      func() time.Time
	Log      *slog.Logger
}

// New makes the door.
func New(c Config) *Dashboard {
	return &Dashboard{
		service: c.Service, sessions: c.Sessions, limits: c.Limits, oidc: c.OIDC,
		baseURL: c.BaseURL, release: c.Version, now: c.Now, log: c.Log,
	}
}

// visit answers a request of somebody whom the gate let through.
type visit func(w http.ResponseWriter, r *http.Request, who faas.Actor) error

// row makes a line of the table of routes.
func row(method, path string, right faas.Right, v visit) web.Route {
	return web.Route{Method: method, Path: path, Right: right, Handler: func(w http.ResponseWriter, r *http.Request) error {
		return v(w, r, entryOf(r).actor)
	}}
}
