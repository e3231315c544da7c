package db

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// storable reports whether both engines take all the texts among args: PostgreSQL refuses NUL and broken UTF-8.
func storable(args []any) bool {
	for _, arg := range args {
		if s, ok := arg.(string); ok && (strings.IndexByte(s, 0) >= 0 || !utf8.ValidString(s)) {
			return false
		}
	}
	return true
}

// fold maps a text to a form in which upper and lower case of any script are equal. It is stored beside what people
// search, because the engines' own ideas of case differ.
func fold(s string) string { return strings.Map(foldRune, s) }

// foldRune picks one rune of those that differ in case only: the lowest, in lower case.
func foldRune(r rune) rune {
	if r < utf8.RuneSelf {
		return unicode.ToLower(r)
	}
	low := r
	for next := unicode.SimpleFold(r); next != r; next = unicode.SimpleFold(next) {
		low = min(low, next)
	}
	return unicode.ToLower(low)
}

// searchable joins the texts that a search looks at. The line feed keeps a search from matching across two of them.
func searchable(parts ...string) string { return fold(strings.Join(parts, "\n")) }

var likeEscaper = strings.NewReplacer(`!`, `!!`, `%`, `!%`, `_`, `!_`)

// contains is the LIKE pattern, with ! as escape, that finds s anywhere in a folded text.
func contains(s string) string { return "%" + likeEscaper.Replace(fold(s)) + "%" }

// searchBytes is longer than any text that is searched. A search for more finds nothing; the embedded engine would refuse
// a pattern of 50,000 bytes.
const searchBytes = 16 << 10

// isHex reports whether s could be the start of a hash.
func isHex(s string) bool {
	return len(s) <= 64 && strings.Trim(s, "0123456789abcdef") == ""
}
