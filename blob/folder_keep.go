package blob

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"sync"
	"time"

	"verso/faas"
)

// Stage receives r into the spool, and starts the file's fsync in the background when the last byte is written, so
// that whatever the caller does before Keep costs no extra time.
func (f *Folder) Stage(ctx context.Context, r io.Reader, limit int64) (faas.Staged, error) {
	received, err := f.spool.stage(ctx, r, limit)
	if err != nil {
		return nil, err
	}
	s := &folderStaged{staged: *received, folder: f, synced: make(chan struct{})}
	go func() {
		s.syncErr = f.spool.syncFile(s.file)
		close(s.synced)
	}()
	return s, nil
}

// folderStaged moves the file it was received in to its key.
type folderStaged struct {
	staged
	folder  *Folder
	synced  chan struct{}
	syncErr error // to be read after synced is closed
	mu      sync.Mutex
}

// Keep waits for the file's fsync, renames it into place and syncs the folder. A blob already there is replaced: the
// bytes are the same, unless the disk has damaged the old ones. A failed fsync is final, because asking the kernel
// again may answer yes for bytes that it has already lost.
func (s *folderStaged) Keep(ctx context.Context, key string) error {
	if err := checkKey(key); err != nil {
		return err
	}
	select {
	case <-s.synced:
	case <-ctx.Done():
		return ctx.Err()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.syncErr != nil {
		return diskError("sync "+key, s.syncErr)
	}
	if err := s.keep(ctx, key); err != nil {
		return diskError("keep "+key, err)
	}
	if s.syncErr = s.folder.syncFolder(path.Dir(key)); s.syncErr != nil {
		return diskError("sync the folder of "+key, s.syncErr)
	}
	return nil
}

func (s *folderStaged) keep(ctx context.Context, key string) error {
	if s.name == "" {
		return s.keepAgain(ctx, key)
	}
	now := time.Now()
	if err := s.folder.root.Chtimes(s.name, now, now); err != nil {
		return err
	}
	if err := s.folder.place(s.name, key); err != nil {
		return err
	}
	s.name = ""
	return nil
}

// keepAgain serves a second Keep: the file has moved to a key already, and may have been deleted or replaced since.
func (s *folderStaged) keepAgain(ctx context.Context, key string) error {
	mine, err := s.file.Stat()
	if err != nil {
		return err
	}
	there, err := s.folder.root.Stat(key)
	if err == nil && os.SameFile(mine, there) {
		now := time.Now()
		err = s.folder.root.Chtimes(key, now, now)
		if !errors.Is(err, fs.ErrNotExist) { // else it was deleted just now
			return err
		}
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	again, err := s.folder.Stage(ctx, io.NewSectionReader(s.file, 0, s.size), s.size)
	if err != nil {
		return err
	}
	return errors.Join(again.Keep(ctx, key), again.Close())
}

// Close removes the spool unless it was kept. It does not wait for a running fsync.
func (s *folderStaged) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.discard()
}

// place moves a synced file of the spool to key. The key's folder must be synced afterwards.
func (f *Folder) place(name, key string) error {
	dir := path.Dir(key)
	if err := f.prepare(dir); err != nil {
		return err
	}
	err := f.root.Rename(name, key)
	if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	// Somebody has removed the folder since we made it.
	f.forget()
	if err := f.prepare(dir); err != nil {
		return err
	}
	return f.root.Rename(name, key)
}

// prepare makes a folder and syncs its entry in its parent, once per process: another process may have made it and
// not have come to sync it yet.
func (f *Folder) prepare(dir string) error {
	if f.isDurable(dir) {
		return nil
	}
	parent := path.Dir(dir)
	if err := f.prepare(parent); err != nil {
		return err
	}
	if err := f.root.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	if err := f.syncFolder(parent); err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.durable[dir] = true
	return nil
}

func (f *Folder) isDurable(dir string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.durable[dir]
}

func (f *Folder) forget() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.durable = map[string]bool{".": true}
}

func (f *Folder) syncFolder(dir string) error {
	open, err := f.root.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.spool.syncFile(open), open.Close())
}
