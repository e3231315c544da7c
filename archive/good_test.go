package archive_test

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"verso/archive"
	"verso/archive/archivetest"
	"verso/faas"
)

func TestGoodAreAccepted(t *testing.T) {
	samples := archivetest.Good()
	if len(samples) < 12 {
		t.Errorf("there are %d good samples, want at least 12", len(samples))
	}
	for _, s := range samples {
		t.Run(s.Name, func(t *testing.T) {
			b := s.Make()
			in, err := bounded(t, b)
			if err != nil {
				t.Fatal(err)
			}
			if err := agrees(in, b); err != nil {
				t.Error(err)
			}
			if err := readsByRange(in.Manifest, b); err != nil {
				t.Error(err)
			}
		})
	}
}

// agrees compares the inspection with what archive/zip sees in the same bytes.
func agrees(in archive.Inspection, b []byte) error {
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return fmt.Errorf("archive/zip: %w", err)
	}
	var unpacked int64
	var paths []string
	every := len(z.File)/2000 + 1 // archive/zip is slow; of large archives it reads some files only
	for i, f := range z.File {
		if strings.HasSuffix(f.Name, "/") {
			continue
		}
		path := strings.TrimPrefix(f.Name, "./")
		paths = append(paths, path)
		got, ok := in.Manifest.File(path)
		if !ok {
			return fmt.Errorf("archive/zip has %q", f.Name)
		}
		sum, n := got.SHA256, int64(f.UncompressedSize64)
		if i%every == 0 {
			if sum, n, err = contentOf(f); err != nil {
				return fmt.Errorf("archive/zip reads %q: %w", f.Name, err)
			}
		}
		executable := f.Mode()&0o111 != 0 && (f.CreatorVersion>>8 == 3 || f.CreatorVersion>>8 == 19)
		if got.SHA256 != sum || got.Size != n || got.Executable != executable || f.NonUTF8 {
			return fmt.Errorf("archive/zip has %q with %d bytes, sha-256 %s, executable %v; we have %+v", f.Name, n, sum, executable, got)
		}
		unpacked += n
	}
	slices.Sort(paths)
	if in.Files != len(paths) || len(in.Manifest.Files) != len(paths) || in.Unpacked != unpacked {
		return fmt.Errorf("archive/zip has %d files of %d bytes; we have %d of %d", len(paths), unpacked, in.Files, in.Unpacked)
	}
	for i, f := range in.Manifest.Files {
		if f.Path != paths[i] {
			return fmt.Errorf("file %d is %q, want %q", i, f.Path, paths[i])
		}
	}
	return nil
}

func contentOf(f *zip.File) (sum string, n int64, err error) {
	r, err := f.Open()
	if err != nil {
		return "", 0, err
	}
	defer r.Close()
	h := sha256.New()
	n, err = io.Copy(h, r)
	return hex.EncodeToString(h.Sum(nil)), n, err
}

// readsByRange finds each file's bytes by what the manifest says of the zip, without opening the archive.
func readsByRange(m faas.Manifest, b []byte) error {
	every := len(m.Files)/2000 + 1
	for i := 0; i < len(m.Files); i += every {
		f := m.Files[i]
		var r io.Reader = bytes.NewReader(b[f.Offset : f.Offset+f.Packed])
		if f.Method == zip.Deflate {
			r = flate.NewReader(r)
		}
		h := sha256.New()
		if n, err := io.Copy(h, r); err != nil || n != f.Size || hex.EncodeToString(h.Sum(nil)) != f.SHA256 {
			return fmt.Errorf("%q by range: %d bytes, %v", f.Path, n, err)
		}
	}
	return nil
}

func TestFingerprintIsOfTheCode(t *testing.T) {
	want := map[string]string{"index.js": "exports.handler = 1", "lib/a.js": "a", "lib/b.js": "b", "z.txt": ""}
	base := fingerprint(t, archivetest.Zip(want))
	same := []struct {
		name string
		zip  []byte
	}{
		{"stored", rezip(t, want, []string{"index.js", "lib/a.js", "lib/b.js", "z.txt"}, zip.Store)},
		{"other order", rezip(t, want, []string{"z.txt", "lib/b.js", "index.js", "lib/a.js"}, zip.Deflate)},
		{"with folders", rezip(t, want, []string{"lib/", "index.js", "lib/a.js", "lib/b.js", "empty/", "z.txt"}, zip.Deflate)},
		{"with ./", rezip(t, want, []string{"./index.js", "./lib/a.js", "./lib/b.js", "./z.txt"}, zip.Deflate)},
	}
	for _, s := range same {
		if got := fingerprint(t, s.zip); got != base {
			t.Errorf("%s: fingerprint %s, want %s", s.name, got, base)
		}
	}
	others := map[string]map[string]string{
		"content":      {"index.js": "exports.handler = 2", "lib/a.js": "a", "lib/b.js": "b", "z.txt": ""},
		"path":         {"main.js": "exports.handler = 1", "lib/a.js": "a", "lib/b.js": "b", "z.txt": ""},
		"one less":     {"index.js": "exports.handler = 1", "lib/a.js": "a", "lib/b.js": "b"},
		"swapped":      {"index.js": "exports.handler = 1", "lib/a.js": "b", "lib/b.js": "a", "z.txt": ""},
		"moved border": {"index.js": "exports.handler = 1", "lib/a.j": "sa", "lib/b.js": "b", "z.txt": ""},
	}
	for name, files := range others {
		if fingerprint(t, archivetest.Zip(files)) == base {
			t.Errorf("%s: the fingerprint did not change", name)
		}
	}
}

func TestFingerprintHasExecutableBitAndFixedForm(t *testing.T) {
	m := faas.Manifest{Files: []faas.File{{Path: "a", Size: 3, SHA256: strings.Repeat("0", 64)}}}
	plain := archive.Fingerprint(m)
	m.Files[0].Executable = true
	if archive.Fingerprint(m) == plain {
		t.Error("the executable bit does not count")
	}
	m.Files[0].Executable = false
	m.Files[0].Offset, m.Files[0].Packed, m.Files[0].Method = 7, 2, 8
	if archive.Fingerprint(m) != plain {
		t.Error("the place in the zip counts")
	}
	// Stored fingerprints are compared with new ones, so the form must never change.
	const fixed = "4275ea60ce224cb463d4d21d106ae683de73a8e5366d7a62b37c71f386524718"
	if plain != fixed {
		t.Errorf("fingerprint %s, want %s as in earlier releases", plain, fixed)
	}
}

func fingerprint(t *testing.T, b []byte) string {
	t.Helper()
	in, err := inspect(b)
	if err != nil {
		t.Fatal(err)
	}
	return in.Fingerprint
}

// rezip packs the same files with Go's own writer.
func rezip(t *testing.T, files map[string]string, names []string, method uint16) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, name := range names {
		f, err := w.CreateHeader(&zip.FileHeader{Name: name, Method: method})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(f, files[strings.TrimPrefix(name, "./")]); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
