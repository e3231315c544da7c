package faas

import (
	"fmt"
	"path"
	"strings"
)

// Package is the zip bytes of a version, found by their sha256; many versions may point at one.
type Package struct {
	SHA256      string
	Size        int64 // bytes of the zip
	Fingerprint string
	Files       int   // regular files in it
	Unpacked    int64 // sum of the files' sizes, bytes
}

// Manifest is the list of a package's files, sorted by path. Folders are not listed: they follow from the paths.
type Manifest struct {
	Files []File `json:"files"`
}

// File is one regular file of a package. Offset, Packed and Method say where its bytes lie in the zip, so that one
// file can be read by range without opening the archive.
type File struct {
	Path       string `json:"path"` // canonical: UTF-8, slashes, no leading slash, no "." or ".." part
	Executable bool   `json:"x,omitempty"`
	Size       int64  `json:"size"`   // unpacked bytes
	SHA256     string `json:"sha256"` // of the unpacked content
	Offset     int64  `json:"off"`    // of the packed data in the zip
	Packed     int64  `json:"packed"` // bytes of the packed data
	Method     uint16 `json:"method"` // 0 stored, 8 deflated
}

// Has reports whether the manifest lists a file of exactly this path.
func (m Manifest) Has(path string) bool {
	_, ok := m.File(path)
	return ok
}

// File finds a file by its exact path. The manifest is sorted, so this is a binary search.
func (m Manifest) File(path string) (File, bool) {
	lo, hi := 0, len(m.Files)
	for lo < hi {
		mid := (lo + hi) / 2
		if m.Files[mid].Path < path {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	if lo < len(m.Files) && m.Files[lo].Path == path {
		return m.Files[lo], true
	}
	return File{}, false
}

// PackageKey is the blob key of a package's zip bytes.
func PackageKey(sha256 string) string { return fmt.Sprintf("packages/%s/%s.zip", sha256[:2], sha256) }

// ManifestKey is the blob key of a package's manifest.
func ManifestKey(sha256 string) string {
	return fmt.Sprintf("packages/%s/%s.manifest", sha256[:2], sha256)
}

// SHA256OfKey returns the hash of the package that a blob key belongs to; false for a key that is not ours.
func SHA256OfKey(key string) (string, bool) {
	name, ok := strings.CutSuffix(path.Base(key), path.Ext(key))
	if !ok || !IsSHA256(name) || (key != PackageKey(name) && key != ManifestKey(name)) {
		return "", false
	}
	return name, true
}
