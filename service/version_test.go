package service_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"verso/db"
	"verso/db/dbtest"
	"verso/faas"
	"verso/service"
)

func TestAnUploadBecomesAVersion(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, store *db.Store) {
		h := newHouse(t, store, noBuckets(t))
		f := h.newFunction(t, "greeter")
		v := h.made(t, f, "hello", func(in *service.VersionInput) { in.Tags = []string{"prod"} })
		if v.Number != 1 || v.Description != "first words" || v.Author != "Ann" || v.Address != "192.0.2.7" || v.RequestID != "req-1" || v.Door != faas.DoorDashboard {
			t.Errorf("version is %+v", v)
		}
		if v.Origin.Kind != faas.FromUpload || v.Origin.FileName != "greeter.zip" {
			t.Errorf("origin is %+v", v.Origin)
		}
		if sealed := v.Settings.Environment["REGION"]; len(v.Settings.Environment) != 1 || !strings.HasPrefix(string(sealed), "s1.") || v.Settings.Runtime != "nodejs22" {
			t.Errorf("settings are %+v", v.Settings)
		}
		if v.Package.Files != 2 || v.Package.Size != int64(len(zipOf("hello"))) {
			t.Errorf("package is %+v", v.Package)
		}
		checkBytes(t, h, v, zipOf("hello"))
		checkTags(t, h, f, "$latest=1", "prod=1")
		m, err := h.Manifest(t.Context(), h.actor, v)
		if err != nil || !m.Has("index.js") || !m.Has("package.json") || len(m.Files) != 2 {
			t.Errorf("manifest is %+v, error %v", m, err)
		}
	})
}

func checkBytes(t *testing.T, h *house, v faas.Version, want []byte) {
	t.Helper()
	zip, err := h.OpenPackage(t.Context(), h.actor, v)
	if err != nil {
		t.Fatal(err)
	}
	if got := readAll(t, zip); !bytes.Equal(got, want) {
		t.Errorf("the package has %d bytes, sent were %d", len(got), len(want))
	}
}

func checkTags(t *testing.T, h *house, f faas.Function, want ...string) {
	t.Helper()
	tags, err := h.Tags(t.Context(), h.actor, f)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, tag := range tags {
		got = append(got, fmt.Sprintf("%s=%d", tag.Name, tag.Number))
	}
	if !slices.Equal(got, want) {
		t.Errorf("tags are %q, want %q", got, want)
	}
}

func TestAnUploadPassesEveryStage(t *testing.T) {
	h := newHouse(t, dbtest.OpenSQLite(t), noBuckets(t))
	op, err := h.upload(t, h.newFunction(t, "greeter"), zipOf("a"))
	if err != nil {
		t.Fatal(err)
	}
	op = h.finish(t, op)
	var got []faas.Stage
	for _, s := range op.Stages {
		got = append(got, s.Stage)
	}
	if !slices.Equal(got, faas.StagesOf(faas.CreateVersion)) {
		t.Errorf("stages are %q", got)
	}
	if !slices.IsSortedFunc(op.Stages, func(a, b faas.StageTime) int { return a.At.Compare(b.At) }) {
		t.Errorf("times are out of order: %v", op.Stages)
	}
}

func TestBadInputLeavesNothingBehind(t *testing.T) {
	h := newHouse(t, dbtest.OpenSQLite(t), noBuckets(t))
	f := h.newFunction(t, "greeter")
	for field, change := range map[string]func(*service.VersionInput){
		"runtime":     func(in *service.VersionInput) { in.Settings.Runtime = "" },
		"entrypoint":  func(in *service.VersionInput) { in.Settings.Entrypoint = "main.handler" },
		"memory":      func(in *service.VersionInput) { in.Settings.Memory = 1 },
		"description": func(in *service.VersionInput) { in.Description = "a\x00b" },
		"tags":        func(in *service.VersionInput) { in.Tags = []string{"$latest"} },
		"package":     func(in *service.VersionInput) { in.Source.Upload = nil },
		"bucket":      func(in *service.VersionInput) { in.Source.Kind, in.Source.Object = faas.FromBucket, "a.zip" },
		"copy":        func(in *service.VersionInput) { in.Source.Kind, in.Source.CopyOf = faas.FromCopy, f.ID },
		"source":      func(in *service.VersionInput) { in.Source.Kind = "carrier pigeon" },
	} {
		_, err := h.upload(t, f, zipOf(field), change)
		wantKind(t, err, faas.Invalid, field)
	}
	left, err := h.Operations(t.Context(), h.actor, faas.OperationFilter{})
	if err != nil || len(left.Items) > 0 {
		t.Errorf("operations left: %v, error %v", left.Items, err)
	}
	if err := h.blobs.Each(t.Context(), func(b faas.BlobInfo) error { t.Errorf("blob left: %s", b.Key); return nil }); err != nil {
		t.Error(err)
	}
	if v := h.made(t, f, "good"); v.Number != 1 {
		t.Errorf("the first good version is #%d", v.Number)
	}
}

func TestACopyTakesThePackageOnly(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, store *db.Store) {
		h := newHouse(t, store, noBuckets(t))
		f, other := h.newFunction(t, "greeter"), h.newFunction(t, "parrot")
		from := h.made(t, f, "hello")
		copied := h.copy(t, other, from, func(in *service.VersionInput) { in.Settings.Memory = 256 * faas.MiB })
		if copied.Number != 1 || copied.FunctionID != other.ID || copied.Package != from.Package || copied.Settings.Memory != 256*faas.MiB {
			t.Errorf("the copy is %+v", copied)
		}
		want := faas.Origin{Kind: faas.FromCopy, CopiedID: from.ID, CopiedFunction: "greeter", CopiedNumber: 1}
		if copied.Origin != want {
			t.Errorf("origin is %+v, want %+v", copied.Origin, want)
		}
	})
}

// copy makes a version of f as a copy of another.
func (h *house) copy(t *testing.T, f faas.Function, from faas.Version, change func(*service.VersionInput)) faas.Version {
	t.Helper()
	in := service.VersionInput{Function: f, Settings: settings(), Source: service.Source{Kind: faas.FromCopy, CopyOf: from.ID}}
	change(&in)
	op, err := h.CreateVersion(t.Context(), h.actor, in)
	if err != nil {
		t.Fatal(err)
	}
	v, err := h.Version(t.Context(), h.actor, f, h.finish(t, op).Number)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestAnotherProjectsThingsLookMissing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, store *db.Store) {
		h := newHouse(t, store, noBuckets(t))
		f := h.newFunction(t, "greeter")
		v := h.made(t, f, "hello")
		stranger := h.newActor(t, "elsewhere")
		_, err := h.Function(t.Context(), stranger, f.ID)
		wantKind(t, err, faas.NotFound, "")
		_, err = h.VersionByID(t.Context(), stranger, v.ID)
		wantKind(t, err, faas.NotFound, "")
		_, err = h.Operation(t.Context(), stranger, v.OperationID)
		wantKind(t, err, faas.NotFound, "")
		h.actor = stranger
		in := service.VersionInput{Function: h.newFunction(t, "own-one"), Settings: settings(), Source: service.Source{Kind: faas.FromCopy, CopyOf: v.ID}}
		_, err = h.CreateVersion(t.Context(), stranger, in)
		wantKind(t, err, faas.Invalid, "copy")
	})
}

func TestOneKeyIsOneOperation(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, store *db.Store) {
		h := newHouse(t, store, noBuckets(t))
		f := h.newFunction(t, "greeter")
		keyed := func(in *service.VersionInput) { in.Key = "k-1" }
		first, err := h.upload(t, f, zipOf("a"), keyed)
		if err != nil {
			t.Fatal(err)
		}
		done := h.finish(t, first)
		again, err := h.upload(t, f, zipOf("a"), keyed)
		if err != nil || again.ID != first.ID || again.State != done.State || again.Number != 1 {
			t.Errorf("the repeated request got %s %s #%d, error %v", again.ID, again.State, again.Number, err)
		}
		_, err = h.upload(t, f, zipOf("b"), keyed)
		wantKind(t, err, faas.Conflict, "")
		// Copies of two versions are two requests, even when the versions' bytes are the same.
		one, two := h.made(t, f, "a"), h.made(t, f, "a")
		h.copy(t, f, one, func(in *service.VersionInput) { in.Key = "k-2" })
		_, err = h.CreateVersion(t.Context(), h.actor, service.VersionInput{
			Function: f, Settings: settings(), Source: service.Source{Kind: faas.FromCopy, CopyOf: two.ID}, Key: "k-2",
		})
		wantKind(t, err, faas.Conflict, "")
	})
}

// Rule 2 of the data: numbers are consecutive, and what failed took none.
func TestAHundredAtOnceGetConsecutiveNumbers(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, store *db.Store) {
		h := newHouse(t, store, noBuckets(t))
		f := h.newFunction(t, "greeter")
		var wait sync.WaitGroup
		numbers := make([]int64, 100)
		for i := range numbers {
			wait.Go(func() {
				zip := zipOf(fmt.Sprint(i))
				if i%10 < 3 { // thirty of them are not sound
					zip = zip[:len(zip)-4]
				}
				op, err := h.upload(t, f, zip)
				if i%10 < 3 {
					if !faas.Is(err, faas.Invalid) {
						t.Errorf("a cut archive got %v", err)
					}
					return
				}
				if err != nil {
					t.Errorf("upload %d: %v", i, err)
					return
				}
				numbers[i] = h.finish(t, op).Number
			})
		}
		wait.Wait()
		slices.Sort(numbers)
		for i, n := range numbers[30:] {
			if n != int64(i)+1 {
				t.Fatalf("numbers are %v", numbers)
			}
		}
		checkTags(t, h, f, "$latest=70")
	})
}
