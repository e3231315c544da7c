package archive

import (
	"strconv"
	"unicode/utf8"

	"verso/faas"
)

// Cures, so that the same advice has the same words.
const (
	field  = "package"
	remake = "Make the zip again with a current tool, for example 7-Zip, zip or Python."
	resend = "Upload it again; if that does not help, make the zip again."
	rename = "Rename it and make the zip again."
)

// refuse says that the archive as a whole is unsound.
func refuse(format string, args ...any) error { return faas.Invalidf(field, format, args...) }

// tooLarge says that a limit is passed.
func tooLarge(format string, args ...any) error {
	e := faas.Errorf(faas.TooLarge, format, args...)
	e.Field = field
	return e
}

// fault is what is wrong with one entry: the rest of a sentence that begins with the entry's name, and the cure.
// The zero value is no fault.
type fault struct{ problem, cure string }

func (f fault) found() bool { return f.problem != "" }

// of makes the error for the entry of this name.
func (f fault) of(name string) error {
	return refuse("The entry %s %s. %s", quote(name), f.problem, f.cure)
}

// quote makes a name safe to show: quoted, with everything unprintable escaped, and cut.
func quote(name string) string {
	const most = 100 // bytes
	if len(name) <= most {
		return strconv.Quote(name)
	}
	cut := most
	for cut > most-utf8.UTFMax && !utf8.RuneStart(name[cut]) {
		cut--
	}
	return strconv.Quote(name[:cut]) + "…"
}

// size shows a number of bytes: limits are usually whole MiB.
func size(n int64) string {
	switch {
	case n == 1:
		return "1 byte"
	case n >= faas.MiB && n%faas.MiB == 0:
		return strconv.FormatInt(n/faas.MiB, 10) + " MiB"
	}
	return strconv.FormatInt(n, 10) + " bytes"
}

// there begins a sentence about bytes that should not be there.
func there(n int64) string {
	if n == 1 {
		return "There is 1 byte"
	}
	return "There are " + size(n)
}
