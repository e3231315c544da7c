package service_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"verso/db"
	"verso/db/dbtest"
	"verso/faas"
	"verso/service"
)

const testIssuerURL = "https://id.example.com"

// stranger is the way that everybody comes by who signs in.
func stranger() faas.Actor {
	return faas.Actor{Door: faas.DoorDashboard, RequestID: "req-7", Address: "192.0.2.9"}
}

// newFederatedHouse has rules for groups, and an administrator so that the set-up is over.
func newFederatedHouse(t *testing.T, store *db.Store, rules ...service.GroupRule) *house {
	t.Helper()
	h := newIdleHouse(t, store, noBuckets(t))
	h.Service = service.New(service.Config{
		Store: store, Blobs: h.blobs, Buckets: noBuckets(t), Limits: faas.DefaultLimits(),
		Now: func() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }, Keys: h.keys.read, Groups: rules,
	})
	dbtest.Person(t, store, "root")
	return h
}

// comes signs somebody in whose account at the provider bears their name.
func (h *house) comes(t *testing.T, name string, groups ...string) faas.Person {
	t.Helper()
	p, err := h.SignInFederated(t.Context(), stranger(), service.Federated{Issuer: testIssuerURL, Subject: "id-of-" + name, Name: name, Groups: groups})
	if err != nil {
		t.Fatalf("%s signs in: %v", name, err)
	}
	stored, err := h.store.PersonByID(t.Context(), p.ID)
	if err != nil {
		t.Fatal(err)
	}
	if stored.Admin != p.Admin || stored.Name != p.Name {
		t.Errorf("the verb returned %+v, stored is %+v", p, stored)
	}
	return p
}

// rolesOf are "project:role" of a person, with a star for what comes from groups.
func (h *house) rolesOf(t *testing.T, personID string) string {
	t.Helper()
	projects, err := h.store.Projects(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, project := range projects {
		m, err := h.store.MemberByID(t.Context(), project.ID, personID)
		if faas.Is(err, faas.NotFound) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		star := ""
		if m.Federated {
			star = "*"
		}
		list = append(list, fmt.Sprintf("%s:%s%s", project.Name, m.Role, star))
	}
	return strings.Join(list, " ")
}

// outside are the lines of no project, newest first, as "action result actor detail".
func (h *house) outside(t *testing.T, kind faas.AuditKind) []string {
	t.Helper()
	list, err := h.store.Audits(t.Context(), faas.AuditFilter{Kind: kind, Page: faas.Page{Size: 100}})
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, a := range list.Items {
		lines = append(lines, fmt.Sprintf("%s %s %s: %s", a.Action, a.Result, a.Actor, a.Detail))
	}
	return lines
}

func TestGroupsGiveRoles(t *testing.T) {
	rules := []service.GroupRule{
		{Group: "seniors", Project: "default", Role: faas.Lead},
		{Group: "dev", Project: "default", Role: faas.Developer},
		{Group: "interns", Project: "default", Role: faas.Viewer},
		{Group: "seniors", Project: "billing", Role: faas.Viewer},
		{Group: "staff", Project: "nowhere", Role: faas.Owner},
		{Group: "ops", Admin: true},
		{Group: "ops", Project: "billing", Role: faas.Owner},
	}
	cases := []struct {
		name   string
		groups []string
		roles  string
		admin  bool
	}{
		{"no group", nil, "", false},
		{"a group without a rule", []string{"cooks", "DEV", "dev "}, "", false},
		{"one", []string{"dev"}, "default:developer*", false},
		{"the highest of two", []string{"dev", "seniors"}, "billing:viewer* default:lead*", false},
		{"the highest of two, the other way round", []string{"interns", "dev"}, "default:developer*", false},
		{"the same twice", []string{"dev", "dev"}, "default:developer*", false},
		{"a project that does not exist", []string{"staff", "dev"}, "default:developer*", false},
		{"administrator", []string{"ops"}, "billing:owner*", true},
	}
	dbtest.Each(t, func(t *testing.T, store *db.Store) {
		h := newFederatedHouse(t, store, rules...)
		h.newActor(t, "billing")
		for i, c := range cases {
			t.Run(c.name, func(t *testing.T) {
				p := h.comes(t, fmt.Sprintf("person%d", i), c.groups...)
				if got := h.rolesOf(t, p.ID); got != c.roles {
					t.Errorf("roles are %q, want %q", got, c.roles)
				}
				if p.Admin != c.admin {
					t.Errorf("administrator is %v, want %v", p.Admin, c.admin)
				}
			})
		}
	})
}

func TestAGroupTakenAwayTakesItsRole(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, store *db.Store) {
		h := newFederatedHouse(t, store,
			service.GroupRule{Group: "dev", Project: "default", Role: faas.Developer},
			service.GroupRule{Group: "dev", Project: "billing", Role: faas.Viewer},
			service.GroupRule{Group: "ops", Admin: true})
		h.newActor(t, "billing")
		h.comes(t, "olga", "ops")
		p := h.comes(t, "nina", "dev", "ops")
		if got := h.rolesOf(t, p.ID); got != "billing:viewer* default:developer*" || !p.Admin {
			t.Fatalf("at first roles are %q, administrator is %v", got, p.Admin)
		}
		by := system()
		by.ProjectID = h.actor.ProjectID
		if err := h.SetMember(t.Context(), by, "nina", faas.Lead); err != nil {
			t.Fatal(err)
		}
		again := h.comes(t, "nina")
		if got := h.rolesOf(t, p.ID); got != "default:lead" {
			t.Errorf("without groups roles are %q; want only what was given by hand", got)
		}
		if again.ID != p.ID || again.Admin {
			t.Errorf("the same account became %+v, want %s without administrator", again, p.ID)
		}
		h.comes(t, "nina", "dev")
		if got := h.rolesOf(t, p.ID); got != "billing:viewer* default:lead" {
			t.Errorf("with the group again roles are %q", got)
		}
		if lines := h.outside(t, faas.AuditSettings); !slices.Contains(lines, "person.admin done nina: nina, no administrator") {
			t.Errorf("no line says that she is no administrator any more: %q", lines)
		}
	})
}

func TestTheLastAdministratorStays(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, store *db.Store) {
		h := newFederatedHouse(t, store,
			service.GroupRule{Group: "ops", Admin: true}, service.GroupRule{Group: "dev", Project: "default", Role: faas.Viewer})
		h.comes(t, "nina", "ops")
		h.comes(t, "olga", "ops")
		if h.comes(t, "nina", "dev").Admin {
			t.Error("nina is an administrator still, though olga is one too")
		}
		last := h.comes(t, "olga", "dev")
		if !last.Admin {
			t.Error("the last administrator is none any more")
		}
		if got := h.rolesOf(t, last.ID); got != "default:viewer*" {
			t.Errorf("the roles of the last administrator are %q; her groups still count", got)
		}
	})
}

func TestNobodyTakesOverAnAccount(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, store *db.Store) {
		h := newFederatedHouse(t, store, service.GroupRule{Group: "ops", Admin: true})
		local, err := h.AddPerson(t.Context(), system(), "nina", "plumbago tent six", false)
		if err != nil {
			t.Fatal(err)
		}
		f := service.Federated{Issuer: testIssuerURL, Subject: "mallory", Name: "NINA", Groups: []string{"ops"}}
		_, err = h.SignInFederated(t.Context(), stranger(), f)
		wantKind(t, err, faas.Conflict, "")
		still, err := h.store.PersonByName(t.Context(), "nina")
		if err != nil || still != local {
			t.Errorf("the account is %+v (%v), was %+v", still, err, local)
		}
		if lines := h.outside(t, faas.AuditDenied); len(lines) != 1 || lines[0] != "session.refused refused nina: by the identity provider" {
			t.Errorf("the record says %q", lines)
		}
		// The same subject elsewhere is somebody else, and so is another subject here.
		f.Name = "mallory"
		first, err := h.SignInFederated(t.Context(), stranger(), f)
		if err != nil {
			t.Fatal(err)
		}
		f.Issuer = "https://other.example.com"
		_, err = h.SignInFederated(t.Context(), stranger(), f)
		wantKind(t, err, faas.Conflict, "")
		f.Name = "mallory2"
		if second, err := h.SignInFederated(t.Context(), stranger(), f); err != nil || second.ID == first.ID {
			t.Errorf("the same subject of another issuer is %+v (%v)", second, err)
		}
	})
}

func TestTheNameStaysWhenTheProviderChangesIt(t *testing.T) {
	h := newFederatedHouse(t, dbtest.OpenSQLite(t))
	p := h.comes(t, "nina")
	for _, name := range []string{"nina.new", "", "Ни́на", "root"} {
		again, err := h.SignInFederated(t.Context(), stranger(), service.Federated{Issuer: testIssuerURL, Subject: "id-of-nina", Name: name})
		if err != nil || again.ID != p.ID || again.Name != "nina" {
			t.Errorf("called %q they are %+v (%v)", name, again, err)
		}
	}
}

func TestWhoIsNotLetInByTheProvider(t *testing.T) {
	cases := []struct {
		name string
		f    service.Federated
		kind faas.Kind
		line bool // the provider vouched for somebody, so it is recorded
	}{
		{"disabled", service.Federated{Issuer: testIssuerURL, Subject: "id-of-gone", Name: "gone"}, faas.Unauthenticated, true},
		{"no name", service.Federated{Issuer: testIssuerURL, Subject: "new"}, faas.Precondition, true},
		{"a name that cannot be one", service.Federated{Issuer: testIssuerURL, Subject: "new", Name: "Ann Lee"}, faas.Precondition, true},
		{"no issuer", service.Federated{Subject: "new", Name: "new"}, faas.Unauthenticated, false},
		{"no subject", service.Federated{Issuer: testIssuerURL, Name: "new"}, faas.Unauthenticated, false},
		{"a subject with NUL", service.Federated{Issuer: testIssuerURL, Subject: "a\x00b", Name: "new"}, faas.Unauthenticated, false},
		{"a subject that is no text", service.Federated{Issuer: testIssuerURL, Subject: "\xff", Name: "new"}, faas.Unauthenticated, false},
		{"an endless subject", service.Federated{Issuer: testIssuerURL, Subject: strings.Repeat("s", 600), Name: "new"}, faas.Unauthenticated, false},
	}
	dbtest.Each(t, func(t *testing.T, store *db.Store) {
		h := newFederatedHouse(t, store, service.GroupRule{Group: "dev", Project: "default", Role: faas.Developer})
		gone := h.comes(t, "gone", "dev")
		if _, err := h.DisablePerson(t.Context(), system(), "gone", true); err != nil {
			t.Fatal(err)
		}
		for _, c := range cases {
			t.Run(c.name, func(t *testing.T) {
				before := len(h.outside(t, faas.AuditDenied))
				_, err := h.SignInFederated(t.Context(), stranger(), c.f)
				wantKind(t, err, c.kind, "")
				if strings.Contains(strings.ToLower(err.Error()), "disabled") {
					t.Errorf("the answer tells why: %v", err)
				}
				if got := len(h.outside(t, faas.AuditDenied)) - before; got != map[bool]int{true: 1, false: 0}[c.line] {
					t.Errorf("%d lines were written", got)
				}
			})
		}
		if got := h.rolesOf(t, gone.ID); got != "default:developer*" {
			t.Errorf("a refused sign-in changed roles to %q", got)
		}
	})
}

// The first person ends the set-up, so it must be somebody who can let others in.
func TestAStrangerDoesNotEndTheSetup(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, store *db.Store) {
		h := newIdleHouse(t, store, noBuckets(t))
		verbs := service.New(service.Config{
			Store: store, Blobs: h.blobs, Buckets: noBuckets(t), Limits: faas.DefaultLimits(), Now: time.Now, Keys: h.keys.read,
			Groups: []service.GroupRule{{Group: "ops", Admin: true}},
		})
		key, offered, err := verbs.OfferSetup(t.Context())
		if err != nil || !offered {
			t.Fatalf("no set-up is offered: %v", err)
		}
		_, err = verbs.SignInFederated(t.Context(), stranger(), service.Federated{Issuer: testIssuerURL, Subject: "1", Name: "stranger"})
		wantKind(t, err, faas.Precondition, "")
		if err := verbs.CheckSetup(t.Context(), key); err != nil {
			t.Errorf("the set-up is over: %v", err)
		}
		p, err := verbs.SignInFederated(t.Context(), stranger(), service.Federated{Issuer: testIssuerURL, Subject: "2", Name: "olga", Groups: []string{"ops"}})
		if err != nil || !p.Admin {
			t.Errorf("an administrator by group is %+v (%v)", p, err)
		}
	})
}

func TestTwoFirstSignInsAtOnceMakeOnePerson(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, store *db.Store) {
		h := newFederatedHouse(t, store, service.GroupRule{Group: "dev", Project: "default", Role: faas.Viewer})
		const twins = 8
		people, errs := make([]faas.Person, twins), make([]error, twins)
		var all sync.WaitGroup
		for i := range twins {
			all.Go(func() {
				people[i], errs[i] = h.SignInFederated(t.Context(), stranger(), service.Federated{Issuer: testIssuerURL, Subject: "1", Name: "nina", Groups: []string{"dev"}})
			})
		}
		all.Wait()
		for i := range twins {
			if errs[i] != nil || people[i].ID != people[0].ID {
				t.Errorf("sign-in %d: %+v (%v)", i, people[i], errs[i])
			}
		}
	})
}
