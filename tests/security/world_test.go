package security_test

import (
	"bytes"
	"net/http"
	"strings"
	"testing"

	"verso/archive/archivetest"
	"verso/faas"
	"verso/handlers/sitetest"
	"verso/service"
	"verso/web"
)

// world is two projects that must know nothing of each other, with something of every kind in both, and people.
type world struct {
	*sitetest.Site
	admin, viewer, developer, lead, owner *sitetest.Visitor // of alpha
	stranger                              *sitetest.Visitor // owner of beta, and nothing in alpha
	alpha, beta                           place
}

// place is one project with one of everything.
type place struct {
	name      string // of the project
	id        string
	function  string
	version   faas.Version // its #1
	operation string       // that made it
	upload    string       // kept
	token     string       // the owner's; its id
	key       string
}

func (p place) functions() string { return "/projects/" + p.name + "/functions" }
func (p place) versions() string  { return p.functions() + "/" + p.function + "/versions" }
func (p place) settings() string  { return "/projects/" + p.name + "/settings" }

func newWorld(t *testing.T, s *sitetest.Site) *world {
	t.Helper()
	w := &world{Site: s, admin: s.Admin(t, "adam")}
	w.owner, w.stranger = s.Member(t, "olga", "alpha", faas.Owner), s.Member(t, "stan", "beta", faas.Owner)
	w.viewer, w.developer, w.lead = s.Member(t, "vera", "alpha", faas.Viewer), s.Member(t, "dina", "alpha", faas.Developer), s.Member(t, "lena", "alpha", faas.Lead)
	w.alpha, w.beta = w.settle(t, "alpha", w.owner), w.settle(t, "beta", w.stranger)
	return w
}

// settle fills a project by way of its pages, as far as there are any.
func (w *world) settle(t *testing.T, project string, owner *sitetest.Visitor) place {
	t.Helper()
	p := place{name: project, id: w.Project(t, project).ID, function: "greeter-" + project}
	status(t, owner.Post(t, p.functions(), map[string][]string{"name": {p.function}, "labels": {"team=a"}}), http.StatusSeeOther)
	p.operation = upload(t, owner, p.versions(), goodVersion(), goodZip())
	finished(t, owner, p.operation)
	p.operation = strings.TrimPrefix(p.operation, "/operations/")
	who := actor(t, w.Site, owner.Name, project)
	f, err := w.Service.Function(t.Context(), who, p.function)
	if err != nil {
		t.Fatal(err)
	}
	if p.version, err = w.Service.Version(t.Context(), who, f, 1); err != nil {
		t.Fatal(err)
	}
	p.upload = w.keep(t, who)
	_, token, err := w.Service.CreateToken(t.Context(), who, service.TokenInput{Name: "pipeline"})
	if err != nil {
		t.Fatal(err)
	}
	_, key, err := w.Service.CreateAccessKey(t.Context(), who, service.TokenInput{Name: "signer"})
	if err != nil {
		t.Fatal(err)
	}
	p.token, p.key = token.ID, key.ID
	return p
}

// keep keeps a package as a form does that has to be corrected.
func (w *world) keep(t *testing.T, who faas.Actor) string {
	t.Helper()
	zip := archivetest.Zip(map[string]string{"index.js": "exports.handler = 1 // kept by " + who.Name})
	pkg, err := w.Service.Receive(t.Context(), who, "kept.zip", bytes.NewReader(zip))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = pkg.Close() })
	kept, err := w.Service.KeepUpload(t.Context(), who, pkg)
	if err != nil {
		t.Fatal(err)
	}
	return kept.ID
}

// fill puts what is in alpha into a route's path; the session is one of the person's own.
func (w *world) fill(t *testing.T, path string, v *sitetest.Visitor) string {
	t.Helper()
	session := "none"
	if strings.Contains(path, "{session}") && v.Person.ID != "" {
		session = sessionOf(t, w.Site, v)
	}
	return strings.NewReplacer("{project}", "alpha", "{fn}", w.alpha.function, "{n}", "1", "{op}", w.alpha.operation, "{tag}", "beta",
		"{name}", "REGION", "{session}", session, "{token}", w.alpha.token, "{key}", w.alpha.key, "{person}", "vera", "{$}", "").Replace(path)
}

// sessionOf is the id of a session of somebody's, of the newest one.
func sessionOf(t *testing.T, s *sitetest.Site, v *sitetest.Visitor) string {
	t.Helper()
	list, err := s.Store.Sessions(t.Context(), v.Person.ID)
	if err != nil || len(list) == 0 {
		t.Fatalf("sessions of %s: %d, %v", v.Name, len(list), err)
	}
	return list[len(list)-1].ID
}

// unsafeRoutes are the routes that may change something, all of them.
func unsafeRoutes(t *testing.T, s *sitetest.Site) (list []web.Route) {
	t.Helper()
	for _, route := range s.Routes {
		if route.Method != http.MethodGet {
			list = append(list, route)
		}
	}
	if len(list) < 25 {
		t.Fatalf("only %d routes can change something", len(list))
	}
	return list
}

// protected reports whether a route asks who is there.
func protected(route web.Route) bool {
	rule, _ := faas.RuleOf(route.Right)
	return rule.Scope != faas.Everybody
}
