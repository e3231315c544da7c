package web

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// FileName cleans a client's name for a file: what follows the last slash or backslash, valid UTF-8, only characters
// that can be seen (so no line breaks and no marks that turn the text around), 255 characters at most, never empty.
func FileName(name string) string {
	name = strings.ToValidUTF8(name, string(utf8.RuneError))
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return -1
	}, name)
	name = strings.TrimSpace(name)
	if utf8.RuneCountInString(name) > maxFileName {
		name = string([]rune(name)[:maxFileName])
	}
	if name == "" || name == "." || name == ".." {
		return "unnamed"
	}
	return name
}
