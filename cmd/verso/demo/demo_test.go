package demo

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"verso/blob"
	"verso/db"
	"verso/faas"
	"verso/service"
)

// open opens an empty installation; the demo gets at most a few versions of each function.
func open(t *testing.T) Config {
	t.Helper()
	dir := t.TempDir()
	blobs, err := blob.Open(t.Context(), "", dir, os.Getenv)
	if err != nil {
		t.Fatal(err)
	}
	store, err := db.Open(t.Context(), db.Config{Dir: dir, Migrate: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	key := service.NewKey()
	return Config{
		Store: store, Blobs: blobs, Limits: faas.DefaultLimits(), Now: noon, Out: io.Discard,
		Log: slog.New(slog.DiscardHandler), MostVersions: 3,
		Keys: func() ([]service.Key, error) { return []service.Key{key}, nil },
	}
}

// want is what the plan promises.
func want(c Config) Totals {
	w := Totals{Projects: len(projects()), Functions: len(functions()), Failed: 6, Cancelled: 1}
	for _, e := range plan(c.Now, c.MostVersions) {
		if !e.birth && e.trouble == fine {
			w.Versions++
		}
	}
	return w
}

func TestFillTwice(t *testing.T) {
	c := open(t)
	got, err := Fill(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	promised := want(c)
	promised.Added = len(plan(c.Now, c.MostVersions))
	if err := faas.CheckPassword("", got.Entry); err != nil {
		t.Errorf("the people's password: %v", err)
	}
	promised.Entry = got.Entry
	if got != promised {
		t.Errorf("got %+v, want %+v", got, promised)
	}
	checkVersions(t, c, promised.Versions)
	checkTroubles(t, c)

	c.Now = c.Now.Add(25 * time.Hour)
	again, err := Fill(t.Context(), c)
	if promised.Added, promised.Entry = 0, ""; err != nil || again != promised {
		t.Errorf("the second time got %+v, %v, want %+v", again, err, promised)
	}
}

// checkVersions looks at every version: numbers, times, origins, packages.
func checkVersions(t *testing.T, c Config, want int) {
	t.Helper()
	verbs := service.New(service.Config{Store: c.Store, Blobs: c.Blobs, Limits: c.Limits, Now: func() time.Time { return c.Now }})
	origins, total := map[faas.OriginKind]int{}, 0
	for _, p := range projects() {
		project, err := verbs.Project(t.Context(), p.name)
		if err != nil {
			t.Fatal(err)
		}
		who := operator(project.ID)
		list, err := verbs.Functions(t.Context(), who, faas.FunctionFilter{Page: faas.Page{Size: 1000}})
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range list.Items {
			versions := versionsOf(t, verbs, who, f.Function)
			total += len(versions)
			for _, v := range versions {
				origins[v.Origin.Kind]++
			}
		}
	}
	if total != want {
		t.Errorf("%d versions, want %d", total, want)
	}
	for _, kind := range faas.OriginKinds() {
		if origins[kind] < 10 {
			t.Errorf("%d versions by %s; all ways in should be seen: %v", origins[kind], kind, origins)
		}
	}
	if found, err := verbs.Check(t.Context(), true); err != nil || len(found.Broken) > 0 {
		t.Errorf("the installation is not sound: %v %v", found.Broken, err)
	}
}

func versionsOf(t *testing.T, verbs *service.Service, who faas.Actor, f faas.Function) []faas.VersionRow {
	t.Helper()
	list, err := verbs.Versions(t.Context(), who, f, faas.VersionFilter{Oldest: true, Page: faas.Page{Size: 1000}})
	if err != nil {
		t.Fatal(err)
	}
	packages := map[string]int64{}
	for i, v := range list.Items {
		if v.Number != int64(i+1) {
			t.Fatalf("%s: number %d stands at %d", f.Name, v.Number, i+1)
		}
		if i > 0 && !v.CreatedAt.After(list.Items[i-1].CreatedAt) {
			t.Errorf("%s #%d is not younger than the one before", f.Name, v.Number)
		}
		if before := packages[v.SHA256]; before > 0 && v.Origin.Kind != faas.FromCopy {
			t.Errorf("%s #%d has the bytes of #%d and is no copy", f.Name, v.Number, before)
		}
		packages[v.SHA256] = v.Number
	}
	return list.Items
}

// interrupted is the store of a run that is told to stop after some operations.
type interrupted struct {
	faas.Store
	left atomic.Int64
	stop context.CancelFunc
}

// AddOperation stops the run once enough were added.
func (s *interrupted) AddOperation(ctx context.Context, op faas.Operation, key faas.IdempotencyKey, a faas.Audit) (faas.Operation, error) {
	if s.left.Add(-1) < 0 {
		s.stop()
	}
	return s.Store.AddOperation(ctx, op, key, a)
}

func TestFillGoesOnWhereItWasInterrupted(t *testing.T) {
	c := open(t)
	whole := c.Store
	for i := range 2 {
		ctx, stop := context.WithCancel(t.Context())
		s := &interrupted{Store: whole, stop: stop}
		s.left.Store(40)
		c.Store = s
		if _, err := Fill(ctx, c); err == nil {
			t.Fatalf("run %d was not interrupted", i)
		}
		stop()
	}
	c.Store = whole
	got, err := Fill(t.Context(), c)
	promised := want(c)
	if promised.Added, promised.Entry = got.Added, ""; err != nil || got != promised {
		t.Errorf("got %+v, %v, want %+v", got, err, promised)
	}
	if all := len(plan(c.Now, c.MostVersions)); got.Added == 0 || got.Added > all-80 {
		t.Errorf("the last run added %d of %d events, although the others had added at least 80", got.Added, all)
	}
	checkVersions(t, c, promised.Versions)
}

func checkTroubles(t *testing.T, c Config) {
	t.Helper()
	fields := map[trouble]string{mismatch: "sha256", misplaced: "entrypoint", vanished: "object"}
	for path, kind := range troubles() {
		op := operationOf(t, c, fmt.Sprintf("demo/%s/", path), string(kind))
		if kind == cancelled {
			if op.State != faas.Cancelled || op.Failure == nil || op.Failure.At.Sub(op.CreatedAt).Truncate(time.Minute) != time.Minute {
				t.Errorf("%s: %s %+v, want it cancelled after a minute", path, op.State, op.Failure)
			}
			continue
		}
		if op.State != faas.Failed || op.Failure == nil || op.Failure.Field != fields[kind] || op.Failure.Message == "" {
			t.Errorf("%s: %s %+v, want a failure on the field %s", path, op.State, op.Failure, fields[kind])
		} else if took := op.Failure.At.Sub(op.CreatedAt); took <= 0 || took >= time.Minute {
			t.Errorf("%s: failed after %s", path, took)
		}
	}
}

// operationOf finds the operation whose event's name has this beginning and this end.
func operationOf(t *testing.T, c Config, begin, end string) faas.Operation {
	t.Helper()
	s := &stage{config: c, done: map[string]faas.Operation{}, changed: make(chan struct{})}
	if err := s.recall(t.Context()); err != nil {
		t.Fatal(err)
	}
	for name, op := range s.done {
		if strings.HasPrefix(name, begin) && strings.HasSuffix(name, end) {
			return op
		}
	}
	t.Fatalf("no operation %s…%s", begin, end)
	return faas.Operation{}
}
