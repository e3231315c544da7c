package faults

import (
	"crypto/sha256"
	"encoding/hex"

	"verso/archive/archivetest"
)

// packageOf makes a sound package of about so many bytes in files of 16 KiB; another seed gives other bytes.
func packageOf(seed uint64, size int64) []byte { return archivetest.Big(int(size>>14)+1, size, seed) }

func sumOf(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
