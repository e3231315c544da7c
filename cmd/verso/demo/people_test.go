package demo

import (
	"slices"
	"testing"
	"time"

	"verso/faas"
	"verso/service"
)

func TestPeopleMayDoWhatThePlanSays(t *testing.T) {
	admins := 0
	for _, p := range people() {
		if err := faas.CheckPersonName(p.name); err != nil {
			t.Errorf("%s: %v", p.name, err)
		}
		if p.admin {
			admins++
		}
	}
	if admins != 1 || !people()[0].admin {
		t.Errorf("%d administrators", admins)
	}
	for _, p := range projects() {
		for _, least := range faas.Roles() {
			if len(membersOf(p.name, least)) == 0 {
				t.Errorf("%s has nobody who is %s or more", p.name, least)
			}
		}
	}
	for _, e := range plan(noon, 0) {
		role := e.who.roleIn(e.f.project.name)
		if role < faas.Developer || (slices.Contains(e.tags, "prod") && role < faas.Lead) {
			t.Errorf("%s with %v is done by %s, a %s", e.name, e.tags, e.who.name, role)
		}
	}
}

// The people of the demo can sign in, belong to their projects, and have done what the record says.
func TestPeopleCanSignIn(t *testing.T) {
	c := open(t)
	c.MostVersions = 1
	made, err := Fill(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	verbs := service.New(service.Config{Store: c.Store, Blobs: c.Blobs, Limits: c.Limits, Now: time.Now, Keys: c.Keys})
	from := faas.Actor{Door: faas.DoorDashboard, Address: "192.0.2.1"}
	for _, p := range people() {
		found, err := verbs.SignIn(t.Context(), from, p.name, made.Entry)
		if err != nil || found.Admin != p.admin {
			t.Fatalf("%s: %+v, %v", p.name, found, err)
		}
		secret, err := verbs.StartSession(t.Context(), from, found, "test")
		if err != nil {
			t.Fatal(err)
		}
		who, err := verbs.IdentityOfSession(t.Context(), secret)
		if err != nil {
			t.Fatal(err)
		}
		for _, project := range projects() {
			_, a, err := verbs.Enter(t.Context(), who, project.name)
			want := p.roleIn(project.name)
			if p.admin {
				want = faas.Owner
			}
			if a.Role != want || faas.Is(err, faas.NotFound) != (want == faas.NoRole) {
				t.Errorf("%s in %s is %s, want %s (%v)", p.name, project.name, a.Role, want, err)
			}
		}
	}
	checkRecord(t, verbs)
	checkTokens(t, verbs, plan(c.Now, c.MostVersions))
}

// checkTokens wants each token to have been used last when its person last came.
func checkTokens(t *testing.T, verbs *service.Service, events []*event) {
	t.Helper()
	last := map[string]time.Time{}
	for _, e := range events {
		last[e.f.project.name+" "+e.who.name] = e.at
	}
	tokens := 0
	for _, p := range projects() {
		found, err := verbs.Project(t.Context(), p.name)
		if err != nil {
			t.Fatal(err)
		}
		list, err := verbs.Tokens(t.Context(), operator(found.ID), true, faas.Page{})
		if err != nil {
			t.Fatal(err)
		}
		tokens += len(list.Items)
		for _, one := range list.Items {
			came := last[p.name+" "+one.Person]
			if late := came.Sub(one.UsedAt); !came.IsZero() && (late > time.Minute || late < -time.Minute) {
				t.Errorf("the token of %s in %s was used at %s, their last event was at %s", one.Person, p.name, one.UsedAt, came)
			}
		}
	}
	if tokens == 0 {
		t.Error("there are no tokens")
	}
}

// checkRecord wants each line to name somebody of the demo, and what comes by a door for programs a token.
func checkRecord(t *testing.T, verbs *service.Service) {
	t.Helper()
	names := map[string]bool{operator("").Name: true}
	for _, p := range people() {
		names[p.name] = true
	}
	byToken := 0
	for _, p := range append(projects(), project{}) {
		who := operator("")
		if p.name != "" {
			found, err := verbs.Project(t.Context(), p.name)
			if err != nil {
				t.Fatal(err)
			}
			who = operator(found.ID)
		}
		lines := 0
		err := verbs.EachActivity(t.Context(), who, faas.AuditFilter{}, func(line faas.Audit) error {
			lines++
			if line.Door == faas.DoorSystem {
				return nil // the first key that seals secrets
			}
			program := line.Door == faas.DoorYandex // the worker's line of a publication names the token too
			if !names[line.Actor] || line.ActorID == "" || line.Result != faas.AuditDone || program != (line.Token == tokenName) {
				t.Errorf("odd line %+v", line)
			}
			if program {
				byToken++
			}
			return nil
		})
		if err != nil || lines < 5 {
			t.Errorf("%d lines in %q, %v", lines, p.name, err)
		}
	}
	if byToken == 0 {
		t.Error("nobody came by a token")
	}
}
