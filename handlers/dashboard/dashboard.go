// Package dashboard is the door for browsers: HTML pages, and fragments for htmx. It translates a request into a verb
// and the result into a page. It holds no rule, no SQL and no HTML.
package dashboard

import (
	"log/slog"
	"net/http"
	"time"

	"verso/service"
	"verso/static"
	"verso/web"
)

// Dashboard answers browsers.
type Dashboard struct {
	service *service.Service
	baseURL string
	release string // of the program
	now     func() time.Time
	log     *slog.Logger
}

// Config is what the dashboard works on. All fields are needed.
type Config struct {
	Service *service.Service
	BaseURL string // without a final slash; for the commands that pages show
	Version string // of the program
	Now     func() time.Time
	Log     *slog.Logger
}

// New makes the door.
func New(c Config) *Dashboard {
	return &Dashboard{service: c.Service, baseURL: c.BaseURL, release: c.Version, now: c.Now, log: c.Log}
}

// Routes mounts every page. {project} and {fn} are names; an id or an old name in their place leads on to the name.
func (d *Dashboard) Routes(mux *http.ServeMux) {
	get := func(path string, h visit) { mux.Handle("GET "+path, d.handle(h)) }
	post := func(path string, h visit) { mux.Handle("POST "+path, d.handle(h)) }

	const project = "/projects/{project}"
	const function = project + "/functions/{fn}"
	const version = function + "/versions/{n}"

	get("/{$}", d.home)
	get(project, d.projectHome)

	get(project+"/functions", d.functionList)
	post(project+"/functions", d.functionCreate)
	get(project+"/functions/new", d.functionNew)
	get(function, d.functionPage)
	get(function+"/edit", d.functionEdit)
	post(function+"/edit", d.functionSave)
	get(function+"/delete", d.functionConfirmDelete)
	post(function+"/delete", d.functionDelete)
	post(function+"/tags/{tag}/remove", d.tagRemove)

	get(function+"/versions", d.versionList)
	post(function+"/versions", d.versionCreate)
	get(function+"/versions/new", d.versionNew)
	post(function+"/versions/check-object", d.objectCheck)
	get(version, d.versionPage)
	get(version+"/package", d.packageDownload)

	get(project+"/operations", d.operationList)
	get("/operations/{op}", d.operationPage)
	post("/operations/{op}/cancel", d.operationCancel)

	mux.Handle("GET /static/", static.Handler())
	get("/", d.nowhere)
}

// handle adapts a visit to net/http; what it returns as an error becomes an error page.
func (d *Dashboard) handle(h visit) http.Handler {
	return web.Handle(func(w http.ResponseWriter, r *http.Request) error {
		return h(w, r, d.local(r))
	}, d.failVisit)
}
