package service_test

import (
	"slices"
	"sync"
	"testing"

	"verso/db"
	"verso/db/dbtest"
	"verso/faas"
)

// administrator makes one and returns them in a session.
func (h *house) administrator(t *testing.T, name string) faas.Actor {
	t.Helper()
	p, err := h.AddPerson(t.Context(), system(), name, password, true)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := h.StartSession(t.Context(), stranger(), p, "test")
	if err != nil {
		t.Fatal(err)
	}
	who, err := h.IdentityOfSession(t.Context(), secret)
	if err != nil {
		t.Fatal(err)
	}
	return who.Actor("")
}

func TestAdministratorsAreMadeAndUnmade(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, store *db.Store) {
		h := newIdleHouse(t, store, noBuckets(t))
		root, other := h.administrator(t, "root"), h.administrator(t, "other")
		dev := h.signedIn(t, "dev", faas.Owner)
		set := func(a faas.Actor, name string, admin bool, want faas.Kind) {
			t.Helper()
			p, err := h.SetAdmin(t.Context(), a, name, admin)
			if want != 0 {
				if !faas.Is(err, want) {
					t.Errorf("%s of %s: %v", a.Name, name, err)
				}
				return
			}
			stored, readErr := store.PersonByName(t.Context(), name)
			if err != nil || readErr != nil || p.Admin != admin || stored.Admin != admin {
				t.Errorf("%s of %s: %+v, %v, %v", a.Name, name, stored, err, readErr)
			}
		}
		set(dev, "dev", true, faas.Forbidden)
		set(root, "no-such", true, faas.NotFound)
		set(root, "dev", true, 0)
		set(root, "dev", true, 0) // nothing new, nothing written
		set(root, "dev", false, 0)
		set(root, "other", false, 0)
		set(other, "dev", true, faas.Forbidden) // whatever the actor was when the request began
		set(root, "root", false, faas.Precondition)
		var lines []string
		for _, line := range h.outside(t, faas.AuditSettings) {
			if line == "person.admin done root: dev" || line == "person.no-admin done root: dev" || line == "person.no-admin done root: other" {
				lines = append(lines, line)
			}
		}
		if want := []string{"person.no-admin done root: other", "person.no-admin done root: dev", "person.admin done root: dev"}; !slices.Equal(lines, want) {
			t.Errorf("the record says %q", lines)
		}
	})
}

// Disabling somebody and taking their administration at the same moment must leave both done.
func TestTwoChangesOfAPersonUndoNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, store *db.Store) {
		h := newIdleHouse(t, store, noBuckets(t))
		root := h.administrator(t, "root")
		h.administrator(t, "ann")
		for range 10 {
			var work sync.WaitGroup
			work.Go(func() { _, _ = h.DisablePerson(t.Context(), root, "ann", true) })
			work.Go(func() { _, _ = h.SetAdmin(t.Context(), root, "ann", false) })
			work.Wait()
			if p, err := store.PersonByName(t.Context(), "ann"); err != nil || p.Admin || !p.Disabled {
				t.Fatalf("%+v, %v", p, err)
			}
			_, err := h.DisablePerson(t.Context(), root, "ann", false)
			if _, again := h.SetAdmin(t.Context(), root, "ann", true); err != nil || again != nil {
				t.Fatal(err, again)
			}
		}
	})
}

// Whoever finds an administrator's browser open must not get to keep the account.
func TestNobodySetsTheirOwnPasswordWithoutTheOldOne(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, store *db.Store) {
		h := newIdleHouse(t, store, noBuckets(t))
		root := h.administrator(t, "root")
		h.administrator(t, "other")
		if err := h.SetPassword(t.Context(), root, "root", "quite another one"); !faas.Is(err, faas.Precondition) {
			t.Errorf("one's own: %v", err)
		}
		if err := h.SetPassword(t.Context(), root, "other", "quite another one"); err != nil {
			t.Errorf("another's: %v", err)
		}
		err := h.ChangePassword(t.Context(), root, password, password)
		if list := faas.ProblemsOf(err); !faas.Is(err, faas.Invalid) || list[0].Field != "password" {
			t.Errorf("the same once more: %v", err)
		}
		if _, err := h.SignIn(t.Context(), stranger(), "root", password); err != nil {
			t.Errorf("the password is not what it was: %v", err)
		}
	})
}

// Adding somebody once more must not take their role from them.
func TestAMemberIsAddedOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, store *db.Store) {
		h := newIdleHouse(t, store, noBuckets(t))
		otto := h.signedIn(t, "otto", faas.Owner)
		if _, err := h.AddPerson(t.Context(), system(), "vera", password, false); err != nil {
			t.Fatal(err)
		}
		if err := h.AddMember(t.Context(), otto, "vera", faas.Viewer); err != nil {
			t.Error(err)
		}
		for name, want := range map[string]string{
			"otto":  "otto is an owner here already; change the role in the list.",
			" Vera": "vera is a viewer here already; change the role in the list.",
		} {
			err := h.AddMember(t.Context(), otto, name, faas.Developer)
			if !faas.Is(err, faas.Conflict) || err.Error() != want || faas.ProblemsOf(err)[0].Field != "person" {
				t.Errorf("%s: %v", name, err)
			}
		}
		if err := h.AddMember(t.Context(), otto, "no-such", faas.Viewer); !faas.Is(err, faas.Invalid) {
			t.Errorf("nobody: %v", err)
		}
		vera := otto
		vera.Name, vera.Role = "vera", faas.Viewer
		if err := h.AddMember(t.Context(), vera, "otto", faas.Viewer); !faas.Is(err, faas.Forbidden) {
			t.Errorf("a viewer: %v", err)
		}
		if m, err := h.Member(t.Context(), otto, "otto"); err != nil || m.Role != faas.Owner {
			t.Errorf("%+v, %v", m, err)
		}
	})
}
