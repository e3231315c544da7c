package blob

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	"verso/blob/blobtest"
	"verso/faas"
)

var benchSizes = []int{4 << 10, 1 << 20, 40 << 20}

// BenchmarkKeep receives bytes and makes them durable. Compare it with BenchmarkNaive of the same run: at 40 MiB the
// ratio should not be above 1.
func BenchmarkKeep(b *testing.B) {
	store := openFolder(b)
	keepEach(b, func(data []byte) error {
		s, err := store.Stage(b.Context(), bytes.NewReader(data), int64(len(data)))
		if err != nil {
			return err
		}
		return errors.Join(s.Keep(b.Context(), faas.PackageKey(s.SHA256())), s.Close())
	})
}

// BenchmarkNaive hashes and writes the same bytes in turn in one goroutine, then syncs file and folder.
func BenchmarkNaive(b *testing.B) {
	dir := b.TempDir()
	keepEach(b, func(data []byte) error { return naive(data, dir) })
}

func keepEach(b *testing.B, keep func(data []byte) error) {
	for _, size := range benchSizes {
		b.Run(fmt.Sprintf("%d KiB", size>>10), func(b *testing.B) {
			data := blobtest.Bytes(1, size)
			b.SetBytes(int64(size))
			b.ReportAllocs()
			for b.Loop() {
				if err := keep(data); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func naive(data []byte, dir string) error {
	file, err := os.Create(filepath.Join(dir, "spool"))
	if err != nil {
		return err
	}
	defer file.Close()
	hash := sha256.New()
	if _, err := io.CopyBuffer(io.MultiWriter(hash, file), onlyReader{bytes.NewReader(data)}, make([]byte, 32<<10)); err != nil {
		return err
	}
	if err := file.Sync(); err != nil {
		return err
	}
	if err := os.Rename(file.Name(), filepath.Join(dir, hex.EncodeToString(hash.Sum(nil)))); err != nil {
		return err
	}
	folder, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer folder.Close()
	return folder.Sync()
}

// onlyReader hides WriteTo, which a body from the network does not have either.
type onlyReader struct{ io.Reader }

// BenchmarkFetch opens a stored package, which hashes all of it.
func BenchmarkFetch(b *testing.B) {
	store := openFolder(b)
	for _, size := range benchSizes {
		b.Run(fmt.Sprintf("%d KiB", size>>10), func(b *testing.B) {
			data := blobtest.Bytes(1, size)
			if err := store.Put(b.Context(), "package.zip", data); err != nil {
				b.Fatal(err)
			}
			sum := blobtest.Sum(data)
			b.SetBytes(int64(size))
			for b.Loop() {
				file, err := store.Fetch(b.Context(), "package.zip", sum)
				if err != nil {
					b.Fatal(err)
				}
				if err := file.Close(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
