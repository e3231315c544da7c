package blobtest

import (
	"bytes"
	"io"
	"testing"

	"verso/faas"
)

func stage(t *testing.T, store faas.Blobs, r io.Reader, limit int64) faas.Staged {
	t.Helper()
	s, err := store.Stage(t.Context(), r, limit)
	if err != nil {
		t.Fatalf("Stage: %v", err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return s
}

func keep(t *testing.T, s faas.Staged, key string) {
	t.Helper()
	if err := s.Keep(t.Context(), key); err != nil {
		t.Fatalf("Keep %s: %v", key, err)
	}
}

func fetch(t *testing.T, store faas.Blobs, key string, want []byte) {
	t.Helper()
	file, err := store.Fetch(t.Context(), key, Sum(want))
	if err != nil {
		t.Fatalf("Fetch %s: %v", key, err)
	}
	defer file.Close()
	if got := readAll(t, file, file.Size()); !bytes.Equal(got, want) {
		t.Errorf("%s has other bytes", key)
	}
}

func stat(t *testing.T, store faas.Blobs, key string) faas.BlobInfo {
	t.Helper()
	info, err := store.Stat(t.Context(), key)
	if err != nil {
		t.Fatalf("Stat %s: %v", key, err)
	}
	return info
}

func keys(t *testing.T, store faas.Blobs) map[string]int64 {
	t.Helper()
	got := map[string]int64{}
	err := store.Each(t.Context(), func(b faas.BlobInfo) error {
		got[b.Key] = b.Size
		return nil
	})
	if err != nil {
		t.Fatalf("Each: %v", err)
	}
	return got
}

func readAll(t *testing.T, r io.ReaderAt, size int64) []byte {
	t.Helper()
	data, err := io.ReadAll(io.NewSectionReader(r, 0, size))
	if err != nil {
		t.Fatalf("read: %v", err)
	}
	return data
}

// endless never ends.
type endless struct{}

func (endless) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// counter counts what is read through it, and calls then when at bytes have come.
type counter struct {
	r    io.Reader
	n    int64
	at   int64
	then func()
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	if c.then != nil && c.n >= c.at {
		c.then()
	}
	return n, err
}
