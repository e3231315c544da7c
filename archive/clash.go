package archive

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// decompositionText has one line for each character that Unicode 14 decomposes canonically, but for Hangul syllables:
// the character, then what it decomposes into.
//
//go:embed decompositions.txt
var decompositionText string

// decompositions is read when the first name beyond ASCII comes by.
var decompositions = sync.OnceValue(func() map[rune]string {
	m := make(map[rune]string, 2100)
	for line := range strings.Lines(decompositionText) {
		r, n := utf8.DecodeRuneInString(line)
		m[r] = strings.TrimSuffix(line[n:], "\n")
	}
	return m
})

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
	case a.path == "":
		return refuse("The folder %s is in the zip twice. %s", quote(b.name), remake)
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
	runes := decompose(part)
	for i := 0; i < len(runes); i++ {
		runes[i] = foldRune(runes[i])
	}
	// Marks that follow one another are equal in some orders; sorting them makes them so in every order.
	for i := 0; i < len(runes); {
		j := i
		for j < len(runes) && unicode.Is(unicode.Mn, runes[j]) {
			j++
		}
		slices.Sort(runes[i:j])
		i = j + 1
	}
	b.WriteString(string(runes))
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

// decompose returns the characters of s in canonical decomposition, marks in the order in which they came.
func decompose(s string) []rune {
	const first, last, vowels, trails = 0xAC00, 0xD7A3, 21, 28 // Hangul syllables are computed, not listed
	table := decompositions()
	runes := make([]rune, 0, len(s))
	for _, r := range s {
		if first <= r && r <= last {
			n := r - first
			runes = append(runes, 0x1100+n/(vowels*trails), 0x1161+n%(vowels*trails)/trails)
			if n%trails != 0 {
				runes = append(runes, 0x11A7+n%trails)
			}
			continue
		}
		if d, ok := table[r]; ok {
			runes = append(runes, []rune(d)...)
			continue
		}
		runes = append(runes, r)
	}
	return runes
}
