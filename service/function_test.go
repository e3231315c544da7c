package service_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"verso/db"
	"verso/db/dbtest"
	"verso/faas"
	"verso/service"
)

func TestNamesOfFunctions(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, store *db.Store) {
		h := newHouse(t, store, noBuckets(t))
		f := h.newFunction(t, "greeter")
		_, err := h.CreateFunction(t.Context(), h.actor, faas.FunctionInput{Name: "greeter"})
		wantKind(t, err, faas.Conflict, "name")
		if _, err := h.EditFunction(t.Context(), h.actor, f.ID, faas.FunctionInput{Name: "parrot", Labels: map[string]string{"team": "birds"}}); err != nil {
			t.Fatal(err)
		}
		found, err := h.Function(t.Context(), h.actor, "greeter")
		if err != nil || found.ID != f.ID || found.Name != "parrot" || found.Labels["team"] != "birds" {
			t.Errorf("the old name leads to %+v, error %v", found, err)
		}
		other := h.newFunction(t, "greeter")
		if found, err := h.Function(t.Context(), h.actor, "greeter"); err != nil || found.ID != other.ID {
			t.Errorf("the name that was taken over leads to %+v, error %v", found, err)
		}
	})
}

func TestDeletingAFunction(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, store *db.Store) {
		h := newHouse(t, store, noBuckets(t))
		f := h.newFunction(t, "greeter")
		h.made(t, f, "one", func(in *service.VersionInput) { in.Tags = []string{"prod"} })
		_, err := h.DeleteFunction(t.Context(), h.actor, f.ID, "")
		wantKind(t, err, faas.Precondition, "")
		if !strings.Contains(err.Error(), "prod") {
			t.Errorf("the sentence names no tag: %v", err)
		}

		g := h.newFunction(t, "parrot")
		h.made(t, g, "two")
		op, err := h.DeleteFunction(t.Context(), h.actor, g.ID, "")
		if err != nil {
			t.Fatal(err)
		}
		if op = h.finish(t, op); op.State != faas.Succeeded {
			t.Fatalf("deletion is %s: %+v", op.State, op.Failure)
		}
		_, err = h.Function(t.Context(), h.actor, "parrot")
		wantKind(t, err, faas.NotFound, "")
		if again := h.newFunction(t, "parrot"); again.ID == g.ID {
			t.Error("the id was used again")
		}
	})
}

func TestTheJanitorRemovesWhatNobodyNames(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, store *db.Store) {
		h := newHouse(t, store, noBuckets(t))
		f, g := h.newFunction(t, "greeter"), h.newFunction(t, "parrot")
		kept, gone := h.made(t, f, "kept"), h.made(t, g, "gone")
		op, err := h.DeleteFunction(t.Context(), h.actor, g.ID, "")
		if err != nil {
			t.Fatal(err)
		}
		h.finish(t, op)
		if done, err := h.Sweep(t.Context(), "a", time.Millisecond, time.Hour); err != nil || done.Blobs != 0 {
			t.Fatalf("within the grace period it removed %+v, error %v", done, err)
		}
		time.Sleep(20 * time.Millisecond)
		done, err := h.Sweep(t.Context(), "a", time.Hour, time.Millisecond)
		if err != nil || done.Blobs != 2 {
			t.Fatalf("it removed %+v, error %v; want package and manifest of one version", done, err)
		}
		if _, err := h.blobs.Stat(t.Context(), faas.PackageKey(gone.Package.SHA256)); !faas.Is(err, faas.NotFound) {
			t.Errorf("the package of nobody is there: %v", err)
		}
		checkBytes(t, h, kept, zipOf("kept"))
		if done, err := h.Sweep(t.Context(), "b", time.Hour, 0); err != nil || done != (service.Swept{}) {
			t.Errorf("a second janitor worked at the same time: %+v, error %v", done, err)
		}
		if found, err := h.Check(t.Context(), true); err != nil || found.Packages != 1 || len(found.Broken) > 0 || found.Orphans > 0 {
			t.Errorf("check found %+v, error %v", found, err)
		}
	})
}

// The spool may be on a disk that only one process sees, so whoever has the duty cannot clear it for the others.
func TestEveryProcessClearsItsOwnSpool(t *testing.T) {
	h := newIdleHouse(t, dbtest.OpenSQLite(t), noBuckets(t))
	if _, err := h.Sweep(t.Context(), "a", time.Hour, time.Hour); err != nil {
		t.Fatal(err)
	}
	left := filepath.Join(h.folder, "blobs", "spool", "left")
	if err := os.WriteFile(left, []byte("half a package"), 0o600); err != nil {
		t.Fatal(err)
	}
	if done, err := h.Sweep(t.Context(), "b", time.Hour, time.Hour); err != nil || done.Spools != 0 {
		t.Errorf("within the grace period it removed %+v, error %v", done, err)
	}
	time.Sleep(20 * time.Millisecond)
	if done, err := h.Sweep(t.Context(), "b", time.Hour, time.Millisecond); err != nil || done.Spools != 1 {
		t.Errorf("without the duty it removed %+v, error %v", done, err)
	}
	if _, err := os.Stat(left); !os.IsNotExist(err) {
		t.Errorf("the spool is there: %v", err)
	}
}

func TestCheckFindsDamage(t *testing.T) {
	h := newHouse(t, dbtest.OpenSQLite(t), noBuckets(t))
	v := h.made(t, h.newFunction(t, "greeter"), "hello")
	if err := h.blobs.Put(t.Context(), faas.PackageKey(v.Package.SHA256), make([]byte, v.Package.Size)); err != nil {
		t.Fatal(err)
	}
	if found, err := h.Check(t.Context(), false); err != nil || len(found.Broken) != 0 {
		t.Errorf("sizes agree, yet check found %+v, error %v", found, err)
	}
	if found, err := h.Check(t.Context(), true); err != nil || len(found.Broken) != 1 {
		t.Errorf("bytes differ, and check found %+v, error %v", found, err)
	}
	_, err := h.OpenPackage(t.Context(), h.actor, v)
	if !faas.Is(err, faas.Internal) {
		t.Errorf("damaged bytes were opened: %v", err)
	}
}

func TestAnUploadWaitsForItsForm(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, store *db.Store) {
		h := newHouse(t, store, noBuckets(t))
		f := h.newFunction(t, "greeter")
		pkg, err := h.Receive(t.Context(), h.actor, "greeter.zip", strings.NewReader(string(zipOf("kept"))))
		if err != nil {
			t.Fatal(err)
		}
		u, err := h.KeepUpload(t.Context(), h.actor, pkg)
		if err != nil {
			t.Fatal(err)
		}
		if err := pkg.Close(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(20 * time.Millisecond)
		if done, err := h.Sweep(t.Context(), "a", time.Millisecond, 0); err != nil || done.Blobs != 0 {
			t.Errorf("the janitor removed %+v of a waiting upload, error %v", done, err)
		}
		stranger := h.actor
		stranger.ID = "bob"
		_, err = h.Upload(t.Context(), stranger, u.ID)
		wantKind(t, err, faas.Invalid, "package")
		kept, err := h.Upload(t.Context(), h.actor, u.ID)
		if err != nil {
			t.Fatal(err)
		}
		op, err := h.CreateVersion(t.Context(), h.actor, service.VersionInput{
			Function: f, Settings: settings(), Source: service.Source{Kind: faas.FromUpload, Kept: kept},
		})
		if err != nil {
			t.Fatal(err)
		}
		v, err := h.Version(t.Context(), h.actor, f, h.finish(t, op).Number)
		if err != nil || v.Origin.FileName != "greeter.zip" {
			t.Errorf("version is %+v, error %v", v, err)
		}
		checkBytes(t, h, v, zipOf("kept"))
	})
}
