package archive_test

import (
	"bytes"
	"context"
	"errors"
	"runtime"
	"testing"

	"verso/archive"
	"verso/archive/archivetest"
	"verso/faas"
)

// FuzzInspect looks for archives that we accept and archive/zip reads otherwise, and for such that cost too much.
func FuzzInspect(f *testing.F) {
	const small = 4 << 10
	for _, s := range append(archivetest.Good(), archivetest.Hostile()...) {
		if isLarge(s) {
			continue
		}
		if b := s.Make(); len(b) <= small {
			f.Add(b)
		}
	}
	limits := faas.Limits{UploadBytes: 1 << 20, UnpackedBytes: 4 << 20, Entries: 1000}
	f.Fuzz(func(t *testing.T, b []byte) {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		in, err := archive.Inspect(context.Background(), bytes.NewReader(b), int64(len(b)), limits)
		runtime.ReadMemStats(&after)
		if used := after.TotalAlloc - before.TotalAlloc; used > uint64(16*len(b)+1<<20) {
			t.Errorf("allocated %d bytes for an archive of %d", used, len(b))
		}
		var refusal *faas.Error
		switch {
		case errors.As(err, &refusal):
			if faas.CheckText("", "", refusal.Message, 1000) != nil {
				t.Errorf("the sentence is not printable: %q", refusal.Message)
			}
			return
		case err != nil:
			t.Fatalf("neither accepted nor refused: %v", err)
		}
		if err := agrees(in, b); err != nil {
			t.Error(err)
		}
		if err := readsByRange(in.Manifest, b); err != nil {
			t.Error(err)
		}
		encoded, err := archive.EncodeManifest(in.Manifest)
		if err != nil {
			t.Fatal(err)
		}
		if m, err := archive.DecodeManifest(encoded); err != nil || archive.Fingerprint(m) != in.Fingerprint {
			t.Errorf("the stored manifest has another fingerprint, or %v", err)
		}
	})
}
