package db_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"

	"verso/db"
	"verso/db/dbtest"
	"verso/faas"
)

// A hundred creations at once through two stores, thirty of them failing: the others get 1..70.
func TestConcurrentVersionsAreConsecutive(t *testing.T) {
	dbtest.EachConfig(t, func(t *testing.T, cfg db.Config) {
		w := newWorld(t, dbtest.Open(t, cfg))
		stores := []*db.Store{w.Store, dbtest.Open(t, cfg)}
		f := w.function("one-function")
		const all, bad = 100, 30
		for range all {
			w.add(w.operation(f, faas.CreateVersion))
		}
		var mu sync.Mutex
		var numbers []int64
		var work sync.WaitGroup
		for i := range all {
			work.Go(func() {
				s := stores[i%len(stores)]
				op, l, err := s.Claim(w.ctx, fmt.Sprint(i), lease)
				if err != nil {
					t.Error(err)
					return
				}
				v := w.version(op)
				if i < bad {
					v.Description = "a text that cannot be stored\x00"
				}
				v, err = s.PublishVersion(w.ctx, l, v, []string{"prod"}, op.Stages, w.audit("version.create"))
				if i < bad {
					if err == nil {
						t.Error("a bad version was published")
					}
					return
				}
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				numbers = append(numbers, v.Number)
				mu.Unlock()
			})
		}
		work.Wait()
		slices.Sort(numbers)
		for i, n := range numbers {
			if n != int64(i+1) {
				t.Fatalf("numbers %v", numbers)
			}
		}
		if len(numbers) != all-bad {
			t.Fatalf("%d versions, want %d", len(numbers), all-bad)
		}
		w.checkTags(f)
	})
}

// checkTags compares the three places that know of tags.
func (w *world) checkTags(f faas.Function) {
	w.t.Helper()
	tags, err := w.Tags(w.ctx, f.ID)
	w.must(err)
	list, err := w.Functions(w.ctx, faas.FunctionFilter{ProjectID: w.project})
	w.must(err)
	i := slices.IndexFunc(list.Items, func(r faas.FunctionRow) bool { return r.ID == f.ID })
	if len(tags) != len(list.Items[i].Tags) {
		w.t.Fatalf("tags %+v, on the function %+v", tags, list.Items[i].Tags)
	}
	for j, tag := range tags {
		if ref := list.Items[i].Tags[j]; ref.Name != tag.Name || ref.Number != tag.Number {
			w.t.Errorf("tag %+v, on the function %+v", tag, ref)
		}
		v, err := w.VersionByNumber(w.ctx, f.ID, tag.Number)
		w.must(err)
		if v.ID != tag.VersionID {
			w.t.Errorf("tag %+v is on version %s", tag, v.ID)
		}
	}
}

func TestTagsMoveToTheNewVersion(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		w := newWorld(t, s)
		f := w.function("one-function")
		w.publish(f, nil, "prod", "beta")
		w.publish(f, nil)
		w.publish(f, nil, "prod")
		tags, err := s.Tags(w.ctx, f.ID)
		w.must(err)
		var got []string
		for _, tag := range tags {
			got = append(got, fmt.Sprintf("%s %d", tag.Name, tag.Number))
		}
		if want := []string{"$latest 3", "beta 1", "prod 3"}; !slices.Equal(got, want) {
			t.Errorf("tags %v, want %v", got, want)
		}
		w.checkTags(f)
		moves, err := db.TagMoves(s, f.ID)
		w.must(err)
		want := []string{"$latest 0>1", "beta 0>1", "prod 0>1", "$latest 1>2", "$latest 2>3", "prod 1>3"}
		slices.Sort(moves)
		slices.Sort(want)
		if !slices.Equal(moves, want) {
			t.Errorf("history %v, want %v", moves, want)
		}
	})
}

func TestNothingIsPublishedOnADeletedFunction(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		w := newWorld(t, s)
		f := w.function("one-function")
		w.add(w.operation(f, faas.CreateVersion))
		op, l := w.claim()
		w.add(w.operation(f, faas.DeleteFunction))
		_, err := s.PublishVersion(w.ctx, l, w.version(op), nil, nil, w.audit("version.create"))
		w.wantKind(err, faas.NotFound)
		other := w.version(op)
		other.ProjectID = id()
		_, err = s.PublishVersion(w.ctx, l, other, nil, nil, w.audit("version.create"))
		w.wantKind(err, faas.NotFound)
	})
}

func TestTheAuditLineTellsTheNumber(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		w := newWorld(t, s)
		f := w.function("one-function")
		for _, name := range []string{f.Name, ""} {
			w.add(w.operation(f, faas.CreateVersion))
			op, l := w.claim()
			line := w.audit("version.published")
			line.Detail = name
			_, err := s.PublishVersion(w.ctx, l, w.version(op), nil, op.Stages, line)
			w.must(err)
		}
		got, err := db.AuditDetails(s, "version.published")
		w.must(err)
		if !slices.Equal(got, []string{"one-function #1", "#2"}) {
			t.Errorf("details are %q", got)
		}
	})
}
