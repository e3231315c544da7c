package service_test

import (
	"testing"

	"verso/db"
	"verso/db/dbtest"
	"verso/faas"
	"verso/service"
)

// Rule 9 of the data, also when what the first request saw is gone by now.
func TestARepeatedRequestFindsItsOperationForGood(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, store *db.Store) {
		h := newHouse(t, store, noBuckets(t))
		f, other := h.newFunction(t, "greeter"), h.newFunction(t, "parrot")
		from := h.made(t, f, "hello")
		in := service.VersionInput{Function: other, Settings: settings(), Source: service.Source{Kind: faas.FromCopy, CopyOf: from.ID}, Key: "copy-1"}
		first, err := h.CreateVersion(t.Context(), h.actor, in)
		if err != nil {
			t.Fatal(err)
		}
		h.finish(t, first)
		var deleted faas.Operation
		for range 2 {
			if deleted, err = h.DeleteFunction(t.Context(), h.actor, f.ID, "delete-1"); err != nil {
				t.Fatal(err)
			}
			deleted = h.finish(t, deleted) // the second time the function is gone
		}
		again, err := h.DeleteFunction(t.Context(), h.actor, f.ID, "delete-1")
		if err != nil || again.ID != deleted.ID || again.State != faas.Succeeded {
			t.Errorf("the deletion again is %s %s, error %v", again.ID, again.State, err)
		}
		op, err := h.CreateVersion(t.Context(), h.actor, in)
		if err != nil || op.ID != first.ID || op.Number != 1 {
			t.Errorf("the copy again is %s #%d, error %v", op.ID, op.Number, err)
		}
		in.Description = "other words"
		_, err = h.CreateVersion(t.Context(), h.actor, in)
		wantKind(t, err, faas.Conflict, "")
	})
}

func TestWhatWasNotPublishedDoesNotSaySo(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, store *db.Store) {
		h := newIdleHouse(t, store, noBuckets(t))
		f := h.newFunction(t, "greeter")
		op, err := h.upload(t, f, zipOf("a"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.DeleteFunction(t.Context(), h.actor, f.ID, ""); err != nil {
			t.Fatal(err)
		}
		h.work(t)
		op = h.finish(t, op)
		if op.State != faas.Failed || op.Failure == nil || op.Failure.Stage != faas.Published || op.Waiting() != faas.Published {
			t.Errorf("operation is %s, failure %+v, stages %v", op.State, op.Failure, op.Stages)
		}
	})
}
