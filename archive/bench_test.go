package archive_test

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"io"
	"os"
	"path/filepath"
	"testing"

	"verso/archive"
	"verso/archive/archivetest"
	"verso/faas"
)

// onDisk writes the archive to a file, as blobs lie on disk.
func onDisk(b *testing.B, data []byte) *os.File {
	b.Helper()
	f, err := os.Create(filepath.Join(b.TempDir(), "package.zip"))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { f.Close() })
	if _, err := f.Write(data); err != nil {
		b.Fatal(err)
	}
	return f
}

func benchmarkInspect(b *testing.B, data []byte) {
	f := onDisk(b, data)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := archive.Inspect(context.Background(), f, int64(len(data)), faas.DefaultLimits()); err != nil {
			b.Fatal(err)
		}
	}
}

// The upload that performance.md measures, and its parts: what a hash of the file alone costs, and what archive/zip
// costs for the same verdict without our rules and hashes.
func BenchmarkInspect40MB5000Files(b *testing.B) {
	benchmarkInspect(b, archivetest.Big(5000, 40_000_000, 1))
}

func BenchmarkInspect1MB50Files(b *testing.B) {
	benchmarkInspect(b, archivetest.Big(50, 1_000_000, 1))
}

func BenchmarkInspectTiny(b *testing.B) {
	benchmarkInspect(b, archivetest.Zip(map[string]string{"index.js": "exports.handler = 1"}))
}

func BenchmarkInspectGood(b *testing.B) {
	for _, s := range archivetest.Good() {
		switch s.Name {
		case "entries_20000", "entries_65000", "highly_compressible", "one_big_stored_file":
			b.Run(s.Name, func(b *testing.B) { benchmarkInspect(b, s.Make()) })
		}
	}
}

func BenchmarkLimitSHA256(b *testing.B) {
	data := archivetest.Big(5000, 40_000_000, 1)
	f := onDisk(b, data)
	b.SetBytes(int64(len(data)))
	buf := make([]byte, 256<<10)
	for b.Loop() {
		h := sha256.New()
		if _, err := io.CopyBuffer(struct{ io.Writer }{h}, io.NewSectionReader(f, 0, int64(len(data))), buf); err != nil {
			b.Fatal(err)
		}
		h.Sum(nil)
	}
}

func BenchmarkLimitArchiveZip(b *testing.B) {
	data := archivetest.Big(5000, 40_000_000, 1)
	f := onDisk(b, data)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		z, err := zip.NewReader(f, int64(len(data)))
		if err != nil {
			b.Fatal(err)
		}
		for _, file := range z.File {
			r, err := file.Open()
			if err != nil {
				b.Fatal(err)
			}
			if _, err := io.Copy(io.Discard, r); err != nil {
				b.Fatal(err)
			}
		}
	}
}

func BenchmarkManifest5000Files(b *testing.B) {
	data := archivetest.Big(5000, 5000, 1)
	in, err := archive.Inspect(context.Background(), bytes.NewReader(data), int64(len(data)), faas.DefaultLimits())
	if err != nil {
		b.Fatal(err)
	}
	encoded, err := archive.EncodeManifest(in.Manifest)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("encode", func(b *testing.B) {
		b.ReportMetric(float64(len(encoded)), "bytes")
		for b.Loop() {
			if _, err := archive.EncodeManifest(in.Manifest); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("decode", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := archive.DecodeManifest(encoded); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("fingerprint", func(b *testing.B) {
		for b.Loop() {
			archive.Fingerprint(in.Manifest)
		}
	})
}
