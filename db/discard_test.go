package db_test

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"verso/db"
	"verso/db/dbtest"
	"verso/faas"
)

func TestPackageIsDiscardedOnlyWhenNobodyNamesIt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		w := newWorld(t, s)
		f := w.function("one-function")
		v := w.publish(f, nil)
		waiting := w.operation(f, faas.CreateVersion)
		waiting.PackageSHA256 = hash("waiting")
		w.add(waiting)
		upload := faas.Upload{
			ID: id(), ProjectID: w.project, OwnerID: "u1", FileName: "a.zip", Package: faas.Package{SHA256: hash("upload"), Size: 5, Fingerprint: "x", Files: 1, Unpacked: 9},
			CreatedAt: now(), ExpiresAt: now().Add(time.Hour),
		}
		w.must(s.AddUpload(w.ctx, upload))
		got, err := s.UploadByID(w.ctx, w.project, "u1", upload.ID)
		w.must(err)
		if got != upload {
			t.Errorf("upload\n got %+v\nwant %+v", got, upload)
		}
		_, err = s.UploadByID(w.ctx, w.project, "u2", upload.ID)
		w.wantKind(err, faas.NotFound)
		for name, sha256 := range map[string]string{"version": v.Package.SHA256, "operation": hash("waiting"), "upload": hash("upload")} {
			removed, err := s.DiscardPackage(w.ctx, sha256, func() error { t.Errorf("removed what the %s names", name); return nil })
			if removed || err != nil {
				t.Errorf("%s: %v %v", name, removed, err)
			}
		}
		boom := errors.New("boom")
		if removed, err := s.DiscardPackage(w.ctx, hash("nobody"), func() error { return boom }); removed || !errors.Is(err, boom) {
			t.Errorf("failing removal: %v %v", removed, err)
		}
		if removed, err := s.DiscardPackage(w.ctx, hash("nobody"), func() error { return nil }); !removed || err != nil {
			t.Errorf("removal: %v %v", removed, err)
		}
		_, err = s.CancelOperation(w.ctx, w.project, waiting.ID, w.audit("operation.cancel"))
		w.must(err)
		_, err = s.Expire(w.ctx, now().Add(2*time.Hour))
		w.must(err)
		for _, sha256 := range []string{hash("waiting"), hash("upload")} {
			if removed, err := s.DiscardPackage(w.ctx, sha256, func() error { return nil }); !removed || err != nil {
				t.Errorf("after its end: %v %v", removed, err)
			}
		}
	})
}

func TestPackagesOfVersionsAreKnown(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		w := newWorld(t, s)
		f := w.function("one-function")
		first, second := w.publish(f, nil), w.publish(f, nil)
		w.publish(f, func(v *faas.Version) { v.Package = first.Package })
		var seen []string
		w.must(s.EachPackage(w.ctx, func(p faas.Package) error {
			seen = append(seen, p.SHA256)
			_, err := s.PackageBySHA256(w.ctx, p.SHA256) // the store may be used meanwhile
			return err
		}))
		if len(seen) != 2 || seen[0] >= seen[1] {
			t.Errorf("packages %v", seen)
		}
		w.add(w.operation(f, faas.DeleteFunction))
		_, l := w.claim()
		_, err := s.RemoveVersions(w.ctx, l, f.ID, 10)
		w.must(err)
		_, err = s.PackageBySHA256(w.ctx, second.Package.SHA256)
		w.wantKind(err, faas.NotFound)
		removed, err := s.DiscardPackage(w.ctx, second.Package.SHA256, func() error { return nil })
		if !removed || err != nil {
			t.Errorf("after its version: %v %v", removed, err)
		}
		if n, err := db.Count(s, "packages"); err != nil || n != 1 {
			t.Errorf("%d packages left, want 1: %v", n, err)
		}
	})
}

// Each way of naming a package waits while it is being removed, also from another process.
func TestNamersWaitForARemoval(t *testing.T) {
	dbtest.EachConfig(t, func(t *testing.T, cfg db.Config) {
		w := newWorld(t, dbtest.Open(t, cfg))
		other := dbtest.Open(t, cfg)
		f := w.function("one-function")
		w.add(w.operation(f, faas.CreateVersion))
		_, l := w.claim()
		sha256 := hash("contested")
		op := w.operation(f, faas.CreateVersion)
		op.PackageSHA256 = sha256
		namers := map[string]func(s *db.Store) error{
			"operation": func(s *db.Store) error {
				_, err := s.AddOperation(w.ctx, op, faas.IdempotencyKey{}, w.audit("version.create"))
				return err
			},
			"upload": func(s *db.Store) error {
				return s.AddUpload(w.ctx, faas.Upload{ID: id(), Package: faas.Package{SHA256: sha256}, ExpiresAt: now()})
			},
			"lease": func(s *db.Store) error { return s.NamePackage(w.ctx, l, sha256) },
		}
		var removing atomic.Bool
		var work sync.WaitGroup
		begun := make(chan struct{})
		work.Go(func() {
			removed, err := w.DiscardPackage(w.ctx, sha256, func() error {
				removing.Store(true)
				close(begun)
				time.Sleep(150 * time.Millisecond)
				removing.Store(false)
				return nil
			})
			if !removed || err != nil {
				t.Errorf("removal: %v %v", removed, err)
			}
		})
		<-begun
		for name, namer := range namers {
			for _, s := range []*db.Store{w.Store, other} {
				if name != "upload" && s == other {
					continue // the same operation cannot be added twice
				}
				work.Go(func() {
					if err := namer(s); err != nil {
						t.Errorf("%s: %v", name, err)
					}
					if removing.Load() {
						t.Errorf("%s did not wait", name)
					}
				})
			}
		}
		work.Wait()
		removed, err := w.DiscardPackage(w.ctx, sha256, func() error { return nil })
		if removed || err != nil {
			t.Errorf("a named package was removed: %v", err)
		}
	})
}
