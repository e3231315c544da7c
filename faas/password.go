package faas

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Password lengths. There are no rules of composition, and nothing is cut off.
const (
	PasswordMin   = 12   // characters
	PasswordBytes = 1024 // UTF-8 bytes; bounds what is hashed
)

// CheckPassword checks a new password of the person of that name; the field is "password". The sentence never repeats
// the password.
func CheckPassword(name string, password Secret) error {
	text := string(password)
	switch {
	case text == "":
		return Invalidf("password", "Enter a password.")
	case !utf8.ValidString(text):
		return Invalidf("password", "The password is not valid UTF-8 text.")
	case utf8.RuneCountInString(text) < PasswordMin:
		return Invalidf("password", "Use at least %d characters. A few words in a row are easy to remember.", PasswordMin)
	case len(text) > PasswordBytes:
		return Invalidf("password", "The password has %d bytes; %d are allowed.", len(text), PasswordBytes)
	case common(text) || aboutOneself(text, name):
		return Invalidf("password", "This password is among the first that anybody would try. Choose another; a few unrelated words are good.")
	}
	return nil
}

// common reports whether a password is a well-known word, or words, dressed up: capitals, digits for letters, digits and
// signs around it, one pattern again and again, a run over the keyboard.
func common(password string) bool {
	folded := strings.ToLower(password)
	for _, form := range []string{folded, unleet(folded), unleet(strings.TrimFunc(folded, notLetter))} {
		if simple(form) || simple(strings.TrimFunc(form, notLetter)) || onlyWords(strings.TrimFunc(form, notLetter)) {
			return true
		}
	}
	return false
}

// aboutOneself reports whether little is left of a password without the person's or the product's name.
func aboutOneself(password, name string) bool {
	rest := strings.ToLower(password)
	for _, word := range []string{strings.ToLower(name), "verso"} {
		if len(word) >= 3 {
			rest = strings.ReplaceAll(rest, word, "")
		}
	}
	return len(rest) < len(password) && utf8.RuneCountInString(strings.TrimFunc(rest, notLetter)) < 4
}

func notLetter(r rune) bool { return !unicode.IsLetter(r) }

// unleet writes letters for the digits and signs that stand for them.
func unleet(text string) string {
	return strings.NewReplacer("0", "o", "1", "i", "3", "e", "4", "a", "5", "s", "7", "t", "@", "a", "$", "s", "!", "i").Replace(text)
}

// runs are the orders in which people type without thinking.
var runs = []string{
	"012345678901234567890123456789", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm",
	"1qaz2wsx3edc4rfv5tgb6yhn", "qazwsxedcrfvtgbyhnujm", "1q2w3e4r5t6y7u8i9o0p", "йцукенгшщзхъ", "фывапролджэ",
}

// simple reports whether a text is one short pattern repeated, or pieces of runs one behind the other.
func simple(text string) bool {
	for n := 1; n <= 4 && n*2 <= len(text); n++ {
		if strings.HasPrefix(strings.Repeat(text[:n], len(text)/n+1), text) {
			return true
		}
	}
	return text != "" && eaten(text, len(text), runPiece)
}

// fewWords is how many words everybody uses make no password: with more of them there is something to guess.
const fewWords = 3

// onlyWords reports whether a text is nothing but a few words that everybody uses, and pieces of runs.
func onlyWords(text string) bool {
	return text != "" && eaten(strings.Map(func(r rune) rune {
		if notLetter(r) {
			return -1
		}
		return r
	}, text), fewWords, func(rest string) int { return max(wordAt(rest), runPiece(rest)) })
}

// eaten reports whether bite takes a text to its end in at most so many pieces.
func eaten(text string, pieces int, bite func(string) int) bool {
	for ; text != "" && pieces > 0; pieces-- {
		n := bite(text)
		if n == 0 {
			return false
		}
		text = text[n:]
	}
	return text == ""
}

// runPiece is the length of the longest piece of a run, in either direction, that a text begins with; 0 below 3.
func runPiece(text string) int {
	best := 0
	for _, run := range runs {
		for _, way := range []string{run, reversed(run)} {
			for n := min(len(text), len(way)); n > max(best, 2); n-- {
				if strings.Contains(way, text[:n]) {
					best = n
				}
			}
		}
	}
	return best
}

// wordAt is the length of the longest word that everybody uses and that a text begins with; 0 for none.
func wordAt(text string) int {
	best := 0
	for _, word := range commonWords {
		if len(word) > best && strings.HasPrefix(text, word) {
			best = len(word)
		}
	}
	return best
}

func reversed(text string) string {
	list := []rune(text)
	for i, j := 0, len(list)-1; i < j; i, j = i+1, j-1 {
		list[i], list[j] = list[j], list[i]
	}
	return string(list)
}
