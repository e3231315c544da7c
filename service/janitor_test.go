package service_test

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"verso/archive"
	"verso/db"
	"verso/db/dbtest"
	"verso/faas"
	"verso/service"
)

// wide stores the manifest of a package of n files and returns a version that names it.
func (h *house) wide(t *testing.T, n int) faas.Version {
	t.Helper()
	var m faas.Manifest
	for i := range n {
		m.Files = append(m.Files, faas.File{
			Path: fmt.Sprintf("node_modules/library-%04d/lib/part-%06d.js", i/100, i), Size: int64(i), Packed: int64(i), Offset: int64(i),
			SHA256: fmt.Sprintf("%064x", i*2654435761),
		})
	}
	data, err := archive.EncodeManifest(m)
	if err != nil {
		t.Fatal(err)
	}
	v := faas.Version{ProjectID: h.actor.ProjectID, Package: faas.Package{SHA256: strings.Repeat("ab", 32), Files: n}}
	if err := h.blobs.Put(t.Context(), faas.ManifestKey(v.Package.SHA256), data); err != nil {
		t.Fatal(err)
	}
	return v
}

// slowBlobs is a blob store whose network has stopped: a look at a blob ends with its context.
type slowBlobs struct {
	faas.Blobs
	slow  atomic.Bool
	asked chan struct{}
}

func (b *slowBlobs) Stat(ctx context.Context, key string) (faas.BlobInfo, error) {
	if !b.slow.Load() {
		return b.Blobs.Stat(ctx, key)
	}
	b.asked <- struct{}{}
	<-ctx.Done()
	return faas.BlobInfo{}, ctx.Err()
}

func TestASlowBucketDoesNotHoldTheDatabase(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, store *db.Store) {
		t.Parallel()
		h := newIdleHouse(t, store, noBuckets(t))
		blobs := &slowBlobs{Blobs: h.blobs, asked: make(chan struct{}, 9)}
		h.Service = service.New(service.Config{
			Store: store, Blobs: blobs, Buckets: noBuckets(t), Limits: faas.DefaultLimits(), Now: func() time.Time { return time.Now().UTC() },
		})
		v := h.wide(t, 1) // nobody names it
		time.Sleep(20 * time.Millisecond)
		blobs.slow.Store(true)
		swept := make(chan error, 1)
		go func() {
			_, err := h.Sweep(t.Context(), "a", time.Millisecond, time.Millisecond)
			swept <- err
		}()
		<-blobs.asked
		start := time.Now()
		h.newFunction(t, "greeter")
		if took := time.Since(start); took > 4*time.Second {
			t.Errorf("a writer waited %s for the janitor", took)
		}
		if err := <-swept; err != nil {
			t.Errorf("the round ended with %v", err)
		}
		blobs.slow.Store(false)
		if done, err := h.Sweep(t.Context(), "a", time.Hour, time.Millisecond); err != nil || done.Blobs != 1 {
			t.Errorf("the next round removed %+v, error %v", done, err)
		}
		if _, err := h.blobs.Stat(t.Context(), faas.ManifestKey(v.Package.SHA256)); !faas.Is(err, faas.NotFound) {
			t.Errorf("it is still there: %v", err)
		}
	})
}
