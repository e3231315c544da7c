package faas

import (
	"context"
	"io"
	"time"
)

// Blobs keeps package bytes. Keys are made by the program (PackageKey, ManifestKey), never from a client's words.
// A method's error is NotFound for a missing key, TooLarge over a limit, Unavailable when the store does not answer,
// Internal when bytes do not match their hash.
type Blobs interface {
	// Stage streams r into a private spool on the local disk while counting and hashing; memory stays flat. It stops with
	// TooLarge at limit+1 bytes. Nothing of it is visible until Keep; Close removes the spool.
	Stage(ctx context.Context, r io.Reader, limit int64) (Staged, error)
	// Put stores small bytes (a manifest) durably under key, replacing what is there.
	Put(ctx context.Context, key string, data []byte) error
	// Get reads small bytes whole; more than limit bytes are TooLarge.
	Get(ctx context.Context, key string, limit int64) ([]byte, error)
	// Fetch opens a whole package for reading at any offset after comparing all its bytes with sha256:
	// wrong bytes are an error here, never later. The caller closes it.
	Fetch(ctx context.Context, key, sha256 string) (BlobFile, error)
	// Range opens the key for reading at any offset without checking a hash. The caller closes it.
	Range(ctx context.Context, key string) (BlobFile, error)
	// Stat returns size and time of last Put or Keep.
	Stat(ctx context.Context, key string) (BlobInfo, error)
	// Each calls fn for every key, in no order, until it returns an error.
	Each(ctx context.Context, fn func(BlobInfo) error) error
	// Delete removes a key; a missing one is no error.
	Delete(ctx context.Context, key string) error
	// Sweep removes spools that a dead process left, older than age.
	Sweep(ctx context.Context, age time.Duration) (removed int, err error)
	// Check proves that the store can be written and read now.
	Check(ctx context.Context) error
}

// Staged is received bytes that have no name yet.
type Staged interface {
	io.ReaderAt
	Size() int64
	SHA256() string // lower-case hexadecimal
	// Keep makes the bytes durable (file and folder synced, or the object store said yes) under key. It may be called
	// again: it then makes sure the key is there. The staged bytes stay readable until Close.
	Keep(ctx context.Context, key string) error
	Close() error
}

// BlobFile is an open blob.
type BlobFile interface {
	io.ReaderAt
	io.Closer
	Size() int64
}

// BlobInfo describes a stored blob.
type BlobInfo struct {
	Key      string
	Size     int64
	Modified time.Time
}
