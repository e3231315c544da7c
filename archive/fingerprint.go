package archive

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"

	"verso/faas"
)

// Fingerprint is a sha-256, in lower-case hexadecimal, over what the code consists of: path, executable bit, size and
// content of every file. The order, compression, times and folders of the zip do not matter, so code that was zipped
// twice has one fingerprint. The manifest must be sorted by path, as Inspect and DecodeManifest return it.
func Fingerprint(m faas.Manifest) string {
	h := sha256.New()
	h.Write([]byte("verso fingerprint 1\n"))
	var b []byte
	for i := range m.Files {
		f := &m.Files[i]
		// Each length is written before its text, so that no two lists give the same bytes.
		b = binary.AppendUvarint(b[:0], uint64(len(f.Path)))
		b = append(b, f.Path...)
		b = append(b, executableByte(f.Executable))
		b = binary.AppendUvarint(b, uint64(f.Size))
		b = binary.AppendUvarint(b, uint64(len(f.SHA256)))
		b = append(b, f.SHA256...)
		h.Write(b)
	}
	return hex.EncodeToString(h.Sum(nil))
}

func executableByte(x bool) byte {
	if x {
		return 1
	}
	return 0
}
