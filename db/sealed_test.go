package db_test

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"verso/db"
	"verso/db/dbtest"
	"verso/faas"
)

func TestTheCurrentSecretKeyComesFirst(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		w := newWorld(t, s)
		at := now()
		check := func(want ...string) {
			t.Helper()
			if got, err := s.SecretKeys(w.ctx); err != nil || !slices.Equal(got, want) {
				t.Errorf("keys %v, want %v: %v", got, want, err)
			}
		}
		use := func(id string, at time.Time) {
			t.Helper()
			w.must(s.UseSecretKey(w.ctx, id, at, w.audit("key.use")))
		}
		drop := func(id string) error { return s.DropSecretKey(w.ctx, id, w.audit("key.drop")) }
		check()
		use("aaaaaaaa", at)
		use("bbbbbbbb", at) // the same moment
		use("cccccccc", at.Add(-time.Hour))
		check("cccccccc", "bbbbbbbb", "aaaaaaaa") // by a server whose clock is behind
		use("cccccccc", at.Add(time.Hour))
		use("aaaaaaaa", at)
		check("aaaaaaaa", "cccccccc", "bbbbbbbb")
		w.wantKind(drop("aaaaaaaa"), faas.Precondition)
		w.wantKind(drop("dddddddd"), faas.NotFound)
		w.must(drop("cccccccc"))
		w.wantKind(drop("cccccccc"), faas.NotFound)
		check("aaaaaaaa", "bbbbbbbb")
		for action, want := range map[string]int{"key.use": 4, "key.drop": 1} {
			if lines, err := db.AuditDetails(s, action); err != nil || len(lines) != want {
				t.Errorf("%d lines of %s, want %d: %v", len(lines), action, want, err)
			}
		}
	})
}

// sealedRows reads all rows with values, by kind and id.
func (w *world) sealedRows() map[string]faas.SealedRow {
	w.t.Helper()
	all := map[string]faas.SealedRow{}
	w.must(w.EachSealed(w.ctx, func(row faas.SealedRow) error {
		all[string(row.Kind)+" "+row.ID] = row
		return nil
	}))
	return all
}

// fillSealed stores values in every place, and rows without any beside them.
func (w *world) fillSealed() (v faas.Version, key faas.AccessKey) {
	w.t.Helper()
	f := w.function("one-function")
	ann := dbtest.Person(w.t, w.Store, "ann")
	dbtest.Member(w.t, w.Store, w.project, ann, faas.Viewer)
	v = w.publish(f, func(v *faas.Version) {
		v.Settings.Environment = map[string]faas.Sealed{"A": "s1.version", "B": "from before <& \"keys\" ü"}
	})
	w.publish(f, func(v *faas.Version) { v.Settings.Environment = nil })
	empty := w.operation(f, faas.CreateVersion)
	empty.Order.Settings.Environment = nil
	empty.Order.Description = `"Environment":{"A":"looks like one"}`
	w.add(empty)
	key = w.accessKey(ann, "key1")
	w.must(w.AddAccessKey(w.ctx, key, w.audit("accesskey.create")))
	w.must(w.AddToken(w.ctx, w.token(ann, "token1"), hash("t"), w.audit("token.create")))
	return v, key
}

func TestSealedValuesAreFoundInEveryPlace(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		w := newWorld(t, s)
		v, key := w.fillSealed()
		order, err := s.OperationByID(w.ctx, w.project, v.OperationID)
		w.must(err)
		want := []faas.SealedRow{
			{Kind: faas.SealedVersion, ID: v.ID, ProjectID: w.project, Place: v.ID, Values: v.Settings.Environment},
			{Kind: faas.SealedOrder, ID: order.ID, ProjectID: w.project, Place: v.ID, Values: settings().Environment},
			{Kind: faas.SealedAccessKey, ID: key.ID, ProjectID: w.project, Place: key.ID, Values: map[string]faas.Sealed{"secret": key.Secret}},
		}
		got := w.sealedRows()
		for _, row := range want {
			if found := got[string(row.Kind)+" "+row.ID]; !reflect.DeepEqual(found, row) {
				t.Errorf("\n got %+v\nwant %+v", found, row)
			}
		}
		if len(got) != 4 { // and the order of the version without values, which was changed after it was ordered
			t.Errorf("%d rows: %v", len(got), slices.Sorted(maps.Keys(got)))
		}
		stop := fmt.Errorf("stop")
		if err := s.EachSealed(w.ctx, func(faas.SealedRow) error { return stop }); err != stop { //nolint:errorlint // as it is
			t.Errorf("the reader's error was lost: %v", err)
		}
	})
}

func TestResealingChangesTheValuesAndNothingElse(t *testing.T) {
	dbtest.EachConfig(t, func(t *testing.T, cfg db.Config) {
		cfg.MaxConns = 1 // the walk holds no connection while it is resealed
		s := dbtest.Open(t, cfg)
		w := newWorld(t, s)
		v, key := w.fillSealed()
		w.must(db.Exec(s, `UPDATE operations SET work_order = '{"newer":[1,2],' || substr(work_order, 2) WHERE id = ?`, v.OperationID))
		before, err := s.OperationByID(w.ctx, w.project, v.OperationID)
		w.must(err)
		n := 0
		w.must(s.EachSealed(w.ctx, func(row faas.SealedRow) error {
			n++
			done, err := s.Reseal(w.ctx, row, resealed(row.Values))
			if !done {
				t.Errorf("%s was not resealed", row.Kind)
			}
			return err
		}))
		if n != 4 {
			t.Errorf("%d rows were resealed, want 4", n)
		}
		want := v
		want.Settings.Environment = resealed(v.Settings.Environment)
		if got, err := s.VersionByID(w.ctx, w.project, v.ID); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("version\n got %+v\nwant %+v: %v", got, want, err)
		}
		before.Order.Settings.Environment = resealed(before.Order.Settings.Environment)
		if got, err := s.OperationByID(w.ctx, w.project, v.OperationID); err != nil || !reflect.DeepEqual(got, before) {
			t.Errorf("operation\n got %+v\nwant %+v: %v", got, before, err)
		}
		texts, err := db.Texts(s, `SELECT work_order FROM operations WHERE id = ?`, v.OperationID)
		w.must(err)
		if !strings.Contains(texts[0], `"newer":[1,2]`) {
			t.Errorf("what a newer program wrote is gone: %s", texts[0])
		}
		if _, got, err := s.IdentityByAccessKey(w.ctx, key.ID); err != nil || got.Secret != key.Secret+"+" {
			t.Errorf("key %+v: %v", got, err)
		}
	})
}

func resealed(values map[string]faas.Sealed) map[string]faas.Sealed {
	next := map[string]faas.Sealed{}
	for name, value := range values {
		next[name] = value + "+"
	}
	return next
}

func TestResealingComparesBeforeItWrites(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		w := newWorld(t, s)
		w.fillSealed()
		for _, row := range w.sealedRows() {
			for name, change := range map[string]func(*faas.SealedRow){
				"other values":  func(r *faas.SealedRow) { r.Values = resealed(r.Values) },
				"no values":     func(r *faas.SealedRow) { r.Values = nil },
				"no such row":   func(r *faas.SealedRow) { r.ID = id() },
				"other project": func(r *faas.SealedRow) { r.ProjectID = id() },
			} {
				other := row
				change(&other)
				if done, err := s.Reseal(w.ctx, other, map[string]faas.Sealed{"A": "x"}); done || err != nil {
					t.Errorf("%s with %s: %v %v", row.Kind, name, done, err)
				}
			}
			var done atomic.Int64
			atOnce(8, func(i int) {
				values := maps.Clone(row.Values)
				for name := range values {
					values[name] += faas.Sealed(fmt.Sprint(i))
				}
				ok, err := s.Reseal(w.ctx, row, values)
				if err != nil {
					t.Error(err)
				}
				if ok {
					done.Add(1)
				}
			})
			if done.Load() != 1 {
				t.Errorf("%d of 8 resealed the %s", done.Load(), row.Kind)
			}
		}
		if _, err := s.Reseal(w.ctx, faas.SealedRow{Kind: "odd"}, nil); err == nil {
			t.Error("a kind that is stored nowhere was resealed")
		}
	})
}

// A walk takes a few rows at a time, and must not stop at a stretch of rows without values.
func TestTheWalkGoesOnBehindRowsWithoutValues(t *testing.T) {
	dbtest.EachConfig(t, func(t *testing.T, cfg db.Config) {
		s := dbtest.Open(t, cfg)
		w := newWorld(t, s)
		f := w.function("filled")
		w.must(dbtest.FillVersions(w.ctx, cfg, w.project, f.ID, 60))
		w.must(dbtest.FillPeople(w.ctx, cfg, w.project, 60)) // access keys without a secret
		other := w.function("one-function")
		for range 25 {
			w.publish(other, nil)
		}
		got := w.sealedRows()
		if len(got) != 50 {
			t.Errorf("%d rows, want 25 versions and 25 orders", len(got))
		}
	})
}

// An error of the decoder quotes what it read; that must not get into a log.
func TestADamagedColumnIsNotRepeatedInTheError(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		w := newWorld(t, s)
		v := w.publish(w.function("one-function"), nil)
		w.must(db.Exec(s, `UPDATE versions SET environment = '{"A":canary}' WHERE id = ?`, v.ID))
		err := s.EachSealed(w.ctx, func(faas.SealedRow) error { return nil })
		if err == nil || strings.Contains(err.Error(), "canary") || !strings.Contains(err.Error(), v.ID) {
			t.Errorf("got %v", err)
		}
		_, err = s.VersionByID(w.ctx, w.project, v.ID)
		if err == nil || strings.Contains(err.Error(), "canary") {
			t.Errorf("got %v", err)
		}
	})
}
