package blob

import (
	"context"
	"fmt"
	"io"
	"strings"
	"sync"

	"github.com/minio/minio-go/v7"

	"verso/faas"
)

// windowSize is how much one small read brings along, so that a reader going forward in small steps does not send a
// request for each.
const windowSize = 256 << 10

// Range opens an object for reading at any offset by range requests. Their context is the one given here: it must
// live until Close.
func (s *S3) Range(ctx context.Context, key string) (faas.BlobFile, error) {
	info, err := s.Stat(ctx, key)
	if err != nil {
		return nil, err
	}
	return &rangeFile{ctx: ctx, store: s, key: key, size: info.Size}, nil
}

type rangeFile struct {
	ctx   context.Context // io.ReaderAt has no place for it
	store *S3
	key   string
	size  int64

	mu     sync.Mutex
	window []byte
	start  int64
}

func (r *rangeFile) Size() int64  { return r.size }
func (r *rangeFile) Close() error { return nil }

// ReadAt reads large pieces directly and small ones through the window.
func (r *rangeFile) ReadAt(p []byte, off int64) (n int, err error) {
	if off < 0 {
		return 0, fmt.Errorf("blob: read %s at the offset %d", r.key, off)
	}
	if off >= r.size {
		return 0, io.EOF
	}
	if left := r.size - off; int64(len(p)) > left {
		p, err = p[:left], io.EOF
	}
	if len(p) >= windowSize {
		if err := r.request(p, off); err != nil {
			return 0, err
		}
		return len(p), err
	}
	if failed := r.throughWindow(p, off); failed != nil {
		return 0, failed
	}
	return len(p), err
}

func (r *rangeFile) throughWindow(p []byte, off int64) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if off < r.start || off+int64(len(p)) > r.start+int64(len(r.window)) {
		window := make([]byte, min(windowSize, r.size-off))
		if err := r.request(window, off); err != nil {
			return err
		}
		r.window, r.start = window, off
	}
	copy(p, r.window[off-r.start:])
	return nil
}

// request fills p from the offset off by one range request.
func (r *rangeFile) request(p []byte, off int64) error {
	if len(p) == 0 {
		return nil
	}
	var options minio.GetObjectOptions
	if err := options.SetRange(off, off+int64(len(p))-1); err != nil {
		return storeError("read "+r.key, err)
	}
	body, _, header, err := r.store.core.GetObject(r.ctx, r.store.at.Bucket, r.store.at.path(r.key), options)
	if err != nil {
		return storeError("read "+r.key, err)
	}
	defer body.Close()
	// A store that does not know ranges answers with everything from the beginning.
	if !strings.HasPrefix(header.Get("Content-Range"), fmt.Sprintf("bytes %d-", off)) {
		return storeError("read "+r.key, fmt.Errorf("the store did not answer with the range asked for"))
	}
	_, err = io.ReadFull(body, p)
	return storeError("read "+r.key, err)
}
