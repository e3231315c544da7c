package handlers_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"verso/faas"
	"verso/handlers/sitetest"
	"verso/service"
	"verso/web"
)

// Rights that end while a request is under way end for that request too: its body is held back until they are gone.
func TestS14AnOpenRequestLosesItsRights(t *testing.T) {
	sitetest.Each(t, sitetest.Options{}, func(t *testing.T, s *sitetest.Site) {
		w := newTown(t, s)
		for _, route := range s.Routes {
			rule, _ := faas.RuleOf(route.Right)
			if route.Method != http.MethodPost || rule.Scope == faas.Everybody || held[route.Path] == "" {
				continue
			}
			t.Run(strings.ReplaceAll(route.Path, "/", "_"), func(t *testing.T) { w.holds(t, route, rule) })
		}
	})
}

// held are the forms that would do something, by route. A route that reads no form is over before anything can change.
var held = map[string]string{
	"/projects": "name=held-project", "/settings/people": "name=held-person&password=plumbago+tent+six&admin=1",
	"/settings/people/{person}/password":                                        "password=plumbago+tent+seven",
	"/projects/{project}/functions":                                             "name=held-function",
	"/projects/{project}/functions/{fn}/edit":                                   "name=held-edited",
	"/projects/{project}/functions/{fn}/delete":                                 "key=held",
	"/projects/{project}/functions/{fn}/tags/{tag}/remove":                      "number=1",
	"/projects/{project}/settings/members":                                      "person=bea&role=owner",
	"/projects/{project}/settings/members/{person}/role":                        "role=owner",
	"/projects/{project}/settings/tags":                                         "tags=held",
	"/projects/{project}/settings/tokens":                                       "name=held&role=viewer&expires=1d",
	"/projects/{project}/settings/keys":                                         "name=held&role=viewer&expires=1d",
	"/projects/{project}/functions/{fn}/versions/{n}/environment/{name}/reveal": "password=plumbago+tent+six",
}

// holds sends all but the end of a form, takes the sender's rights away, and sends the rest.
func (w *town) holds(t *testing.T, route web.Route, rule faas.Rule) {
	for how, take := range map[string]func(t *testing.T, name string){
		"disabled": func(t *testing.T, name string) {
			if _, err := w.Service.DisablePerson(t.Context(), sitetest.Machine(), name, true); err != nil {
				t.Fatal(err)
			}
		},
		"signed out": func(t *testing.T, name string) {
			if _, err := w.Service.EndSessionsOf(t.Context(), sitetest.Machine(), name); err != nil {
				t.Fatal(err)
			}
		},
		"removed": func(t *testing.T, name string) {
			a := sitetest.Machine()
			a.ProjectID = w.alpha.project.ID
			if err := w.Service.RemoveMember(t.Context(), a, name); err != nil {
				t.Fatal(err)
			}
		},
	} {
		if how == "removed" && rule.Scope != faas.InProject {
			continue
		}
		t.Run(strings.ReplaceAll(how, " ", "_"), func(t *testing.T) {
			c := w.passing(t, rule)
			before := w.lines(t, route)
			body, rest := io.Pipe()
			form := held[route.Path]
			r := c.Request(t, http.MethodPost, w.address(t, route, c), body)
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.ContentLength = int64(len(form))
			go func() {
				_, _ = io.WriteString(rest, form[:len(form)-1])
				take(t, c.Person.Name)
				_, err := io.WriteString(rest, form[len(form)-1:])
				_ = rest.CloseWithError(err)
			}()
			a := c.Do(t, r)
			if got := verdictOf(a); got != unknown && got != foundNothing && got != refused {
				t.Errorf("answered %d\n%s", a.StatusCode, a.Text)
			}
			if after := w.lines(t, route); after != before {
				t.Errorf("the record grew by %d lines of changes", after-before)
			}
		})
	}
}

// passing is somebody new who may do what the rule protects, and whom nobody misses.
func (w *town) passing(t *testing.T, rule faas.Rule) caller {
	t.Helper()
	w.guests++
	name := "guest-" + string(rune('a'+w.guests/26)) + string(rune('a'+w.guests%26))
	p := w.AddPerson(t, name, rule.Scope == faas.Installation)
	if rule.Scope == faas.InProject {
		w.Join(t, name, "alpha", faas.Owner)
	}
	return caller{Visitor: w.SignedIn(t, p), as: name, known: true, role: faas.Owner, admin: rule.Scope == faas.Installation}
}

// lines counts the changes of the route's right that are on record.
func (w *town) lines(t *testing.T, route web.Route) int {
	t.Helper()
	count := 0
	for _, project := range []string{"", w.alpha.project.ID} {
		err := w.Store.EachAudit(t.Context(), faas.AuditFilter{ProjectID: project}, func(a faas.Audit) error {
			if strings.HasPrefix(a.Actor, "guest-") && a.Result == faas.AuditDone && a.Kind != faas.AuditDenied && a.Action != "session.start" {
				count++
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	_ = route
	return count
}

// An upload takes minutes: a token that is revoked meanwhile makes no version.
func TestS14ARevokedTokenMakesNothingAtTheEndOfItsUpload(t *testing.T) {
	sitetest.Each(t, sitetest.Options{}, func(t *testing.T, s *sitetest.Site) {
		dan := s.Member(t, "dan", faas.DefaultProject, faas.Developer)
		program := dan.WithToken(t, faas.DefaultProject, service.TokenInput{Name: "deploy"})
		body, rest := io.Pipe()
		r := program.Request(t, http.MethodPost, "/projects/default/functions", body)
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		const form = "name=late-comer"
		r.ContentLength = int64(len(form))
		go func() {
			_, _ = io.WriteString(rest, form[:4])
			id, _, _ := faas.ParseToken(string(program.Token))
			a, err := s.Service.ActorFor(t.Context(), sitetest.Machine(), "dan", faas.DefaultProject)
			if err == nil {
				err = s.Service.RevokeToken(t.Context(), a, id)
			}
			if err != nil {
				t.Error(err)
			}
			_, err = io.WriteString(rest, form[4:])
			_ = rest.CloseWithError(err)
		}()
		if a := program.Do(t, r); a.StatusCode != http.StatusUnauthorized {
			t.Errorf("answered %d\n%.400s", a.StatusCode, a.Text)
		}
		if a := dan.Get(t, "/projects/default/functions/late-comer"); a.StatusCode != http.StatusNotFound {
			t.Errorf("the function is there: %d", a.StatusCode)
		}
	})
}
