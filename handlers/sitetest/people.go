package sitetest

import (
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	"github.com/google/uuid"

	"verso/faas"
	"verso/service"
)

// Password is everybody's.
const Password faas.Secret = "plumbago tent six"

// Visitor is somebody with a browser or a token; nobody when they have neither.
type Visitor struct {
	Name    string
	Person  faas.Person
	Token   faas.Secret // sent with every request; empty for a browser
	Address string      // sent as X-Forwarded-For, for sites that trust this machine as a proxy; empty for no such header
	site    *Site
	client  *http.Client
}

// Nobody is a browser in which nobody has signed in.
func (s *Site) Nobody(tb testing.TB) *Visitor {
	tb.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		tb.Fatal(err)
	}
	return &Visitor{site: s, client: &http.Client{Jar: jar, CheckRedirect: stay}}
}

func stay(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// AddPerson makes a person with the Password. Only the first one's is hashed: that takes long, and it is the same for all.
func (s *Site) AddPerson(tb testing.TB, name string, admin bool) faas.Person {
	tb.Helper()
	if s.hash == "" {
		p, err := s.Service.AddPerson(tb.Context(), Machine(), name, Password, admin)
		if err == nil {
			s.hash, err = s.Store.PasswordOf(tb.Context(), p.ID)
		}
		if err != nil {
			tb.Fatalf("add %s: %v", name, err)
		}
		return p
	}
	p := faas.Person{ID: newID(tb), Name: name, Admin: admin, CreatedAt: s.Clock.Now()}
	by := Machine()
	line := faas.Audit{
		ID: newID(tb), At: p.CreatedAt, Actor: by.Name, ActorID: by.ID, Door: by.Door,
		Kind: faas.AuditSettings, Action: "person.add", Result: faas.AuditDone, Target: p.ID, Detail: name,
	}
	if err := s.Store.AddPerson(tb.Context(), p, s.hash, line); err != nil {
		tb.Fatalf("add %s: %v", name, err)
	}
	return p
}

func newID(tb testing.TB) string {
	tb.Helper()
	id, err := uuid.NewV7()
	if err != nil {
		tb.Fatal(err)
	}
	return id.String()
}

// Member makes a person, gives them a role in the project, and signs them in.
func (s *Site) Member(tb testing.TB, name, project string, role faas.Role) *Visitor {
	tb.Helper()
	p := s.AddPerson(tb, name, false)
	s.Join(tb, name, project, role)
	return s.SignedIn(tb, p)
}

// Admin makes an administrator and signs them in.
func (s *Site) Admin(tb testing.TB, name string) *Visitor {
	tb.Helper()
	return s.SignedIn(tb, s.AddPerson(tb, name, true))
}

// Project finds or makes a project.
func (s *Site) Project(tb testing.TB, name string) faas.Project {
	tb.Helper()
	p, err := s.Service.EnsureProject(tb.Context(), Machine(), name)
	if err != nil {
		tb.Fatal(err)
	}
	return p
}

// Join gives a person a role in a project, made where it is missing.
func (s *Site) Join(tb testing.TB, name, project string, role faas.Role) {
	tb.Helper()
	a := Machine()
	a.ProjectID = s.Project(tb, project).ID
	if err := s.Service.SetMember(tb.Context(), a, name, role); err != nil {
		tb.Fatalf("let %s into %s: %v", name, project, err)
	}
}

// SignedIn is a browser with a session of the person.
func (s *Site) SignedIn(tb testing.TB, p faas.Person) *Visitor {
	tb.Helper()
	secret, err := s.Service.StartSession(tb.Context(), faas.Actor{Door: faas.DoorDashboard, Address: "127.0.0.1"}, p, "test")
	if err != nil {
		tb.Fatalf("sign %s in: %v", p.Name, err)
	}
	v := s.Nobody(tb)
	v.Name, v.Person = p.Name, p
	v.SetCookie(tb, string(secret))
	return v
}

// SetCookie puts a session cookie with this value into the browser.
func (v *Visitor) SetCookie(tb testing.TB, value string) {
	tb.Helper()
	at, err := url.Parse(v.site.URL)
	if err != nil {
		tb.Fatal(err)
	}
	v.client.Jar.SetCookies(at, []*http.Cookie{{Name: v.site.cookieName(), Value: value, Path: "/"}})
}

// Cookie is the value of the browser's session cookie; empty for none.
func (v *Visitor) Cookie(tb testing.TB) string {
	tb.Helper()
	at, err := url.Parse(v.site.URL)
	if err != nil {
		tb.Fatal(err)
	}
	for _, c := range v.client.Jar.Cookies(at) {
		if c.Name == v.site.cookieName() {
			return c.Value
		}
	}
	return ""
}

// CookieName is the session cookie's on a site that is reached by plain http.
const CookieName = "verso"

// cookieName is the session cookie's. Behind https the browsers here send it all the same: they do not know that the
// listener is reached by plain http.
func (s *Site) cookieName() string {
	if strings.HasPrefix(s.Config.BaseURL, "https://") {
		return "__Host-" + CookieName
	}
	return CookieName
}

// WithToken is a program of the person: a token of theirs in the project.
func (v *Visitor) WithToken(tb testing.TB, project string, in service.TokenInput) *Visitor {
	tb.Helper()
	a, err := v.site.Service.ActorFor(tb.Context(), Machine(), v.Name, project)
	if err != nil {
		tb.Fatal(err)
	}
	if in.Name == "" {
		in.Name = "test"
	}
	text, _, err := v.site.Service.CreateToken(tb.Context(), a, in)
	if err != nil {
		tb.Fatal(err)
	}
	p := v.site.Nobody(tb)
	p.Name, p.Person, p.Token = fmt.Sprintf("%s's token", v.Name), v.Person, text
	return p
}
