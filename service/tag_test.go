package service_test

import (
	"testing"

	"verso/db"
	"verso/db/dbtest"
	"verso/faas"
	"verso/service"
)

func TestRemovingATag(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, store *db.Store) {
		h := newHouse(t, store, noBuckets(t))
		f := h.newFunction(t, "greeter")
		for _, word := range []string{"one", "two"} {
			h.made(t, f, word, func(in *service.VersionInput) { in.Tags = []string{"prod", "beta"} })
		}
		remove := func(tag string, seen int64) error { return h.RemoveTag(t.Context(), h.actor, f, tag, seen) }
		wantKind(t, remove("prod", 1), faas.Conflict, "")
		wantKind(t, remove("canary", 2), faas.NotFound, "")
		wantKind(t, remove(faas.Latest, 2), faas.Invalid, "tag")
		if err := remove("prod", 2); err != nil {
			t.Fatal(err)
		}
		checkTags(t, h, f, "$latest=2", "beta=2")
		list, err := h.Functions(t.Context(), h.actor, faas.FunctionFilter{})
		if err != nil || len(list.Items) != 1 || len(list.Items[0].Tags) != 2 || list.Items[0].Change != "removed tag prod" {
			t.Errorf("the list shows %+v, error %v", list.Items, err)
		}
		stranger := h.newActor(t, "elsewhere")
		wantKind(t, h.RemoveTag(t.Context(), stranger, f, "beta", 2), faas.NotFound, "")
		if err := remove("beta", 2); err != nil {
			t.Fatal(err)
		}
		op, err := h.DeleteFunction(t.Context(), h.actor, f.ID, "")
		if err != nil || h.finish(t, op).State != faas.Succeeded {
			t.Errorf("the function cannot be deleted: %v", err)
		}
	})
}
