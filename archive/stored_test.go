package archive

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"errors"
	"strings"
	"testing"
)

// storedManifest writes the stored form with whatever it is told, and a checksum that is right. more is added to the
// length of the table.
func storedManifest(t *testing.T, version byte, count, more, sums int, table []byte) []byte {
	t.Helper()
	b := binary.AppendUvarint(binary.AppendUvarint([]byte{version}, uint64(count)), uint64(len(table)+more))
	var packed bytes.Buffer
	w, err := flate.NewWriter(&packed, flate.BestSpeed)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(table); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return Seal(append(append(b, make([]byte, 32*sums)...), packed.Bytes()...))
}

// row is a file of the table: shared and rest of the path, then flags, size, packed, offset, method.
func row(shared uint64, rest string, numbers ...uint64) []byte {
	b := binary.AppendUvarint(nil, shared)
	b = append(binary.AppendUvarint(b, uint64(len(rest))), rest...)
	for i := range 5 {
		var v uint64
		if i < len(numbers) {
			v = numbers[i]
		}
		b = binary.AppendUvarint(b, v)
	}
	return b
}

func TestDecodeManifestRefusesDamage(t *testing.T) {
	rows := func(list ...[]byte) []byte { return bytes.Join(list, nil) }
	two := rows(row(0, "a", 1, 2, 3, 4, 8), row(1, "b"))
	m, err := DecodeManifest(storedManifest(t, 1, 2, 0, 2, two))
	if err != nil || len(m.Files) != 2 || m.Files[1].Path != "ab" || !m.Files[0].Executable || m.Files[0].Method != 8 {
		t.Fatalf("the sound manifest is %+v, %v", m, err)
	}
	if _, err := DecodeManifest(storedManifest(t, 2, 2, 0, 2, two)); !errors.Is(err, errManifestVersion) {
		t.Errorf("another version: %v", err)
	}
	long := rows(row(0, strings.Repeat("p", 1<<20)))
	for i := range 40 {
		long = append(long, row(1<<20+uint64(i), "q")...)
	}
	whole := storedManifest(t, 1, 2, 0, 2, two)
	tests := map[string][]byte{
		"nothing":                   nil,
		"only a checksum":           Seal(nil),
		"only a version":            Seal([]byte{1}),
		"too many files":            storedManifest(t, 1, maxManifestFiles+1, 0, 2, two),
		"an endless number":         Seal(append([]byte{1}, bytes.Repeat([]byte{0xff}, 12)...)),
		"fewer hashes than files":   Seal(append([]byte{1, 5, 1}, make([]byte, 64)...)),
		"no table":                  Seal(whole[:3+64]),
		"a table that is cut":       Seal(whole[:len(whole)-4-5]),
		"a table that does not fit": storedManifest(t, 1, 2, 1, 2, two),
		"a longer table":            storedManifest(t, 1, 2, -1, 2, two),
		"a table too large":         storedManifest(t, 1, 2, int(maxManifestTable), 2, two),
		"rows left over":            storedManifest(t, 1, 1, 0, 1, two),
		"rows missing":              storedManifest(t, 1, 3, 0, 3, two),
		"a table for no files":      storedManifest(t, 1, 0, 0, 0, two),
		"shared beyond the path":    storedManifest(t, 1, 1, 0, 1, row(1, "a")),
		"rest beyond the table":     storedManifest(t, 1, 1, 0, 1, []byte{0, 9}),
		"unknown flag":              storedManifest(t, 1, 1, 0, 1, row(0, "a", 2)),
		"size beyond 63 bits":       storedManifest(t, 1, 1, 0, 1, row(0, "a", 0, 1<<63)),
		"method beyond 16 bits":     storedManifest(t, 1, 1, 0, 1, row(0, "a", 0, 0, 0, 0, 1<<16)),
		"no path":                   storedManifest(t, 1, 1, 0, 1, row(0, "")),
		"twice":                     storedManifest(t, 1, 2, 0, 2, rows(row(0, "a"), row(1, ""))),
		"not sorted":                storedManifest(t, 1, 2, 0, 2, rows(row(0, "b"), row(0, "a"))),
		"paths beyond all bounds":   storedManifest(t, 1, 41, 0, 41, long),
	}
	for name, b := range tests {
		if m, err := DecodeManifest(b); !errors.Is(err, errManifest) {
			t.Errorf("%s: decoded as %d files, %v", name, len(m.Files), err)
		}
	}
}
