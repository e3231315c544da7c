package faas

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// CheckText checks free text: valid UTF-8, at most max characters, no control characters but line feed and tab.
// A NUL character in particular would be refused by PostgreSQL much later and less clearly.
func CheckText(field, label, s string, max int) error {
	if !utf8.ValidString(s) {
		return Invalidf(field, "%s is not valid UTF-8 text.", label)
	}
	if n := utf8.RuneCountInString(s); n > max {
		return Invalidf(field, "%s has %d characters; %d are allowed.", label, n, max)
	}
	for _, r := range s {
		if r != '\n' && r != '\t' && unicode.IsControl(r) {
			return Invalidf(field, "%s contains the control character U+%04X; remove it.", label, r)
		}
	}
	return nil
}

// checkOneLine refuses line breaks and tabs, which CheckText lets through.
func checkOneLine(field, label, s string) error {
	if strings.ContainsAny(s, "\n\t") {
		return Invalidf(field, "%s contains a line break or tab; remove it.", label)
	}
	return nil
}
