package demo

import (
	"archive/zip"
	"bytes"
	"maps"
	"slices"
	"strings"
	"time"
)

// zipped writes the files as a zip whose bytes depend on nothing but the arguments. The serial is the minute of the
// entries' times: the same files under another serial are other bytes with the same content. The prefix is a folder
// around everything, for the mistake that everybody makes once.
func zipped(files map[string][]byte, serial int, prefix string) ([]byte, error) {
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	modified := time.Date(2026, 1, 5, 8, 0, 0, 0, time.UTC).Add(time.Duration(serial) * time.Minute)
	for _, path := range slices.Sorted(maps.Keys(files)) {
		h := &zip.FileHeader{Name: prefix + path, Method: zip.Deflate, Modified: modified}
		h.SetMode(0o644)
		if strings.HasSuffix(path, ".sh") {
			h.SetMode(0o755)
		}
		w, err := z.CreateHeader(h)
		if err != nil {
			return nil, err
		}
		if _, err := w.Write(files[path]); err != nil {
			return nil, err
		}
	}
	err := z.Close()
	return out.Bytes(), err
}
