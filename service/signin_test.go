package service_test

import (
	"fmt"
	"testing"

	"verso/db"
	"verso/db/dbtest"
	"verso/faas"
	"verso/service"
)

// at is somebody at an address who has not signed in yet.
func at(address string) faas.Actor {
	return faas.Actor{Door: faas.DoorDashboard, RequestID: "req", Address: address}
}

// Who proved an old password while it was being changed does not get in by it any more.
func TestS10ASignInUnderWayDoesNotOutliveAPasswordChange(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, store *db.Store) {
		h := newIdleHouse(t, store, noBuckets(t))
		ann := h.signedIn(t, "ann", faas.Viewer)
		p, err := h.SignIn(t.Context(), at("192.0.2.1"), "ann", password)
		if err != nil {
			t.Fatal(err)
		}
		if err := h.ChangePassword(t.Context(), ann, password, "another good one 7"); err != nil {
			t.Fatal(err)
		}
		if _, err := h.StartSession(t.Context(), at("192.0.2.1"), p, "test"); !faas.Is(err, faas.Unauthenticated) {
			t.Errorf("a session by the old password: %v", err)
		}
		p, err = h.SignIn(t.Context(), at("192.0.2.1"), "ann", "another good one 7")
		if err == nil {
			_, err = h.StartSession(t.Context(), at("192.0.2.1"), p, "test")
		}
		if err != nil {
			t.Errorf("a session by the new one: %v", err)
		}
	})
}

// Somebody who guesses from many addresses keeps strangers out for a while, and not the person where they sign in.
func TestS01AFloodFromElsewhereKeepsNobodyOutOfTheirOwnPlace(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, store *db.Store) {
		h := newIdleHouse(t, store, noBuckets(t))
		ann := h.signedIn(t, "ann", faas.Viewer)
		p, err := h.SignIn(t.Context(), at("192.0.2.1"), "ann", password)
		if err == nil {
			_, err = h.StartSession(t.Context(), at("192.0.2.1"), p, "test")
		}
		if err != nil {
			t.Fatal(err)
		}
		limited := false
		for i := 0; i < 101 && !limited; i++ {
			_, err := h.SignIn(t.Context(), at(fmt.Sprintf("198.51.100.%d", i/9)), "ann", "wrong wrong wrong")
			limited = faas.Is(err, faas.Exhausted)
		}
		if !limited {
			t.Fatal("the account has no limit")
		}
		if _, err := h.SignIn(t.Context(), at("203.0.113.9"), "ann", password); !faas.Is(err, faas.Exhausted) || faas.WaitOf(err) <= 0 {
			t.Errorf("from a place that nobody knows: %v", err)
		}
		if _, err := h.SignIn(t.Context(), at("192.0.2.1"), "ann", password); err != nil {
			t.Errorf("from their own place: %v", err)
		}
		if err := h.ChangePassword(t.Context(), ann, password, "another good one 7"); err != nil {
			t.Errorf("who is signed in cannot change the password: %v", err)
		}
	})
}

// Refusals of one person are recorded up to a bound, and the last line says so.
func TestS78ALoopOfRefusalsDoesNotFillTheRecord(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, store *db.Store) {
		h := newIdleHouse(t, store, noBuckets(t))
		vera := h.signedIn(t, "vera", faas.Viewer)
		for range 500 {
			if err := h.Denied(t.Context(), vera, faas.RightDeleteFunction, "", "GET /x"); err != nil {
				t.Fatal(err)
			}
		}
		lines := 0
		err := store.EachAudit(t.Context(), faas.AuditFilter{ProjectID: vera.ProjectID, Kind: faas.AuditDenied}, func(faas.Audit) error {
			lines++
			return nil
		})
		if err != nil || lines == 0 || lines > 180 { // at most three minutes may have begun
			t.Errorf("%d lines: %v", lines, err)
		}
	})
}

// Who has had too many attempts leaves one line of it, and no more for going on.
func TestS78AReachedLimitIsOneLine(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, store *db.Store) {
		h := newIdleHouse(t, store, noBuckets(t))
		h.signedIn(t, "ann", faas.Viewer)
		for range 16 {
			_, _ = h.SignIn(t.Context(), at("203.0.113.9"), "ann", "wrong wrong wrong")
		}
		counts := map[string]int{}
		for _, line := range h.outside(t, faas.AuditDenied) {
			counts[line]++
		}
		limited := counts["session.limited refused ann: "]
		if counts["session.refused refused ann: "] != 10 || limited < 1 || limited > 2 { // a minute may have begun
			t.Errorf("the record says %v", counts)
		}
	})
}

// A token that an operator makes for somebody is theirs, and the deed the operator's; others make none for anybody.
func TestS78WhoMakesATokenForSomebodyStandsInTheRecord(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, store *db.Store) {
		h := newIdleHouse(t, store, noBuckets(t))
		leo := h.signedIn(t, "leo", faas.Viewer)
		operator := system()
		operator.ID, operator.Name, operator.Admin, operator.Door = "verso", "root", true, faas.DoorCommandLine
		_, token, err := h.CreateToken(t.Context(), leo, service.TokenInput{Name: "deploys from CI", By: operator})
		if err != nil || token.PersonID != leo.ID {
			t.Fatalf("%+v: %v", token, err)
		}
		_, key, err := h.CreateAccessKey(t.Context(), leo, service.TokenInput{Name: "signs", By: operator})
		if err != nil || key.PersonID != leo.ID {
			t.Fatalf("%+v: %v", key, err)
		}
		for target, detail := range map[string]string{token.ID: "deploys from CI for leo", key.ID: "signs for leo"} {
			lines, err := store.AuditsOf(t.Context(), leo.ProjectID, target)
			if err != nil || len(lines) != 1 || lines[0].Actor != "root" || lines[0].Door != faas.DoorCommandLine || lines[0].Detail != detail {
				t.Errorf("the record says %+v: %v", lines, err)
			}
		}
		if _, _, err := h.CreateToken(t.Context(), leo, service.TokenInput{Name: "x", By: leo}); !faas.Is(err, faas.Forbidden) {
			t.Errorf("a viewer makes one for others: %v", err)
		}
	})
}
