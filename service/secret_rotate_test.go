package service_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"verso/db"
	"verso/db/dbtest"
	"verso/faas"
	"verso/service"
)

// operator is whoever runs commands beside the server.
func operator() faas.Actor {
	return faas.Actor{ID: "verso", Name: "root", Admin: true, Role: faas.Owner, Door: faas.DoorCommandLine}
}

func TestS46StartsWithTheRightKeysOnly(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, store *db.Store) {
		old, next, wrong := service.NewKey(), service.NewKey(), service.NewKey()
		first := newKeyedHouse(t, store, noBuckets(t), newKeys(old))
		if err := first.OpenKeys(t.Context()); err != nil {
			t.Fatal(err)
		}
		starts := func(keys ...service.Key) error {
			return newKeyedHouse(t, store, noBuckets(t), newKeys(keys...)).OpenKeys(t.Context())
		}
		refuses := func(what string, err error, id string) {
			t.Helper()
			if !faas.Is(err, faas.Precondition) || !errors.Is(err, service.ErrKeyMissing) || !strings.Contains(err.Error(), id) {
				t.Errorf("%s: error %v, want the key %s", what, err, id)
			}
		}
		refuses("a wrong key", starts(wrong), old.ID())
		refuses("no key", starts(), old.ID())
		refuses("a wrong and a new key", starts(next, wrong), old.ID())
		if err := errors.Join(starts(old), starts(next, old), starts(old, next)); err != nil {
			t.Errorf("with the right key among others: %v", err)
		}
		if got, err := store.SecretKeys(t.Context()); err != nil || !slices.Equal(got, []string{old.ID()}) {
			t.Errorf("the database knows %q, error %v", got, err)
		}
		rotated := newKeyedHouse(t, store, noBuckets(t), newKeys(next, old))
		if id, _, err := rotated.RotateKey(t.Context(), operator()); err != nil || id != next.ID() {
			t.Fatalf("rotated to %s, error %v", id, err)
		}
		refuses("the old key alone", starts(old), next.ID())
		refuses("the new key alone, before the old one is dropped", starts(next), old.ID())
		if err := rotated.ForgetKey(t.Context(), operator(), old.ID()); err != nil {
			t.Fatal(err)
		}
		if err := starts(next); err != nil {
			t.Errorf("the new key alone: %v", err)
		}
	})
}

func TestS46OnlyTheCommandLineChangesKeys(t *testing.T) {
	h := newIdleHouse(t, dbtest.OpenSQLite(t), noBuckets(t))
	for _, a := range []faas.Actor{h.actor, {ID: "x", Admin: true, Role: faas.Owner, Door: faas.DoorDashboard}} {
		_, _, rotate := h.RotateKey(t.Context(), a)
		_, list := h.Keys(t.Context(), a)
		for _, err := range []error{rotate, list, h.ForgetKey(t.Context(), a, "01234567")} {
			wantKind(t, err, faas.Forbidden, "")
		}
	}
}

// Pauses between the requests of one client, so that a slow disk does not make the test long.
const (
	betweenWrites = 20 * time.Millisecond
	betweenReads  = 2 * time.Millisecond
)

// load is a server at work: versions are made and read while keys change.
type load struct {
	h    *house
	f    faas.Function
	base faas.Version
	stop atomic.Bool
	wait sync.WaitGroup

	mu   sync.Mutex
	made map[string]faas.Secret // operation id: its typed value
}

func (l *load) start(t *testing.T) {
	t.Helper()
	for worker := range 3 {
		l.wait.Go(func() {
			for i := 0; !l.stop.Load(); i++ {
				time.Sleep(betweenWrites)
				if err := l.create(t.Context(), faas.Secret(fmt.Sprintf("typed %d %d", worker, i))); err != nil {
					t.Errorf("a version beside the rotation: %v", err)
					return
				}
			}
		})
		l.wait.Go(func() {
			for !l.stop.Load() {
				time.Sleep(betweenReads)
				v, err := l.h.VersionByID(t.Context(), l.h.actor, l.base.ID)
				if err != nil {
					t.Errorf("a look beside the rotation: %v", err)
					return
				}
				if got, err := l.h.OpenValue(v, "KEPT"); err != nil || got != "kept value" {
					t.Errorf("beside the rotation it reads %q, error %v", string(got), err)
					return
				}
			}
		})
	}
}

func (l *load) create(ctx context.Context, typed faas.Secret) error {
	op, err := l.h.CreateVersion(ctx, l.h.actor, service.VersionInput{
		Function: l.f, Settings: settings(), Base: l.base.ID, Source: service.Source{Kind: faas.FromCopy, CopyOf: l.base.ID},
		Environment: []faas.Variable{{Key: "KEPT", Kept: "KEPT"}, {Key: "TYPED", Value: typed}},
	})
	if err == nil {
		l.mu.Lock()
		l.made[op.ID] = typed
		l.mu.Unlock()
	}
	return err
}

// check ends the load and opens what it made.
func (l *load) check(t *testing.T, with *house) {
	t.Helper()
	if len(l.made) == 0 {
		t.Error("nothing was made beside the rotation")
	}
	for id, typed := range l.made {
		op := with.finish(t, faas.Operation{ID: id})
		v, err := with.VersionByID(t.Context(), with.actor, op.VersionID)
		if err != nil {
			t.Fatal(err)
		}
		kept, keptErr := with.OpenValue(v, "KEPT")
		got, err := with.OpenValue(v, "TYPED")
		if keptErr != nil || err != nil || kept != "kept value" || got != typed {
			t.Errorf("version #%d holds %q and %q, errors %v, %v", v.Number, string(kept), string(got), keptErr, err)
		}
	}
}

// The key is changed three times, by a process of its own, while a server makes and reads versions: no request fails,
// and in the end the last key is all that is needed.
func TestS46RotationUnderLoad(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, store *db.Store) {
		keys := newKeys(service.NewKey())
		h := newKeyedHouse(t, store, noBuckets(t), keys)
		if err := h.OpenKeys(t.Context()); err != nil {
			t.Fatal(err)
		}
		h.work(t)
		l := &load{h: h, f: h.newFunction(t, "greeter"), made: map[string]faas.Secret{}}
		l.base = h.made(t, l.f, "base", func(in *service.VersionInput) {
			in.Environment = []faas.Variable{{Key: "KEPT", Value: "kept value"}}
		})
		l.start(t)
		var last service.Key
		for range 3 {
			last = service.NewKey()
			list, err := keys.read()
			if err != nil {
				t.Fatal(err)
			}
			keys.write(append([]service.Key{last}, list...)...)
			command := newKeyedHouse(t, store, noBuckets(t), keys)
			if id, rows, err := command.RotateKey(t.Context(), operator()); err != nil || id != last.ID() || rows == 0 {
				t.Errorf("rotated %d rows to %s, error %v", rows, id, err)
			}
			// What is not needed any more is forgotten at once, while versions are made: now and then one is just being
			// written that still needs it.
			for _, k := range list {
				err := command.ForgetKey(t.Context(), operator(), k.ID())
				if err != nil && !faas.Is(err, faas.NotFound) && !faas.Is(err, faas.Precondition) {
					t.Errorf("forget %s: %v", k.ID(), err)
				}
			}
		}
		l.stop.Store(true)
		l.wait.Wait()
		for id := range l.made {
			h.finish(t, faas.Operation{ID: id})
		}
		old, err := keys.read()
		if err != nil {
			t.Fatal(err)
		}
		for _, k := range old[1:] {
			if err := h.ForgetKey(t.Context(), operator(), k.ID()); err != nil && !faas.Is(err, faas.NotFound) {
				t.Errorf("forget %s: %v", k.ID(), err)
			}
		}
		fresh := newKeyedHouse(t, store, noBuckets(t), newKeys(last))
		if err := fresh.OpenKeys(t.Context()); err != nil {
			t.Fatal(err)
		}
		l.check(t, fresh)
		uses, err := fresh.Keys(t.Context(), operator())
		if err != nil || len(uses) != 1 || !uses[0].Current || uses[0].ID != last.ID() || uses[0].Rows == 0 {
			t.Errorf("keys are %+v, error %v", uses, err)
		}
	})
}

// dying is a store whose process is killed after some writes of a rotation.
type dying struct {
	*db.Store
	left int
}

var errKilled = errors.New("killed")

func (d *dying) Reseal(ctx context.Context, row faas.SealedRow, values map[string]faas.Sealed) (bool, error) {
	if d.left--; d.left < 0 {
		return false, errKilled
	}
	return d.Store.Reseal(ctx, row, values)
}

// K20: a rotation that is killed half way loses nothing, and is ended by the next.
func TestK20ARotationKilledHalfWay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, store *db.Store) {
		old, next := service.NewKey(), service.NewKey()
		h := newKeyedHouse(t, store, noBuckets(t), newKeys(old))
		h.work(t)
		f := h.newFunction(t, "greeter")
		var list []faas.Version
		for i := range 4 {
			list = append(list, h.made(t, f, "a", func(in *service.VersionInput) {
				in.Environment = []faas.Variable{{Key: "N", Value: faas.Secret(fmt.Sprint(i))}}
			}))
		}
		for left := range 8 { // four versions and their orders
			keys := newKeys(next, old)
			killed := service.New(service.Config{Store: &dying{store, left}, Limits: faas.DefaultLimits(), Now: now, Keys: keys.read})
			if _, _, err := killed.RotateKey(t.Context(), operator()); !errors.Is(err, errKilled) && left < 1 {
				t.Fatalf("it was not killed: %v", err)
			}
			reads := newKeyedHouse(t, store, noBuckets(t), keys)
			for i, v := range list {
				v, err := reads.VersionByID(t.Context(), h.actor, v.ID)
				if err != nil {
					t.Fatal(err)
				}
				if got, err := reads.OpenValue(v, "N"); err != nil || string(got) != fmt.Sprint(i) {
					t.Errorf("killed after %d: value %d is %q, error %v", left, i, string(got), err)
				}
			}
		}
		ends := newKeyedHouse(t, store, noBuckets(t), newKeys(next, old))
		wantKind(t, ends.ForgetKey(t.Context(), operator(), next.ID()), faas.Precondition, "")
		if _, _, err := ends.RotateKey(t.Context(), operator()); err != nil {
			t.Fatal(err)
		}
		if err := ends.ForgetKey(t.Context(), operator(), old.ID()); err != nil {
			t.Fatal(err)
		}
		alone := newKeyedHouse(t, store, noBuckets(t), newKeys(next))
		if err := alone.OpenKeys(t.Context()); err != nil {
			t.Error(err)
		}
		for _, v := range list {
			v, err := alone.VersionByID(t.Context(), h.actor, v.ID)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := alone.OpenValue(v, "N"); err != nil {
				t.Error(err)
			}
		}
	})
}

// A key that still seals something is not forgotten.
func TestS46AKeyInUseStays(t *testing.T) {
	h := newHouse(t, dbtest.OpenSQLite(t), noBuckets(t))
	f := h.newFunction(t, "greeter")
	h.made(t, f, "a")
	keys, err := h.keys.read()
	if err != nil {
		t.Fatal(err)
	}
	old, next := keys[0], service.NewKey()
	h.keys.write(next, old)
	if err := h.store.UseSecretKey(t.Context(), next.ID(), now(), faas.Audit{ID: "01890000-0000-7000-8000-000000000009"}); err != nil {
		t.Fatal(err) // as a rotation does that is killed before its first row
	}
	err = h.ForgetKey(t.Context(), operator(), old.ID())
	wantKind(t, err, faas.Precondition, "")
	if !strings.Contains(err.Error(), "still seals 2 rows") {
		t.Errorf("it says %v", err)
	}
	// A server that was not told of the new key yet goes on, and then seals with it.
	v := h.made(t, f, "b")
	if !strings.HasPrefix(string(v.Settings.Environment["REGION"]), "s1."+next.ID()+".") {
		t.Errorf("the value is %s, the current key is %s", v.Settings.Environment["REGION"], next.ID())
	}
}
