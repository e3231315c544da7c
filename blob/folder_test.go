package blob

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"verso/blob/blobtest"
	"verso/faas"
)

func TestFolderConforms(t *testing.T) {
	t.Parallel()
	blobtest.Run(t, func(t *testing.T) faas.Blobs { return openFolder(t) })
}

func openFolder(t testing.TB) *Folder {
	t.Helper()
	store, err := OpenFolder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	return store
}

// keepBytes stages and keeps data as a package, and returns its key.
func keepBytes(t *testing.T, store faas.Blobs, data []byte) (key string) {
	t.Helper()
	s, err := store.Stage(t.Context(), bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	key = faas.PackageKey(s.SHA256())
	if err := errors.Join(s.Keep(t.Context(), key), s.Close()); err != nil {
		t.Fatal(err)
	}
	return key
}

func TestFolderIsPrivate(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "new", "blobs")
	store, err := OpenFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	keepBytes(t, store, []byte("package"))
	if err := store.Put(t.Context(), faas.ManifestKey(blobtest.Sum(nil)), []byte("manifest")); err != nil {
		t.Fatal(err)
	}
	open, err := store.Stage(t.Context(), strings.NewReader("open"), 10)
	if err != nil {
		t.Fatal(err)
	}
	defer open.Close()
	files := 0
	err = filepath.WalkDir(filepath.Dir(dir), func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		want := fs.FileMode(0o600)
		if entry.IsDir() {
			want = 0o700
		} else {
			files++
		}
		if got := info.Mode().Perm(); got != want {
			t.Errorf("%s has the mode %o, want %o", name, got, want)
		}
		return nil
	})
	if err != nil || files != 3 {
		t.Errorf("%d files were looked at, %v; want a package, a manifest and a spool", files, err)
	}
}

func TestFolderFindsWrongBytesOnDisk(t *testing.T) {
	t.Parallel()
	store := openFolder(t)
	data := blobtest.Bytes(1, 500_000)
	key := keepBytes(t, store, data)
	file, err := store.root.OpenFile(key, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := file.WriteAt([]byte{data[250_000] ^ 1}, 250_000); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Fetch(t.Context(), key, blobtest.Sum(data)); err == nil || faas.KindOf(err) != faas.Internal {
		t.Errorf("got %v, want Internal", err)
	}
	keepBytes(t, store, data)
	whole, err := store.Fetch(t.Context(), key, blobtest.Sum(data))
	if err != nil {
		t.Fatalf("the same package sent again does not heal the blob: %v", err)
	}
	if err := whole.Close(); err != nil {
		t.Error(err)
	}
}

func TestFolderLeavesLinksAlone(t *testing.T) {
	t.Parallel()
	store, outside := openFolder(t), filepath.Join(t.TempDir(), "outside")
	if err := os.WriteFile(outside, []byte("foreign"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := store.root.Symlink(outside, "link"); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Get(t.Context(), "link", 100); err == nil {
		t.Error("a link led out of the folder")
	}
	err := store.Each(t.Context(), func(b faas.BlobInfo) error {
		t.Errorf("Each shows %s", b.Key)
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

const errDisk = syscall.EIO

// The n-th fsync fails, for every n that one Keep needs: each time Keep must say so and never ask again.
func TestFailedSyncIsFinal(t *testing.T) {
	t.Parallel()
	for n := 1; ; n++ {
		store := openFolder(t)
		calls := make(chan struct{}, 100)
		store.spool.syncFile = func(f *os.File) error {
			calls <- struct{}{}
			if len(calls) == n {
				return &os.PathError{Op: "sync", Path: f.Name(), Err: errDisk}
			}
			return f.Sync()
		}
		s, err := store.Stage(t.Context(), strings.NewReader("package"), 100)
		if err != nil {
			t.Fatal(err)
		}
		first := s.Keep(t.Context(), "packages/aa/a.zip")
		if len(calls) < n {
			if first != nil || len(calls) != 4 {
				t.Fatalf("after %d syncs: %v; want the file, two parents of new folders and the last folder synced", len(calls), first)
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
			return
		}
		if !faas.Is(first, faas.Unavailable) || !errors.Is(first, errDisk) {
			t.Errorf("sync %d failed, and Keep says %v", n, first)
		}
		if n == 1 {
			if _, err := store.Stat(t.Context(), "packages/aa/a.zip"); !faas.Is(err, faas.NotFound) {
				t.Errorf("a file whose sync failed is there: %v", err)
			}
			if before := len(calls); s.Keep(t.Context(), "packages/aa/a.zip") == nil || len(calls) != before {
				t.Error("a failed sync of the file was tried again")
			}
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		expectEmptySpool(t, store)
	}
}

func TestKeepMakesAFolderThatWasRemoved(t *testing.T) {
	t.Parallel()
	store := openFolder(t)
	key := keepBytes(t, store, []byte("one"))
	if err := store.root.RemoveAll("packages"); err != nil {
		t.Fatal(err)
	}
	if again := keepBytes(t, store, []byte("one")); again != key {
		t.Errorf("got the key %s, want %s", again, key)
	}
}

func TestRefusedUploadsLeaveNothing(t *testing.T) {
	t.Parallel()
	store := openFolder(t)
	if _, err := store.Stage(t.Context(), strings.NewReader("too long"), 3); !faas.Is(err, faas.TooLarge) {
		t.Fatalf("got %v, want TooLarge", err)
	}
	s, err := store.Stage(t.Context(), strings.NewReader("unsound"), 10)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	expectEmptySpool(t, store)
}

func TestSweepHeedsTheAge(t *testing.T) {
	t.Parallel()
	store := openFolder(t)
	now := time.Now()
	for name, age := range map[string]time.Duration{"young": time.Minute, "old": 2 * time.Hour} {
		name = path.Join(spoolFolder, name)
		if err := store.root.WriteFile(name, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := store.root.Chtimes(name, now, now.Add(-age)); err != nil {
			t.Fatal(err)
		}
	}
	if n, err := store.Sweep(t.Context(), time.Hour); n != 1 || err != nil {
		t.Errorf("swept %d, %v; want the old one", n, err)
	}
	if n, err := store.Sweep(t.Context(), 0); n != 1 || err != nil {
		t.Errorf("swept %d, %v; want the young one", n, err)
	}
	expectEmptySpool(t, store)
}

func expectEmptySpool(t *testing.T, store *Folder) {
	t.Helper()
	entries, err := fs.ReadDir(store.root.FS(), spoolFolder)
	if err != nil || len(entries) != 0 {
		t.Errorf("the spool holds %v, %v; want nothing", entries, err)
	}
}
