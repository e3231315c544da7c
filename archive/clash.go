package archive

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// checkClashes refuses two entries that are one on some file system, and a file that another entry needs as a folder.
func checkClashes(entries []entry) error {
	seen := make(map[string]int32, len(entries))
	keys := make([]string, len(entries))
	for i := range entries {
		keys[i] = fold(entries[i].path)
		if j, ok := seen[keys[i]]; ok {
			return clash(&entries[j], &entries[i])
		}
		seen[keys[i]] = int32(i)
	}
	parent := "" // of the entry before: most entries lie beside it
	for i, key := range keys {
		cut := strings.LastIndexByte(key, '/')
		if cut < 0 || key[:cut] == parent {
			continue
		}
		parent = key[:cut]
		for at := cut; at > 0; at = strings.LastIndexByte(key[:at], '/') {
			if j, ok := seen[key[:at]]; ok && !entries[j].folder {
				return refuse("The entry %s is a file, but %s lies in a folder of that name. Rename one of them and make the zip again.",
					quote(entries[j].name), quote(entries[i].name))
			}
		}
	}
	return nil
}

func clash(a, b *entry) error {
	switch {
	case a.path == b.path && a.folder == b.folder:
		return refuse("The entry %s is in the zip twice. %s", quote(b.name), remake)
	case a.path == b.path:
		return refuse("The entry %s is in the zip as a file and as a folder. Rename one of them and make the zip again.", quote(b.name))
	}
	return refuse("The entries %s and %s have names that are the same on Windows or macOS: they differ only in case, in how accents are encoded, or in dots or blanks at the end. Rename one of them and make the zip again.",
		quote(a.name), quote(b.name))
}

// fold maps paths that some usual file system takes for one to the same key: case, canonical decomposition, and dots
// and blanks at the end of a part. It may call a few exotic names equal that no system does.
func fold(path string) string {
	if isFolded(path) {
		return path
	}
	var b strings.Builder
	b.Grow(len(path))
	for part := range strings.SplitSeq(path, "/") {
		if b.Len() > 0 {
			b.WriteByte('/')
		}
		if short := strings.TrimRight(part, ". "); short != "" {
			part = short
		}
		foldPart(&b, part)
	}
	return b.String()
}

// isFolded reports that fold has nothing to do: lower-case ASCII whose parts end in neither dot nor blank.
func isFolded(path string) bool {
	last := byte('/')
	for i := range len(path) {
		c := path[i]
		if c >= utf8.RuneSelf || 'A' <= c && c <= 'Z' || c == '/' && (last == '.' || last == ' ') {
			return false
		}
		last = c
	}
	return last != '.' && last != ' '
}

func foldPart(b *strings.Builder, part string) {
	if isASCII(part) {
		for i := range len(part) {
			c := part[i]
			if 'A' <= c && c <= 'Z' {
				c += 'a' - 'A'
			}
			b.WriteByte(c)
		}
		return
	}
	folded := strings.Map(foldRune, norm.NFD.String(part))
	b.WriteString(norm.NFD.String(folded)) // folding may turn a letter into a mark, which has another place
}

// foldRune returns the smallest of the characters that are equal but for case, in lower case for ASCII.
func foldRune(r rune) rune {
	least := r
	for f := unicode.SimpleFold(r); f != r; f = unicode.SimpleFold(f) {
		least = min(least, f)
	}
	if 'A' <= least && least <= 'Z' {
		least += 'a' - 'A'
	}
	return least
}
