package blob

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"strings"
	"sync"
	"time"
)

// spool is the private folder in which bytes are received before they have a name.
type spool struct {
	root     *os.Root
	folder   string // under root; made by openSpool
	buffers  sync.Pool
	syncFile func(*os.File) error // (*os.File).Sync, but for the tests that make it fail
}

func openSpool(root *os.Root, folder string) (*spool, error) {
	if err := root.MkdirAll(folder, 0o700); err != nil {
		return nil, err
	}
	return &spool{
		root: root, folder: folder, syncFile: (*os.File).Sync,
		buffers: sync.Pool{New: func() any { return new(buffer) }},
	}, nil
}

// create makes an empty file that only this process uses. Its name says nothing about what it will hold. A sweep may
// take hold of the file before we do; then the next name is tried.
func (s *spool) create() (f *os.File, name string, err error) {
	for range 10 {
		name = path.Join(s.folder, strings.ToLower(rand.Text()))
		f, err = s.root.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
		if err != nil {
			return nil, "", err
		}
		if err = lock(f); err == nil {
			return f, name, nil
		}
		err = errors.Join(err, s.discard(f, name))
	}
	return nil, "", err
}

// createUnnamed makes a file that vanishes when it is closed, whatever happens to the process.
func (s *spool) createUnnamed() (*os.File, error) {
	f, name, err := s.create()
	if err != nil {
		return nil, err
	}
	if err := s.root.Remove(name); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// discard closes a file of the spool and removes its name if it still has one.
func (s *spool) discard(f *os.File, name string) error {
	err := f.Close()
	if name == "" {
		return err
	}
	if gone := s.root.Remove(name); !errors.Is(gone, os.ErrNotExist) {
		err = errors.Join(err, gone)
	}
	return err
}

// sweep removes files older than age whose process is gone.
func (s *spool) sweep(ctx context.Context, age time.Duration) (removed int, err error) {
	folder, err := s.root.Open(s.folder)
	if err != nil {
		return 0, diskError("open the spool", err)
	}
	names, err := folder.Readdirnames(-1)
	if err := errors.Join(err, folder.Close()); err != nil {
		return 0, diskError("list the spool", err)
	}
	before := time.Now().Add(-age)
	for _, name := range names {
		if err := ctx.Err(); err != nil {
			return removed, err
		}
		gone, err := s.sweepOne(path.Join(s.folder, name), before)
		if err != nil {
			return removed, diskError("sweep the spool", err)
		}
		if gone {
			removed++
		}
	}
	return removed, nil
}

func (s *spool) sweepOne(name string, before time.Time) (removed bool, err error) {
	f, err := s.root.Open(name)
	if errors.Is(err, os.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || info.ModTime().After(before) || lock(f) != nil {
		return false, err
	}
	if err := s.root.Remove(name); err != nil && !errors.Is(err, os.ErrNotExist) {
		return false, err
	}
	return true, nil
}

// check writes, syncs and reads back a few bytes.
func (s *spool) check() error {
	f, err := s.createUnnamed()
	if err != nil {
		return err
	}
	defer f.Close()
	const written = "verso"
	if _, err := f.WriteString(written); err != nil {
		return err
	}
	if err := s.syncFile(f); err != nil {
		return err
	}
	read := make([]byte, len(written))
	if _, err := f.ReadAt(read, 0); err != nil {
		return err
	}
	if string(read) != written {
		return fmt.Errorf("wrote %q and read %q", written, read)
	}
	return nil
}

// sum is the sha256 of all that r holds.
func (s *spool) sum(ctx context.Context, r io.Reader) (string, error) {
	b := s.buffers.Get().(*buffer) // the pool holds nothing else
	defer s.buffers.Put(b)
	hash := sha256.New()
	for {
		n, err := fill(ctx, r, b[:])
		hash.Write(b[:n])
		if errors.Is(err, io.EOF) {
			return hex.EncodeToString(hash.Sum(nil)), nil
		}
		if err != nil {
			return "", err
		}
	}
}
