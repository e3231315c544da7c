package blob

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"sync/atomic"
)

// One upload holds at most buffersPerUpload × bufferSize bytes of memory, whatever its size.
const (
	bufferSize       = 256 << 10
	buffersPerUpload = 4
	writebackEvery   = 4 << 20
)

type buffer [bufferSize]byte

// receive copies r into f and returns how many bytes came and their sha256. The caller's goroutine reads and hashes
// while a second one writes, so that on two cores the slower half hides the faster. A read that blocks is r's to
// end; the context is looked at between reads.
func (s *spool) receive(ctx context.Context, r io.Reader, limit int64, f *os.File) (size int64, sum string, err error) {
	w := s.startWriter(f)
	defer func() {
		if failed := w.finish(); failed != nil {
			err = diskError("write the spool", failed)
		}
	}()
	hash := sha256.New()
	for !w.failed.Load() {
		b := w.buffer()
		room := b[:]
		if left := limit - size; left < bufferSize {
			room = b[:max(left, 0)+1]
		}
		n, err := fill(ctx, r, room)
		size += int64(n)
		w.write(b, n)
		if size > limit {
			return size, "", tooLarge(limit)
		}
		hash.Write(b[:n])
		switch {
		case errors.Is(err, io.EOF):
			return size, hex.EncodeToString(hash.Sum(nil)), nil
		case err != nil:
			return size, "", fmt.Errorf("blob: receive: %w", err)
		}
	}
	return size, "", errors.New("blob: the spool could not be written")
}

// fill reads until p is full. Unlike io.ReadFull it returns the reader's own error, because an upload that broke off
// ends with io.ErrUnexpectedEOF, which must not pass for a short last buffer.
func fill(ctx context.Context, r io.Reader, p []byte) (n int, err error) {
	for idle := 0; n < len(p); {
		if err := ctx.Err(); err != nil {
			return n, err
		}
		got, err := r.Read(p[n:])
		n += got
		if err == io.EOF { //nolint:errorlint // a wrapped io.EOF is not the end of a stream
			return n, io.EOF
		}
		if err != nil {
			return n, err
		}
		if idle++; got > 0 {
			idle = 0
		} else if idle > 100 {
			return n, io.ErrNoProgress
		}
	}
	return n, nil
}

// writer writes buffers to a file in the background, in order.
type writer struct {
	spool  *spool
	file   *os.File
	taken  int
	full   chan filled
	free   chan *buffer // has room for every buffer, so that giving one back never blocks
	done   chan error
	failed atomic.Bool
}

type filled struct {
	buffer *buffer
	n      int
}

func (s *spool) startWriter(f *os.File) *writer {
	w := &writer{
		spool: s, file: f,
		full: make(chan filled, buffersPerUpload),
		free: make(chan *buffer, buffersPerUpload),
		done: make(chan error, 1),
	}
	go func() { w.done <- w.run() }()
	return w
}

// run writes what comes until finish. After a failure it only hands buffers back.
func (w *writer) run() (failed error) {
	var written, started int64
	for b := range w.full {
		if failed == nil {
			var n int
			n, failed = w.file.Write(b.buffer[:b.n])
			w.failed.Store(failed != nil)
			if written += int64(n); written-started >= writebackEvery {
				startWriteback(w.file, started, written-started)
				started = written
			}
		}
		w.free <- b.buffer
	}
	return failed
}

// buffer returns a buffer to fill; it must go back by write. A small upload takes only one from the pool.
func (w *writer) buffer() *buffer {
	select {
	case b := <-w.free:
		return b
	default:
	}
	if w.taken < buffersPerUpload {
		w.taken++
		return w.spool.buffers.Get().(*buffer) // the pool holds nothing else
	}
	return <-w.free
}

// write hands over the first n bytes of b. They may still be read until the next call of buffer.
func (w *writer) write(b *buffer, n int) { w.full <- filled{b, n} }

// finish waits for the last write and gives the buffers back to the pool.
func (w *writer) finish() error {
	close(w.full)
	err := <-w.done
	for range len(w.free) {
		w.spool.buffers.Put(<-w.free)
	}
	return err
}
