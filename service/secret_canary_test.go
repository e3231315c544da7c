package service_test

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"verso/blob"
	"verso/blob/blobtest"
	"verso/db"
	"verso/db/dbtest"
	"verso/faas"
	"verso/service"
	"verso/worker"
)

// canary is a value that must be found nowhere.
const canary = "canary-7f3a9c51e2"

// Versions are made by all three sources, some in vain, and then everything that was kept or said is searched for their
// values: every byte of the database, the packages and the worker's log, and every error.
func TestS44NoValueIsStoredInClear(t *testing.T) {
	server := blobtest.S3(t)
	server.MakeBucket("releases")
	server.PutObject("releases", "good.zip", zipOf("good"))
	server.PutObject("releases", "cut.zip", zipOf("cut")[:60])
	buckets, err := blob.OpenBuckets(map[string]string{"releases": server.URL("releases")}, server.Getenv)
	if err != nil {
		t.Fatal(err)
	}
	dbtest.EachConfig(t, func(t *testing.T, cfg db.Config) {
		h := newIdleHouse(t, dbtest.Open(t, cfg), buckets)
		said := &strings.Builder{}
		stop := h.workAloud(t, said)
		h.tryEverything(t, said)
		stop()
		for what, data := range map[string][]byte{
			"the database": dbtest.Dump(t, cfg), "the packages": filesIn(t, h.folder), "logs and errors": []byte(said.String()),
		} {
			if at := bytes.Index(data, []byte(canary)); at >= 0 {
				t.Errorf("%s hold a value: …%s…", what, data[max(0, at-80):min(len(data), at+40)])
			}
		}
		if !bytes.Contains(dbtest.Dump(t, cfg), []byte("VARIABLE_OF_A_COPY")) {
			t.Error("not even the names are in the database: the search proves nothing")
		}
	})
}

// workAloud is a worker whose log is kept. It ends at stop.
func (h *house) workAloud(t *testing.T, said *strings.Builder) (stop func()) {
	t.Helper()
	var log bytes.Buffer
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		worker.New(h.store, h.Run, worker.Settings{Name: "test", Backoff: time.Millisecond}, slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))).Work(ctx)
	}()
	return func() {
		cancel()
		<-done
		said.Write(log.Bytes())
	}
}

// tryEverything makes versions in every way and writes down what is said about those that fail.
func (h *house) tryEverything(t *testing.T, said *strings.Builder) {
	t.Helper()
	f := h.newFunction(t, "greeter")
	env := func(name string) []faas.Variable {
		return []faas.Variable{{Key: name, Value: faas.Secret(canary + name)}}
	}
	from := h.made(t, f, "a", func(in *service.VersionInput) { in.Environment, in.Key = env("VARIABLE_OF_AN_UPLOAD"), "k-1" })
	h.copy(t, f, from, func(in *service.VersionInput) {
		in.Base, in.Environment = from.ID, append(env("VARIABLE_OF_A_COPY"), faas.Variable{Key: "KEPT", Kept: "VARIABLE_OF_AN_UPLOAD"})
	})
	attempt := func(change func(*service.VersionInput)) {
		t.Helper()
		in := service.VersionInput{Function: f, Settings: settings(), Environment: env("VARIABLE"), Source: service.Source{Kind: faas.FromBucket, Bucket: "releases", Object: "good.zip"}}
		change(&in)
		op, err := h.CreateVersion(t.Context(), h.actor, in)
		if err == nil {
			op = h.finish(t, op)
		}
		fmt.Fprintf(said, "%v %+v %+v %+v\n", err, err, op, in)
	}
	attempt(func(*service.VersionInput) {})
	attempt(func(in *service.VersionInput) { in.Source.Object = "cut.zip" })
	attempt(func(in *service.VersionInput) { in.Source.Object = "missing.zip" })
	attempt(func(in *service.VersionInput) { in.Source.SHA256 = strings.Repeat("0", 64) })
	attempt(func(in *service.VersionInput) { in.Settings.Entrypoint = "main.handler" })
	attempt(func(in *service.VersionInput) { in.Source = service.Source{Kind: faas.FromCopy, CopyOf: f.ID} })
	attempt(func(in *service.VersionInput) { in.Source = service.Source{Kind: faas.FromUpload} })
	attempt(func(in *service.VersionInput) { in.Environment[0].Key = "1" + canary[:3] })
	attempt(func(in *service.VersionInput) { in.Environment[0].Value += "\x00" })
	attempt(func(in *service.VersionInput) { in.Environment[0].Value += faas.Secret(strings.Repeat("x", 5000)) })
	attempt(func(in *service.VersionInput) { in.Environment = append(in.Environment, in.Environment...) })
	attempt(func(in *service.VersionInput) {
		in.Key, in.Source = "k-1", service.Source{Kind: faas.FromCopy, CopyOf: from.ID}
	})
	drafts, err := h.DraftEnvironment(t.Context(), h.actor, f, env("VARIABLE"))
	fmt.Fprintf(said, "%+v %v\n", drafts, err)
}

// filesIn is every byte of every file in a folder.
func filesIn(t *testing.T, folder string) []byte {
	t.Helper()
	var all bytes.Buffer
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		data, err := os.ReadFile(path)
		all.Write(data)
		return err
	})
	if err != nil || all.Len() == 0 {
		t.Fatalf("%d bytes in %s, error %v", all.Len(), folder, err)
	}
	return all.Bytes()
}
