package blob

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"sync"
	"time"

	"verso/faas"
)

// Folder keeps blobs as files below one local folder: a key is a path. Several processes may share it.
type Folder struct {
	root  *os.Root
	spool *spool

	mu      sync.Mutex
	durable map[string]bool // folders whose own entry this process has synced
}

var _ faas.Blobs = (*Folder)(nil)

// OpenFolder opens the store in dir and makes what is missing: folders 0700, later files 0600.
func OpenFolder(dir string) (*Folder, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, diskError("open the blob folder", err)
	}
	if err := makeDurable(dir); err != nil {
		return nil, diskError("make the blob folder", err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, diskError("open the blob folder", err)
	}
	spool, err := openSpool(root, spoolFolder)
	if err != nil {
		return nil, errors.Join(diskError("make the spool", err), root.Close())
	}
	return &Folder{root: root, spool: spool, durable: map[string]bool{".": true}}, nil
}

// Close gives the folder back. No method may be called after it.
func (f *Folder) Close() error { return f.root.Close() }

// Put stores small bytes durably under key, replacing what is there in one step: a reader sees the old or the new.
func (f *Folder) Put(_ context.Context, key string, data []byte) (err error) {
	if err := checkKey(key); err != nil {
		return err
	}
	file, name, err := f.spool.create()
	if err != nil {
		return diskError("open a spool", err)
	}
	defer func() { err = errors.Join(err, diskError("remove a spool", f.spool.discard(file, name))) }()
	if _, err := file.Write(data); err != nil {
		return diskError("write "+key, err)
	}
	if err := f.spool.syncFile(file); err != nil {
		return diskError("sync "+key, err)
	}
	if err := f.place(name, key); err != nil {
		return diskError("place "+key, err)
	}
	name = ""
	return diskError("sync the folder of "+key, f.syncFolder(path.Dir(key)))
}

// Get reads small bytes whole.
func (f *Folder) Get(_ context.Context, key string, limit int64) ([]byte, error) {
	file, err := f.open(key)
	if err != nil {
		return nil, err
	}
	defer file.file.Close()
	return readSmall(io.NewSectionReader(file, 0, file.size), file.size, limit)
}

// Fetch opens a package after comparing all its bytes with sha256.
func (f *Folder) Fetch(ctx context.Context, key, sha256 string) (faas.BlobFile, error) {
	file, err := f.open(key)
	if err != nil {
		return nil, err
	}
	got, err := f.spool.sum(ctx, io.NewSectionReader(file, 0, file.size))
	if err == nil && got != sha256 {
		err = wrongBytes(key, sha256, got)
	}
	if err != nil {
		return nil, errors.Join(diskError("read "+key, err), file.Close())
	}
	return file, nil
}

// Range opens the key for reading at any offset without checking a hash.
func (f *Folder) Range(_ context.Context, key string) (faas.BlobFile, error) {
	file, err := f.open(key)
	if err != nil {
		return nil, err
	}
	return file, nil
}

// Stat returns size and time of the last Put or Keep.
func (f *Folder) Stat(_ context.Context, key string) (faas.BlobInfo, error) {
	file, err := f.open(key)
	if err != nil {
		return faas.BlobInfo{}, err
	}
	defer file.file.Close()
	info, err := file.file.Stat()
	if err != nil {
		return faas.BlobInfo{}, diskError("look at "+key, err)
	}
	return faas.BlobInfo{Key: key, Size: info.Size(), Modified: info.ModTime()}, nil
}

// Each calls fn for every key. A key that is deleted meanwhile may be left out.
func (f *Folder) Each(ctx context.Context, fn func(faas.BlobInfo) error) error {
	return fs.WalkDir(f.root.FS(), ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.Is(err, fs.ErrNotExist):
			return nil // deleted meanwhile
		case err != nil:
			return diskError("list the blobs", err)
		case entry.IsDir() && name == spoolFolder:
			return fs.SkipDir
		case !entry.Type().IsRegular() || !isKey(name):
			return nil
		}
		info, err := entry.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil // deleted meanwhile
		}
		if err != nil {
			return diskError("list the blobs", err)
		}
		return fn(faas.BlobInfo{Key: name, Size: info.Size(), Modified: info.ModTime()})
	})
}

// Delete removes a key; a missing one is no error. It does not sync: a blob that a power cut brings back is one that
// nobody names, and the janitor finds it again.
func (f *Folder) Delete(_ context.Context, key string) error {
	if err := checkKey(key); err != nil {
		return err
	}
	if err := f.root.Remove(key); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return diskError("delete "+key, err)
	}
	return nil
}

// Sweep removes spools that a dead process left, older than age. Those of living processes stay, however old.
func (f *Folder) Sweep(ctx context.Context, age time.Duration) (removed int, err error) {
	return f.spool.sweep(ctx, age)
}

// Check writes, syncs and reads back a few bytes.
func (f *Folder) Check(context.Context) error {
	return diskError("check the blob folder", f.spool.check())
}

func (f *Folder) open(key string) (*localFile, error) {
	if err := checkKey(key); err != nil {
		return nil, err
	}
	file, err := f.root.Open(key)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, missing(key, err)
	}
	if err != nil {
		return nil, diskError("open "+key, err)
	}
	info, err := file.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%s is no regular file", key)
	}
	if err != nil {
		return nil, errors.Join(diskError("open "+key, err), file.Close())
	}
	return &localFile{file: file, size: info.Size()}, nil
}
