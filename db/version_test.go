package db_test

import (
	"reflect"
	"testing"

	"verso/db"
	"verso/db/dbtest"
	"verso/faas"
)

func TestPublishedVersionReadsBackWhole(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		w := newWorld(t, s)
		f := w.function("invoice-pdf")
		want := w.publish(f, func(v *faas.Version) {
			v.Origin = faas.Origin{
				Kind: faas.FromBucket, Bucket: "b", Object: "o/p.zip", ETag: "e", CopiedID: "c", CopiedFunction: "cf", CopiedNumber: 7,
			}
		}, "prod", "beta")
		if want.Number != 1 {
			t.Fatalf("number %d, want 1", want.Number)
		}
		got, err := s.VersionByID(w.ctx, w.project, want.ID)
		w.must(err)
		if !reflect.DeepEqual(got, want) {
			t.Errorf("by id\n got %+v\nwant %+v", got, want)
		}
		got, err = s.VersionByNumber(w.ctx, f.ID, 1)
		w.must(err)
		if !reflect.DeepEqual(got, want) {
			t.Errorf("by number\n got %+v\nwant %+v", got, want)
		}
		_, err = s.VersionByID(w.ctx, id(), want.ID)
		w.wantKind(err, faas.NotFound)
		list, err := s.Versions(w.ctx, faas.VersionFilter{FunctionID: f.ID})
		w.must(err)
		if len(list.Items) != 1 || !reflect.DeepEqual(list.Items[0].Tags, []string{faas.Latest, "beta", "prod"}) {
			t.Errorf("list %+v", list)
		}
		functions, err := s.Functions(w.ctx, faas.FunctionFilter{ProjectID: w.project})
		w.must(err)
		if len(functions.Items) != 1 || functions.Items[0].Runtime != "nodejs22" || functions.Items[0].Change != "created #1" {
			t.Errorf("functions %+v", functions)
		}
	})
}
