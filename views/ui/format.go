package ui

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Ago says how long before now t was, in one unit: "just now", "12 s ago", "5 min ago", "3 h ago", "4 d ago". After
// thirty days it is the date.
func Ago(t, now time.Time) string {
	d := now.Sub(t)
	switch {
	case d < 5*time.Second:
		return "just now"
	case d < time.Minute:
		return strconv.Itoa(int(d/time.Second)) + " s ago"
	case d < time.Hour:
		return strconv.Itoa(int(d/time.Minute)) + " min ago"
	case d < 24*time.Hour:
		return strconv.Itoa(int(d/time.Hour)) + " h ago"
	case d < 30*24*time.Hour:
		return strconv.Itoa(int(d/(24*time.Hour))) + " d ago"
	}
	return t.UTC().Format("2 Jan 2006")
}

// StampLayout is the layout of an absolute time for people; the time must be in UTC.
const StampLayout = "2006-01-02 15:04:05 UTC"

// Size writes bytes as people read them: "812 B", "4.2 KiB", "12.4 MiB", "312 MiB".
func Size(bytes int64) string {
	const kib, mib, gib = 1 << 10, 1 << 20, 1 << 30
	switch {
	case bytes < kib:
		return strconv.FormatInt(bytes, 10) + " B"
	case bytes < 1000*kib:
		return tenths(bytes, kib) + " KiB"
	case bytes < 1000*mib:
		return tenths(bytes, mib) + " MiB"
	}
	return tenths(bytes, gib) + " GiB"
}

// tenths divides with one digit behind the point, and none from a hundred on.
func tenths(bytes, unit int64) string {
	t := (bytes*10 + unit/2) / unit
	if t >= 1000 {
		return strconv.FormatInt((t+5)/10, 10)
	}
	if t%10 == 0 {
		return strconv.FormatInt(t/10, 10)
	}
	return strconv.FormatInt(t/10, 10) + "." + strconv.FormatInt(t%10, 10)
}

// Memory writes a memory setting: always whole MiB below a GiB's multiple.
func Memory(bytes int64) string {
	const mib, gib = 1 << 20, 1 << 30
	if bytes%gib == 0 {
		return strconv.FormatInt(bytes/gib, 10) + " GiB"
	}
	return strconv.FormatInt(bytes/mib, 10) + " MiB"
}

// Duration writes how long something took: "<1 ms", "3 ms", "1.2 s", "2 min 5 s", "1 h 4 min".
func Duration(d time.Duration) string {
	switch {
	case d < time.Millisecond:
		return "<1 ms"
	case d < time.Second:
		return strconv.Itoa(int(d/time.Millisecond)) + " ms"
	case d < time.Minute:
		t := int((d + 50*time.Millisecond) / (100 * time.Millisecond))
		if t == 600 {
			return "1 min"
		}
		if t%10 == 0 {
			return strconv.Itoa(t/10) + " s"
		}
		return strconv.Itoa(t/10) + "." + strconv.Itoa(t%10) + " s"
	case d < time.Hour:
		return two(int(d/time.Minute), " min", int(d%time.Minute/time.Second), " s")
	}
	return two(int(d/time.Hour), " h", int(d%time.Hour/time.Minute), " min")
}

func two(a int, unit string, b int, less string) string {
	if b == 0 {
		return strconv.Itoa(a) + unit
	}
	return strconv.Itoa(a) + unit + " " + strconv.Itoa(b) + less
}

// Count writes a number with its noun: "1 file", "2,000 files".
func Count(n int64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return Number(n) + " " + many
}

// Number writes a number with commas between thousands.
func Number(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// Short is the head of a hash or id, enough to recognise it.
func Short(s string) string {
	if len(s) > 12 {
		return s[:12]
	}
	return s
}

// Line is the first line of a text, cut at max characters with an ellipsis.
func Line(s string, max int) string {
	cut := false
	if i := strings.IndexByte(s, '\n'); i >= 0 {
		s, cut = s[:i], true
	}
	if len(s) > max && utf8.RuneCountInString(s) > max {
		n := 0
		for i := range s {
			if n == max {
				s, cut = s[:i], true
				break
			}
			n++
		}
	}
	if cut {
		return strings.TrimRight(s, " .,;:") + "…"
	}
	return s
}

// Stamp is the absolute time for people, in UTC.
func Stamp(t time.Time) string { return t.UTC().Format(StampLayout) }
