package archive

import (
	"encoding/binary"
	"math/rand/v2"
	"testing"
)

// The scan must give the same answer however the data comes in pieces.
func TestDecoyScanSeesSeams(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 3000 {
		data := make([]byte, 12+random.IntN(60))
		for i := range data {
			data[i] = "PK\x07\x08x"[random.IntN(5)]
		}
		at := random.IntN(len(data) - 11)
		want := random.IntN(2) == 0
		copy(data[at:], sigDescriptor)
		size := uint32(at)
		if !want {
			size += 1 << 20 // longer than the data
		}
		binary.LittleEndian.PutUint32(data[at+8:], size)
		if whole := search(data, 0); whole != want {
			t.Fatalf("search(%q) = %v, want %v", data, whole, want)
		}
		after := min(len(data), random.IntN(12))
		scan := &decoyScan{after: data[len(data)-after:]}
		rest := data[:len(data)-after]
		got := false
		for len(rest) > 0 && !got {
			n := 1 + random.IntN(min(len(rest), 20))
			got = scan.found(rest[:n])
			rest = rest[n:]
		}
		if got = got || scan.end(); got != want {
			t.Fatalf("in pieces, %q at %d: found %v, want %v", data, at, got, want)
		}
	}
}
