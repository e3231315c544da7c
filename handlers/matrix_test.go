package handlers_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"verso/archive/archivetest"
	"verso/db/dbtest"
	"verso/faas"
	"verso/handlers/sitetest"
	"verso/service"
	"verso/web"
)

func TestMain(m *testing.M) { os.Exit(dbtest.Main(m)) }

// town is two projects that must know nothing of each other, and everybody who might ask.
type town struct {
	*sitetest.Site
	alpha, beta place
	people      []caller
	admin       *sitetest.Visitor
	guests      int
}

// place is one project and something of every kind in it.
type place struct {
	project   faas.Project
	owner     faas.Actor
	function  faas.Function
	version   faas.Version
	operation string
	upload    string
	token     string
	key       string
}

// caller is somebody who asks, and what is true of them in alpha.
type caller struct {
	*sitetest.Visitor
	as       string
	known    bool      // they have a session or a token that opens something
	role     faas.Role // in alpha
	admin    bool      // by session
	token    bool
	readOnly bool
}

func newTown(t *testing.T, s *sitetest.Site) *town {
	t.Helper()
	w := &town{Site: s, admin: s.Admin(t, "root-of-all")}
	w.alpha, w.beta = w.settle(t, "alpha", "owner-a"), w.settle(t, "beta", "owner-b")
	viewer, developer := s.Member(t, "vera", "alpha", faas.Viewer), s.Member(t, "dan", "alpha", faas.Developer)
	lead, owner := s.Member(t, "lea", "alpha", faas.Lead), s.Member(t, "otto", "alpha", faas.Owner)
	other, gone := s.Member(t, "bea", "beta", faas.Owner), s.Member(t, "gone", "alpha", faas.Owner)
	goneToken := gone.WithToken(t, "alpha", service.TokenInput{})
	w.people = []caller{
		{Visitor: s.Nobody(t), as: "nobody"},
		{Visitor: viewer, as: "viewer", known: true, role: faas.Viewer},
		{Visitor: developer, as: "developer", known: true, role: faas.Developer},
		{Visitor: lead, as: "lead", known: true, role: faas.Lead},
		{Visitor: owner, as: "owner", known: true, role: faas.Owner},
		{Visitor: other, as: "owner of the other project", known: true},
		{Visitor: w.admin, as: "administrator", known: true, role: faas.Owner, admin: true},
		{Visitor: gone, as: "disabled owner"},
		{Visitor: goneToken, as: "token of the disabled owner"},
		{Visitor: lead.WithToken(t, "alpha", service.TokenInput{}), as: "lead's token", known: true, role: faas.Lead, token: true},
		{Visitor: lead.WithToken(t, "alpha", service.TokenInput{Role: faas.Viewer}), as: "lead's narrow token", known: true, role: faas.Viewer, token: true},
		{Visitor: owner.WithToken(t, "alpha", service.TokenInput{ReadOnly: true}), as: "owner's token that reads", known: true, role: faas.Owner, token: true, readOnly: true},
		{Visitor: other.WithToken(t, "beta", service.TokenInput{}), as: "token of the other project", known: true, token: true},
	}
	if _, err := s.Service.DisablePerson(t.Context(), sitetest.Machine(), "gone", true); err != nil {
		t.Fatal(err)
	}
	return w
}

// settle makes a project with one of everything.
func (w *town) settle(t *testing.T, project, owner string) place {
	t.Helper()
	w.AddPerson(t, owner, false)
	w.Join(t, owner, project, faas.Owner)
	p := place{project: w.Project(t, project)}
	p.owner = w.actor(t, owner, project)
	f, err := w.Service.CreateFunction(t.Context(), p.owner, faas.FunctionInput{Name: "greeter-" + project})
	if err != nil {
		t.Fatal(err)
	}
	p.function = f
	p.operation = w.createVersion(t, p)
	if p.version, err = w.Service.Version(t.Context(), p.owner, f, 1); err != nil {
		t.Fatal(err)
	}
	kept, err := w.Service.KeepUpload(t.Context(), p.owner, w.receive(t, p))
	if err != nil {
		t.Fatal(err)
	}
	p.upload = kept.ID
	p.token, p.key = w.tokenOf(t, p.owner), w.keyOf(t, p.owner)
	return p
}

func (w *town) actor(t *testing.T, name, project string) faas.Actor {
	t.Helper()
	a, err := w.Service.ActorFor(t.Context(), sitetest.Machine(), name, project)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func (w *town) receive(t *testing.T, p place) *service.Package {
	t.Helper()
	zip := archivetest.Zip(map[string]string{"index.js": "exports.handler = 1 // " + p.project.Name})
	pkg, err := w.Service.Receive(t.Context(), p.owner, "greeter.zip", bytes.NewReader(zip))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = pkg.Close() })
	return pkg
}

func (w *town) createVersion(t *testing.T, p place) string {
	t.Helper()
	op, err := w.Service.CreateVersion(t.Context(), p.owner, service.VersionInput{
		Function: p.function, Tags: []string{"keep"}, Source: service.Source{Kind: faas.FromUpload, Upload: w.receive(t, p)},
		Settings:    faas.Settings{Runtime: "nodejs22", Entrypoint: "index.handler", Memory: 128 * faas.MiB, Timeout: time.Second},
		Environment: []faas.Variable{{Key: "REGION", Value: "eu-canary"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if now, err := w.Service.Operation(t.Context(), p.owner, op.ID); err != nil || now.State == faas.Succeeded {
			return op.ID
		}
	}
	t.Fatal("the version was not made")
	return ""
}

func (w *town) tokenOf(t *testing.T, a faas.Actor) string {
	t.Helper()
	_, token, err := w.Service.CreateToken(t.Context(), a, service.TokenInput{Name: "x"})
	if err != nil {
		t.Fatal(err)
	}
	return token.ID
}

func (w *town) keyOf(t *testing.T, a faas.Actor) string {
	t.Helper()
	_, key, err := w.Service.CreateAccessKey(t.Context(), a, service.TokenInput{Name: "x"})
	if err != nil {
		t.Fatal(err)
	}
	return key.ID
}

// address fills a route's path with what is in alpha. What a request uses up is made anew for it, of who asks.
func (w *town) address(t *testing.T, route web.Route, c caller) string {
	t.Helper()
	if route.Path == "/" { // stands for every path that no other row has
		return "/no-such-page"
	}
	session, token, key := faas.DefaultProject, w.alpha.token, w.alpha.key // no session is called so
	if c.known && !c.token {
		session = w.spareSession(t, c)
	}
	if c.role > faas.NoRole && c.role < faas.Lead && strings.Contains(route.Path, "/revoke") { // they revoke only their own
		a := w.actor(t, c.Person.Name, "alpha")
		token, key = w.tokenOf(t, a), w.keyOf(t, a)
	}
	person := "dan"
	if strings.Contains(route.Path, "{person}") && route.Method == "POST" {
		person = w.sparePerson(t)
	}
	return strings.NewReplacer("{project}", "alpha", "{fn}", w.alpha.function.Name, "{n}", "1", "{op}", w.alpha.operation,
		"{tag}", "keep", "{name}", "REGION", "{session}", session, "{token}", token, "{key}", key, "{person}", person, "{$}", "").Replace(route.Path)
}

func (w *town) spareSession(t *testing.T, c caller) string {
	t.Helper()
	if _, err := w.Service.StartSession(t.Context(), faas.Actor{}, c.Person, "spare"); err != nil {
		t.Fatal(err)
	}
	list, err := w.Store.Sessions(t.Context(), c.Person.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range list {
		if s.Agent == "spare" {
			return s.ID
		}
	}
	t.Fatal("no spare session")
	return ""
}

// sparePerson is somebody in alpha whom nobody misses.
func (w *town) sparePerson(t *testing.T) string {
	t.Helper()
	const name = "spare"
	if _, err := w.Store.PersonByName(t.Context(), name); err != nil {
		w.AddPerson(t, name, false)
	}
	w.Join(t, name, "alpha", faas.Viewer)
	return name
}

// verdict is what the gate may say.
type verdict string

const (
	passes       verdict = "passes"
	unknown      verdict = "asked to sign in"
	refused      verdict = "refused"
	foundNothing verdict = "not found"
)

// due is what a rule means for a caller, by the table and nothing else.
func (c caller) due(rule faas.Rule) verdict {
	switch {
	case rule.Scope == faas.Everybody:
		return passes
	case !c.known:
		return unknown
	case rule.Scope == faas.InProject && c.role == faas.NoRole:
		return foundNothing
	case c.token && !rule.Tokens, c.readOnly && !rule.Reads,
		rule.Scope == faas.InProject && c.role < rule.Role, rule.Scope == faas.Installation && !c.admin:
		return refused
	}
	return passes
}

func verdictOf(a sitetest.Answer) verdict {
	switch {
	case a.StatusCode == http.StatusUnauthorized, a.StatusCode == http.StatusSeeOther && strings.HasPrefix(a.Header.Get("Location"), "/login?next="),
		a.StatusCode == http.StatusSeeOther && a.Header.Get("Location") == "/login":
		return unknown
	case a.StatusCode == http.StatusForbidden:
		return refused
	case a.StatusCode == http.StatusNotFound:
		return foundNothing
	}
	return passes
}

// mayFindNothing are routes for everybody whose page is not there now.
func mayFindNothing(route web.Route) bool { return route.Right == faas.RightVisit }

// Every route of every door, asked by everybody: what happens is what the table says, and each refusal for want of a
// right is one line of the record.
func TestS36EveryRouteKeepsTheTable(t *testing.T) {
	sitetest.Each(t, sitetest.Options{}, func(t *testing.T, s *sitetest.Site) {
		w := newTown(t, s)
		for _, c := range w.people {
			t.Run(strings.ReplaceAll(c.as, " ", "_"), func(t *testing.T) {
				s.Clock.Pass(time.Minute) // of one person only so many refusals a minute are recorded
				for _, route := range s.Routes {
					w.check(t, c, route)
				}
			})
		}
	})
}

func (w *town) check(t *testing.T, c caller, route web.Route) {
	t.Helper()
	rule, _ := faas.RuleOf(route.Right)
	path := w.address(t, route, c)
	by := c.Visitor
	if path == "/logout" && c.known && !c.token { // in a browser of its own: the others go on
		by = w.SignedIn(t, c.Person)
	}
	before := w.denials(t)
	r := by.Request(t, route.Method, path, nil)
	if route.Method != http.MethodGet {
		r = by.Request(t, route.Method, path, strings.NewReader("x"))
		r.Header.Set("Content-Type", "text/x-nothing") // what reads a form stops there, after the gate
	}
	a := by.Do(t, r)
	want, got := c.due(rule), verdictOf(a)
	if path == "/logout" && got == unknown || mayFindNothing(route) && got == foundNothing || path == "/metrics" {
		got = passes
	}
	if got != want {
		t.Errorf("%s %s (%s): %s (%d), due is: %s\n%.600s", route.Method, path, route.Right, got, a.StatusCode, want, a.Text)
	}
	if a.StatusCode >= 500 {
		t.Errorf("%s %s: %d\n%.600s", route.Method, path, a.StatusCode, a.Text)
	}
	lines := w.denials(t) - before
	if (want == refused) != (lines == 1) || lines > 1 {
		t.Errorf("%s %s: %s leaves %d lines", route.Method, path, want, lines)
	}
}

// denials counts the lines of the record about refusals, in alpha and outside of all projects.
func (w *town) denials(t *testing.T) int {
	t.Helper()
	count := 0
	for _, project := range []string{"", w.alpha.project.ID, w.beta.project.ID} {
		err := w.Store.EachAudit(t.Context(), faas.AuditFilter{ProjectID: project, Kind: faas.AuditDenied}, func(faas.Audit) error {
			count++
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return count
}

// A route whose right nobody has thought about does not start.
func TestS36ARouteWithoutARuleDoesNotStart(t *testing.T) {
	fail := func(http.ResponseWriter, *http.Request, error) {}
	gate := func(_ faas.Rule, next web.Handler) web.Handler { return next }
	row := web.Route{Method: "GET", Path: "/x", Right: "no.such", Handler: func(http.ResponseWriter, *http.Request) error { return nil }}
	if _, err := web.NewRouter(fail, web.Mount{Routes: []web.Route{row}, Gate: gate, Fail: fail}); err == nil {
		t.Error("it starts")
	}
}

// Whatever is of another project looks as if it never was, byte for byte.
func TestS36ForeignAndMissingAreOne(t *testing.T) {
	sitetest.Each(t, sitetest.Options{}, func(t *testing.T, s *sitetest.Site) {
		w := newTown(t, s)
		missing := "01900000-0000-7000-8000-000000000000"
		type pair struct{ foreign, missing string }
		kinds := map[string]pair{
			"{project}": {"beta", "zeta"}, "{fn}": {w.beta.function.Name, "greeter-none"}, "{op}": {w.beta.operation, missing},
			"{token}": {w.beta.token, "abcdefghij234567"}, "{key}": {w.beta.key, "abcdefghij234567"}, "{person}": {"owner-b", "no-such"},
		}
		ids := map[string]pair{"{project}": {w.beta.project.ID, missing}, "{fn}": {w.beta.function.ID, missing}}
		for _, c := range w.people {
			if !c.known || c.role == faas.NoRole || c.admin {
				continue
			}
			for _, route := range s.Routes {
				for name := range kinds {
					if !strings.Contains(route.Path, name) || strings.HasPrefix(route.Path, "/settings/people") {
						continue
					}
					for _, p := range []pair{kinds[name], ids[name]} {
						if p.foreign != "" {
							w.same(t, c, route, name, p.foreign, p.missing)
						}
					}
				}
			}
		}
	})
}

// same asks for a foreign and a missing thing and compares all that comes back.
func (w *town) same(t *testing.T, c caller, route web.Route, name, foreign, missing string) {
	t.Helper()
	ask := func(id string) string {
		path := strings.NewReplacer(name, id, "{project}", "alpha", "{fn}", w.alpha.function.Name, "{n}", "1", "{tag}", "keep",
			"{name}", "REGION", "{token}", w.alpha.token, "{key}", w.alpha.key, "{person}", "dan", "{op}", w.alpha.operation).Replace(route.Path)
		r := c.Form(t, path, nil)
		r.Method = route.Method
		r.Header.Set("X-Request-Id", "the-same")
		a := c.Do(t, r)
		a.Header.Del("Date")
		return strings.ReplaceAll(fmt.Sprintf("%d %v\n%s", a.StatusCode, a.Header, a.Text), id, "ID")
	}
	one, two := ask(foreign), ask(missing)
	if one != two {
		t.Errorf("%s asks %s %s with %s of the other project: the answer tells\n%.1500s\ninstead of\n%.1500s", c.as, route.Method, route.Path, name, one, two)
	}
}

var formKey = regexp.MustCompile(`name="key" value="[A-Z2-7]+"`)

// The same holds for what a query or a form names.
func TestS36ForeignAndMissingAreOneInFormsToo(t *testing.T) {
	sitetest.Each(t, sitetest.Options{}, func(t *testing.T, s *sitetest.Site) {
		w := newTown(t, s)
		missing := "01900000-0000-7000-8000-000000000000"
		versions := "/projects/alpha/functions/" + w.alpha.function.Name + "/versions"
		form := url.Values{
			"source": {"upload"}, "runtime": {"nodejs22"}, "entrypoint": {"index.handler"}, "memory": {"128"}, "timeout": {"3"}, "key": {"k"},
		}
		for name, test := range map[string]struct {
			method, path, field, foreign string
			more                         url.Values
		}{
			"a kept file":            {"POST", versions, "upload", w.beta.upload, nil},
			"a function to copy":     {"POST", versions, "copy_function", w.beta.function.Name, url.Values{"source": {"copy"}, "copy": {"1"}}},
			"a function's id":        {"POST", versions, "copy_function", w.beta.function.ID, url.Values{"source": {"copy"}, "copy": {"1"}}},
			"a failed operation":     {"POST", versions, "retry", w.beta.operation, nil},
			"the form of a retry":    {"GET", versions + "/new", "retry", w.beta.operation, nil},
			"the form of a copy":     {"GET", versions + "/new", "copy_function", w.beta.function.ID, url.Values{"source": {"copy"}}},
			"the activity, by name":  {"GET", "/projects/alpha/activity", "fn", w.beta.function.Name, nil},
			"the activity, by id":    {"GET", "/projects/alpha/activity", "fn", w.beta.function.ID, nil},
			"the export of activity": {"GET", "/projects/alpha/activity/export", "fn", w.beta.function.ID, url.Values{"format": {"csv"}}},
		} {
			ask := func(id string) string {
				values := url.Values{}
				for _, list := range []url.Values{form, test.more, {test.field: {id}}} {
					for key, value := range list {
						values[key] = value
					}
				}
				v := w.people[2].Visitor // the developer
				r := v.Form(t, test.path, values)
				if test.method == "GET" {
					r = v.Request(t, "GET", test.path+"?"+values.Encode(), nil)
				}
				r.Header.Set("X-Request-Id", "the-same")
				a := v.Do(t, r)
				if a.StatusCode >= 500 {
					t.Errorf("%s: %d\n%s", name, a.StatusCode, a.Text)
				}
				text := formKey.ReplaceAllString(a.Text, "KEY") // each form has its own
				return strings.ReplaceAll(fmt.Sprintf("%d\n%s", a.StatusCode, text), id, "ID")
			}
			none := strings.Repeat("x", len(test.foreign))
			if faas.IsID(test.foreign) {
				none = missing
			}
			if one, two := ask(test.foreign), ask(none); one != two {
				t.Errorf("%s: the answer tells\n%s\ninstead of\n%s", name, one, two)
			}
		}
	})
}
