package archive_test

import (
	"bytes"
	"reflect"
	"strings"
	"testing"

	"verso/archive/archivetest"
	"verso/faas"
)

// TestNoBitMisleads flips every single bit of small good archives. What is still accepted must hold the same files as
// before, but for the executable bit, and archive/zip must see them too: nothing that readers could take differently
// hangs on one bit.
func TestNoBitMisleads(t *testing.T) {
	for _, s := range archivetest.Good() {
		if isLarge(s) {
			continue
		}
		b := s.Make()
		if len(b) > 500 {
			continue
		}
		t.Run(s.Name, func(t *testing.T) {
			before, err := inspect(b)
			if err != nil {
				t.Fatal(err)
			}
			accepted := 0
			for i := range b {
				for bit := range 8 {
					b[i] ^= 1 << bit
					if after, err := inspect(b); err == nil {
						accepted++
						if !reflect.DeepEqual(anyMode(before.Manifest), anyMode(after.Manifest)) {
							t.Errorf("byte %d bit %d: accepted as %+v", i, bit, after.Manifest)
						}
						if err := agrees(after, bytes.Clone(b)); err != nil {
							t.Errorf("byte %d bit %d: %v", i, bit, err)
						}
					}
					b[i] ^= 1 << bit
				}
			}
			// Times, versions and rights of each entry may change, little else.
			if most := len(before.Manifest.Files)*60*8 + 400; accepted == 0 || accepted > most {
				t.Errorf("%d of %d changed bits were accepted, want 1 to %d", accepted, 8*len(b), most)
			}
		})
	}
}

// isLarge reports whether making the sample takes more than a moment.
func isLarge(s archivetest.Sample) bool {
	for _, part := range []string{"entries_", "big_", "limit_", "bomb", "longest_", "compressible", "_wide", "sum_wraps"} {
		if strings.Contains(s.Name, part) {
			return true
		}
	}
	return false
}

func anyMode(m faas.Manifest) []faas.File {
	list := make([]faas.File, len(m.Files))
	for i, f := range m.Files {
		f.Executable = false
		list[i] = f
	}
	return list
}
