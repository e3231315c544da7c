package service_test

import (
	"strings"
	"testing"

	"verso/db"
	"verso/db/dbtest"
	"verso/faas"
	"verso/service"
)

const password = faas.Secret("unrelated words for tests")

// signedIn makes a person with a password and a role in the house's project, and returns them in a session.
func (h *house) signedIn(t *testing.T, name string, role faas.Role) faas.Actor {
	t.Helper()
	p, err := h.AddPerson(t.Context(), system(), name, password, false)
	if err != nil {
		t.Fatal(err)
	}
	owner := h.actor
	if err := h.SetMember(t.Context(), owner, name, role); err != nil {
		t.Fatal(err)
	}
	return faas.Actor{
		ID: p.ID, Name: p.Name, ProjectID: h.actor.ProjectID, Role: role,
		Door: faas.DoorDashboard, RequestID: "req-2", Address: "192.0.2.8",
	}
}

func TestS45ARevealNeedsRightAndPasswordAndIsRecorded(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, store *db.Store) {
		h := newHouse(t, store, noBuckets(t))
		f := h.newFunction(t, "greeter")
		v := h.made(t, f, "a", func(in *service.VersionInput) {
			in.Environment = []faas.Variable{{Key: "TOKEN", Value: "canary value\nof two lines"}}
		})
		dev, viewer := h.signedIn(t, "dev", faas.Developer), h.signedIn(t, "viewer", faas.Viewer)
		byToken, readOnly := dev, dev
		byToken.TokenID, readOnly.ReadOnly = "abcdefghijklmnop", true
		stranger := dev
		stranger.ProjectID = h.newActor(t, "elsewhere").ProjectID
		for name, c := range map[string]struct {
			who      faas.Actor
			variable string
			password faas.Secret
			kind     faas.Kind
		}{
			"a viewer":              {viewer, "TOKEN", password, faas.Forbidden},
			"a token":               {byToken, "TOKEN", password, faas.Forbidden},
			"a read-only token":     {readOnly, "TOKEN", password, faas.Forbidden},
			"nobody":                {faas.Actor{ProjectID: dev.ProjectID}, "TOKEN", password, faas.Unauthenticated},
			"a wrong password":      {dev, "TOKEN", "wrong words for tests", faas.Invalid},
			"no password":           {dev, "TOKEN", "", faas.Invalid},
			"an unknown variable":   {dev, "TOKENS", password, faas.NotFound},
			"another project's eye": {stranger, "TOKEN", password, faas.NotFound},
		} {
			got, err := h.Reveal(t.Context(), c.who, v, c.variable, c.password)
			if !faas.Is(err, c.kind) || got != "" || strings.Contains(err.Error(), "canary") {
				t.Errorf("%s gets %q, error %v", name, string(got), err)
			}
		}
		if lines := h.reveals(t); len(lines) != 0 {
			t.Fatalf("nothing was revealed, and the record says %+v", lines)
		}
		got, err := h.Reveal(t.Context(), dev, v, "TOKEN", password)
		if err != nil || got != "canary value\nof two lines" {
			t.Errorf("the developer gets %q, error %v", string(got), err)
		}
		lines := h.reveals(t)
		if len(lines) != 1 || lines[0].Action != "environment.reveal" || lines[0].Detail != "greeter #1 TOKEN" || lines[0].Actor != "dev" ||
			lines[0].ActorID != dev.ID || lines[0].Target != v.ID || lines[0].FunctionID != f.ID || lines[0].Result != faas.AuditDone || lines[0].RequestID != "req-2" {
			t.Errorf("the record says %+v", lines)
		}
	})
}

// reveals are the lines of the project's record about values that were shown.
func (h *house) reveals(t *testing.T) []faas.Audit {
	t.Helper()
	list, err := h.Activity(t.Context(), h.actor, faas.AuditFilter{Kind: faas.AuditReveal})
	if err != nil {
		t.Fatal(err)
	}
	return list.Items
}

// Whoever signs in elsewhere has no password here to confirm with.
func TestS45ARevealWithoutAPasswordSaysWhatToDo(t *testing.T) {
	h := newHouse(t, dbtest.OpenSQLite(t), noBuckets(t))
	v := h.made(t, h.newFunction(t, "greeter"), "a")
	p := dbtest.Person(t, h.store, "federated")
	a := faas.Actor{ID: p.ID, Name: p.Name, ProjectID: v.ProjectID, Role: faas.Developer, Door: faas.DoorDashboard}
	_, err := h.Reveal(t.Context(), a, v, "REGION", password)
	wantKind(t, err, faas.Forbidden, "")
	if len(h.reveals(t)) != 0 {
		t.Error("the record says that something was revealed")
	}
}

// A password cannot be guessed through the form that reveals.
func TestS45RevealsCountAsAttemptsToSignIn(t *testing.T) {
	h := newHouse(t, dbtest.OpenSQLite(t), noBuckets(t))
	v := h.made(t, h.newFunction(t, "greeter"), "a")
	dev := h.signedIn(t, "dev", faas.Developer)
	for i := range 10 {
		if _, err := h.Reveal(t.Context(), dev, v, "REGION", "wrong words for tests"); !faas.Is(err, faas.Invalid) {
			t.Fatalf("try %d: %v", i, err)
		}
	}
	_, err := h.Reveal(t.Context(), dev, v, "REGION", password)
	if !faas.Is(err, faas.Exhausted) || faas.WaitOf(err) <= 0 {
		t.Errorf("after ten wrong ones the right one gets %v", err)
	}
}
