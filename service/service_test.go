package service_test

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"verso/archive/archivetest"
	"verso/blob"
	"verso/db"
	"verso/db/dbtest"
	"verso/faas"
	"verso/service"
	"verso/worker"
)

func TestMain(m *testing.M) { os.Exit(dbtest.Main(m)) }

// house is a service on a real store, a real folder and a real worker.
type house struct {
	*service.Service
	store  *db.Store
	blobs  faas.Blobs
	folder string
	actor  faas.Actor
	keys   *keyBox
}

// keyBox is the keys that a house has, newest first, as a file on the disk is.
type keyBox struct {
	mu   sync.Mutex
	list []service.Key
}

func newKeys(keys ...service.Key) *keyBox { return &keyBox{list: keys} }

func (b *keyBox) read() ([]service.Key, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.list), nil
}

func (b *keyBox) write(keys ...service.Key) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.list = keys
}

// noBuckets is a server without bucket connections.
func noBuckets(t *testing.T) faas.Buckets {
	t.Helper()
	b, err := blob.OpenBuckets(nil, os.Getenv)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// newHouse opens the rooms; the worker runs until the test ends.
func newHouse(t *testing.T, store *db.Store, buckets faas.Buckets) *house {
	t.Helper()
	h := newIdleHouse(t, store, buckets)
	h.work(t)
	return h
}

// work starts a worker that runs until the test ends.
func (h *house) work(t *testing.T) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		worker.New(h.store, h.Run, worker.Settings{Name: "test", Backoff: time.Millisecond}, slog.New(slog.DiscardHandler)).Work(ctx)
	}()
	t.Cleanup(func() { stop(); <-done })
}

// newIdleHouse has no worker.
func newIdleHouse(t *testing.T, store *db.Store, buckets faas.Buckets) *house {
	t.Helper()
	return newKeyedHouse(t, store, buckets, newKeys(service.NewKey()))
}

// newKeyedHouse has no worker, and the keys that it is given.
func newKeyedHouse(t *testing.T, store *db.Store, buckets faas.Buckets, keys *keyBox) *house {
	t.Helper()
	h := &house{store: store, folder: t.TempDir(), keys: keys}
	blobs, err := blob.Open(t.Context(), "", h.folder, os.Getenv)
	if err != nil {
		t.Fatal(err)
	}
	h.blobs = blobs
	h.Service = service.New(service.Config{
		Store: store, Blobs: blobs, Buckets: buckets, Limits: faas.DefaultLimits(),
		Now: now, Keys: keys.read,
	})
	h.actor = h.newActor(t, "default")
	return h
}

// now is the clock of every house.
func now() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }

// system is Verso itself.
func system() faas.Actor {
	return faas.Actor{ID: "verso", Name: "verso", Admin: true, Role: faas.Owner, Door: faas.DoorSystem}
}

// newActor makes a project and somebody who owns it.
func (h *house) newActor(t *testing.T, project string) faas.Actor {
	t.Helper()
	a := faas.Actor{ID: "ann", Name: "Ann", Role: faas.Owner, Door: faas.DoorDashboard, RequestID: "req-1", Address: "192.0.2.7"}
	p, err := h.EnsureProject(t.Context(), system(), project)
	if err != nil {
		t.Fatal(err)
	}
	a.ProjectID = p.ID
	return a
}

func (h *house) newFunction(t *testing.T, name string) faas.Function {
	t.Helper()
	f, err := h.CreateFunction(t.Context(), h.actor, faas.FunctionInput{Name: name})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func settings() faas.Settings {
	return faas.Settings{
		Runtime: "nodejs22", Entrypoint: "index.handler", Memory: 128 * faas.MiB, Timeout: 3 * time.Second,
	}
}

// variables are an environment in clear.
func variables() []faas.Variable { return []faas.Variable{{Key: "REGION", Value: "eu"}} }

// zipOf is a small package whose content differs with the word.
func zipOf(word string) []byte {
	return archivetest.Zip(map[string]string{
		"index.js":     "exports.handler = async () => '" + word + "'\n",
		"package.json": `{"name":"greeter"}`,
	})
}

// upload starts a version by upload.
func (h *house) upload(t *testing.T, f faas.Function, zip []byte, change ...func(*service.VersionInput)) (faas.Operation, error) {
	t.Helper()
	pkg, err := h.Receive(t.Context(), h.actor, "greeter.zip", bytes.NewReader(zip))
	if err != nil {
		return faas.Operation{}, err
	}
	defer func() {
		if err := pkg.Close(); err != nil {
			t.Error(err)
		}
	}()
	in := service.VersionInput{
		Function: f, Description: "first words", Settings: settings(), Environment: variables(),
		Source: service.Source{Kind: faas.FromUpload, Upload: pkg},
	}
	for _, c := range change {
		c(&in)
	}
	return h.CreateVersion(t.Context(), h.actor, in)
}

// finish waits for an operation to end.
func (h *house) finish(t *testing.T, op faas.Operation) faas.Operation {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(2 * time.Millisecond) {
		now, err := h.Operation(t.Context(), h.actor, op.ID)
		if err != nil {
			t.Fatal(err)
		}
		if now.State.Done() {
			return now
		}
	}
	t.Fatalf("operation %s (%s) did not end", op.ID, op.Description)
	return op
}

// made uploads and returns the version.
func (h *house) made(t *testing.T, f faas.Function, word string, change ...func(*service.VersionInput)) faas.Version {
	t.Helper()
	op, err := h.upload(t, f, zipOf(word), change...)
	if err != nil {
		t.Fatal(err)
	}
	op = h.finish(t, op)
	if op.State != faas.Succeeded {
		t.Fatalf("operation is %s: %+v", op.State, op.Failure)
	}
	v, err := h.Version(t.Context(), h.actor, f, op.Number)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// wantKind fails unless the error is of a kind and, where a field is named, about that field.
func wantKind(t *testing.T, err error, kind faas.Kind, field string) {
	t.Helper()
	problems := faas.ProblemsOf(err)
	if !faas.Is(err, kind) || len(problems) == 0 {
		t.Fatalf("error is %v (%s), want %s", err, faas.KindOf(err), kind)
	}
	if field != "" && problems[0].Field != field {
		t.Errorf("field is %q, want %q: %v", problems[0].Field, field, err)
	}
	if kind != faas.Internal && problems[0].Message == "" {
		t.Errorf("the error has no sentence: %#v", err)
	}
}

func readAll(t *testing.T, f faas.BlobFile) []byte {
	t.Helper()
	data := make([]byte, f.Size())
	if _, err := f.ReadAt(data, 0); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return data
}
