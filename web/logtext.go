package web

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"verso/faas"
)

// longestLogged is how much of a text goes into the log, in bytes.
const longestLogged = 256

// logged makes a client's text fit for the log: without tokens, short, and with everything written out that a terminal
// would obey or not show (escape codes, line breaks, marks that turn the text around).
func logged(s string) string {
	return visible(short(faas.RedactTokens(s)))
}

// short keeps a line a line: a path may be as long as the header limit lets it.
func short(s string) string {
	if len(s) <= longestLogged {
		return s
	}
	cut := longestLogged
	for cut > 0 && !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut] + "…"
}

// visible writes every character that is not printed as its number.
func visible(s string) string {
	if !strings.ContainsFunc(s, hidden) {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if hidden(r) {
			fmt.Fprintf(&b, "<U+%04X>", r)
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

func hidden(r rune) bool { return !unicode.IsPrint(r) }
