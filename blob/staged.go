package blob

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
)

// staged is received bytes in the spool; each store adds its own Keep.
type staged struct {
	spool  *spool
	file   *os.File
	name   string // in the spool; empty once the file has moved away
	size   int64
	sha256 string
}

// stage receives r into a new file of the spool; on failure nothing is left.
func (s *spool) stage(ctx context.Context, r io.Reader, limit int64) (_ *staged, err error) {
	f, name, err := s.create()
	if err != nil {
		return nil, diskError("open a spool", err)
	}
	whole := false
	defer func() {
		if !whole {
			err = errors.Join(err, s.discard(f, name))
		}
	}()
	size, sum, err := s.receive(ctx, r, limit, f)
	if err != nil {
		return nil, err
	}
	whole = true
	return &staged{spool: s, file: f, name: name, size: size, sha256: sum}, nil
}

func (s *staged) ReadAt(p []byte, off int64) (int, error) { return s.file.ReadAt(p, off) }
func (s *staged) Size() int64                             { return s.size }
func (s *staged) SHA256() string                          { return s.sha256 }

// discard ends the staged bytes. Ending them twice is no error.
func (s *staged) discard() error {
	err := s.spool.discard(s.file, s.name)
	s.name = ""
	if errors.Is(err, os.ErrClosed) {
		return nil
	}
	return diskError("remove a spool", err)
}

// localFile is an open file of known size.
type localFile struct {
	file *os.File
	size int64
}

func (l *localFile) ReadAt(p []byte, off int64) (int, error) { return l.file.ReadAt(p, off) }
func (l *localFile) Size() int64                             { return l.size }
func (l *localFile) Close() error                            { return l.file.Close() }

// readSmall reads r whole; more than limit bytes are TooLarge.
func readSmall(r io.Reader, size, limit int64) ([]byte, error) {
	if size > limit {
		return nil, tooLarge(limit)
	}
	data := make([]byte, size)
	if _, err := io.ReadFull(r, data); err != nil {
		return nil, fmt.Errorf("blob: read %d bytes: %w", size, err)
	}
	return data, nil
}
