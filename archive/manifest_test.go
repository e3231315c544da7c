package archive_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"verso/archive"
	"verso/archive/archivetest"
	"verso/faas"
)

func sum(s string) string {
	h := sha256.Sum256([]byte(s))
	return hex.EncodeToString(h[:])
}

func TestManifestRoundTrip(t *testing.T) {
	manifests := map[string]faas.Manifest{
		"none": {Files: []faas.File{}},
		"edges": {Files: []faas.File{
			{Path: "a", SHA256: sum("1")},
			{Path: "a/b", Executable: true, Size: 1<<63 - 1, Packed: 1<<63 - 1, Offset: 1<<63 - 1, Method: 1<<16 - 1, SHA256: sum("2")},
			{Path: "ab", SHA256: strings.Repeat("0", 64)},
			{Path: "привет", Size: 1, SHA256: strings.Repeat("f", 64), Method: 8},
		}},
	}
	for _, s := range archivetest.Good() {
		if !strings.HasPrefix(s.Name, "tool_") && s.Name != "entries_20000" && s.Name != "longest_names" {
			continue
		}
		in, err := inspect(s.Make())
		if err != nil {
			t.Fatal(err)
		}
		manifests[s.Name] = in.Manifest
	}
	for name, m := range manifests {
		b, err := archive.EncodeManifest(m)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if again, _ := archive.EncodeManifest(m); !bytes.Equal(again, b) {
			t.Errorf("%s: encoded twice, the bytes differ", name)
		}
		got, err := archive.DecodeManifest(b)
		if err != nil || !reflect.DeepEqual(got, m) {
			t.Errorf("%s: decoded %d files, %v; want the %d of before", name, len(got.Files), err, len(m.Files))
		}
		if len(m.Files) > 1000 && len(b) > 60*len(m.Files) {
			t.Errorf("%s: %d bytes for %d files", name, len(b), len(m.Files))
		}
	}
}

func TestEncodeManifestRefusesWhatCannotBe(t *testing.T) {
	good := faas.File{Path: "b", SHA256: sum("")}
	tests := map[string]func(*faas.File) faas.File{
		"before the first": func(f *faas.File) faas.File { f.Path = "a"; return *f },
		"twice":            func(f *faas.File) faas.File { return *f },
		"no path":          func(f *faas.File) faas.File { f.Path = ""; return *f },
		"negative size":    func(f *faas.File) faas.File { f.Path, f.Size = "c", -1; return *f },
		"negative packed":  func(f *faas.File) faas.File { f.Path, f.Packed = "c", -1; return *f },
		"negative offset":  func(f *faas.File) faas.File { f.Path, f.Offset = "c", -1; return *f },
		"no hash":          func(f *faas.File) faas.File { f.Path, f.SHA256 = "c", ""; return *f },
		"short hash":       func(f *faas.File) faas.File { f.Path, f.SHA256 = "c", f.SHA256[2:]; return *f },
		"upper-case hash":  func(f *faas.File) faas.File { f.Path, f.SHA256 = "c", strings.ToUpper(f.SHA256); return *f },
		"no hexadecimal":   func(f *faas.File) faas.File { f.Path, f.SHA256 = "c", strings.Repeat("g", 64); return *f },
	}
	for name, change := range tests {
		bad := good
		if _, err := archive.EncodeManifest(faas.Manifest{Files: []faas.File{good, change(&bad)}}); err == nil {
			t.Errorf("%s was encoded", name)
		}
	}
}

func TestDecodeManifestRefusesEveryChange(t *testing.T) {
	b, err := archive.EncodeManifest(faas.Manifest{Files: []faas.File{
		{Path: "a.js", Size: 3, SHA256: sum("a")}, {Path: "b.js", Size: 4, SHA256: sum("b"), Executable: true},
	}})
	if err != nil {
		t.Fatal(err)
	}
	for i := range b {
		for bit := range 8 {
			bad := bytes.Clone(b)
			bad[i] ^= 1 << bit
			if _, err := archive.DecodeManifest(bad); err == nil {
				t.Fatalf("byte %d bit %d changed and not noticed", i, bit)
			}
		}
		if _, err := archive.DecodeManifest(b[:i]); err == nil {
			t.Fatalf("cut to %d bytes and not noticed", i)
		}
	}
}

func FuzzDecodeManifest(f *testing.F) {
	for _, n := range []int{0, 1, 40} {
		m := faas.Manifest{}
		for i := range n {
			m.Files = append(m.Files, faas.File{Path: fmt.Sprintf("lib/%03d.js", i), Size: int64(i), SHA256: sum("x")})
		}
		b, err := archive.EncodeManifest(m)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b[:len(b)-4])
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		b = archive.Seal(b) // else the checksum would keep everything else from being reached
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		m, err := archive.DecodeManifest(b)
		runtime.ReadMemStats(&after)
		if used := after.TotalAlloc - before.TotalAlloc; used > 160<<20 {
			t.Errorf("allocated %d bytes for %d", used, len(b))
		}
		if err != nil {
			return
		}
		again, err := archive.EncodeManifest(m)
		if err != nil {
			t.Fatalf("decoded, but cannot be encoded: %v", err)
		}
		if back, err := archive.DecodeManifest(again); err != nil || !reflect.DeepEqual(back, m) {
			t.Errorf("encoded again, it is another: %v", err)
		}
	})
}
