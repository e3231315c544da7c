package service

import (
	"unicode/utf8"

	"verso/faas"
)

// searchRunes is the longest search. SQLite refuses a long pattern, and nobody types one.
const searchRunes = 200

// checkSearch refuses a search that is too long; the field is "q".
func checkSearch(text string) error {
	if n := utf8.RuneCountInString(text); n > searchRunes {
		return faas.Invalidf("q", "The search has %d characters; %d are allowed.", n, searchRunes)
	}
	return nil
}
