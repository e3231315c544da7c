package archivetest_test

import (
	"archive/zip"
	"bytes"
	"testing"

	"verso/archive/archivetest"
)

func TestZipIsDeterministic(t *testing.T) {
	files := map[string]string{"b.js": "b", "a/": "", "a/x.js": "x", "c": ""}
	b := archivetest.Zip(files)
	for range 20 {
		if !bytes.Equal(archivetest.Zip(files), b) {
			t.Fatal("the same files gave other bytes")
		}
	}
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"a/", "a/x.js", "b.js", "c"} {
		if z.File[i].Name != want {
			t.Errorf("entry %d is %q, want %q", i, z.File[i].Name, want)
		}
	}
}

func TestBigIsAsLargeAsAsked(t *testing.T) {
	b := archivetest.Big(7, 200_003, 5)
	if !bytes.Equal(b, archivetest.Big(7, 200_003, 5)) {
		t.Error("the same arguments gave other bytes")
	}
	if bytes.Equal(b, archivetest.Big(7, 200_003, 6)) {
		t.Error("another seed gave the same bytes")
	}
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	var unpacked, packed uint64
	for _, f := range z.File {
		unpacked += f.UncompressedSize64
		packed += f.CompressedSize64
	}
	if len(z.File) != 7 || unpacked != 200_003 || packed < unpacked {
		t.Errorf("%d files of %d bytes, packed %d; want 7 of 200003 that do not get smaller", len(z.File), unpacked, packed)
	}
}

func TestSamplesAreAlwaysTheSame(t *testing.T) {
	const large = 1 << 20
	for _, s := range append(archivetest.Good(), archivetest.Hostile()...) {
		b := s.Make()
		if len(b) > 42<<20 {
			t.Errorf("%s has %d bytes", s.Name, len(b))
		}
		if len(b) < large && !bytes.Equal(b, s.Make()) {
			t.Errorf("%s differs from one call to the next", s.Name)
		}
	}
}
