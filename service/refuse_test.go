package service_test

import (
	"strings"
	"testing"

	"verso/db"
	"verso/db/dbtest"
	"verso/faas"
	"verso/service"
)

// PostgreSQL cannot index a long key, and answers so with an error of its own.
func TestABadKeyIsRefused(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, store *db.Store) {
		h := newHouse(t, store, noBuckets(t))
		f := h.newFunction(t, "greeter")
		for _, key := range []string{strings.Repeat("k", 129), strings.Repeat("длинный", 2000), "a\x00b", "\xff"} {
			_, err := h.upload(t, f, zipOf("a"), func(in *service.VersionInput) { in.Key = key })
			wantKind(t, err, faas.Invalid, "key")
			_, err = h.DeleteFunction(t.Context(), h.actor, f.ID, key)
			wantKind(t, err, faas.Invalid, "key")
		}
		longest := strings.Repeat("~", 128)
		if _, err := h.upload(t, f, zipOf("a"), func(in *service.VersionInput) { in.Key = longest }); err != nil {
			t.Errorf("the longest key: %v", err)
		}
	})
}

func TestALongSearchIsRefused(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, store *db.Store) {
		h := newIdleHouse(t, store, noBuckets(t))
		f := h.newFunction(t, "greeter")
		for text, ok := range map[string]bool{
			strings.Repeat("ä", 200): true, strings.Repeat("%", 200): true, strings.Repeat("\xff", 200): true, "a\x00b": true,
			strings.Repeat("a", 201): false, strings.Repeat("%", 60_000): false, strings.Repeat("\x00", 60_000): false,
		} {
			_, err := h.Functions(t.Context(), h.actor, faas.FunctionFilter{Text: text})
			_, inVersions := h.Versions(t.Context(), h.actor, f, faas.VersionFilter{Text: text})
			if ok && (err != nil || inVersions != nil) {
				t.Errorf("%.10q of %d bytes: functions %v, versions %v", text, len(text), err, inVersions)
			}
			if !ok {
				wantKind(t, err, faas.Invalid, "q")
				wantKind(t, inVersions, faas.Invalid, "q")
			}
		}
	})
}

func TestANameMayLookLikeAnID(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, store *db.Store) {
		h := newIdleHouse(t, store, noBuckets(t))
		const name = "abcdef01-2345-6789-abcd-ef0123456789"
		f := h.newFunction(t, name)
		for _, asked := range []string{name, f.ID} {
			if found, err := h.Function(t.Context(), h.actor, asked); err != nil || found.ID != f.ID {
				t.Errorf("%s leads to %q, error %v", asked, found.Name, err)
			}
		}
		if _, err := h.Projects(t.Context()); err != nil {
			t.Fatal(err)
		}
		// Made by another process, the project is not in the list that this one remembers.
		p, err := newIdleHouse(t, store, noBuckets(t)).CreateProject(t.Context(), system(), name)
		if err != nil {
			t.Fatal(err)
		}
		for _, asked := range []string{name, p.ID} {
			if found, err := h.Project(t.Context(), asked); err != nil || found.ID != p.ID {
				t.Errorf("%s leads to the project %q, error %v", asked, found.Name, err)
			}
		}
		_, err = h.Function(t.Context(), h.actor, "abcdef01-2345-6789-abcd-000000000000")
		wantKind(t, err, faas.NotFound, "")
	})
}
