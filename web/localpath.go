package web

import (
	"net/url"
	"strings"
)

// maxPath is the longest address we ever send anybody to, in bytes.
const maxPath = 4096

// LocalPath returns a path of this site (with query and fragment) in a form that is safe in a header: percent-encoded
// ASCII. It is false for anything that some browser could read as an address elsewhere: another scheme or host,
// "//", a backslash, "..", control characters, plain or encoded.
func LocalPath(s string) (string, bool) {
	if len(s) > maxPath || !strings.HasPrefix(s, "/") {
		return "", false
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || u.Opaque != "" {
		return "", false
	}
	if !plainPath(u.Path) || !plainPath(u.EscapedPath()) || strings.ContainsFunc(s, isControl) {
		return "", false
	}
	safe := url.URL{Path: u.Path, RawPath: u.RawPath, RawQuery: asciiOnly(u.RawQuery), Fragment: u.Fragment}
	return safe.String(), true
}

// plainPath refuses the ways in which two readers of one path come to different ends.
func plainPath(p string) bool {
	if !strings.HasPrefix(p, "/") || strings.Contains(p, "//") || strings.ContainsFunc(p, isControl) || strings.Contains(p, `\`) {
		return false
	}
	for part := range strings.SplitSeq(p, "/") {
		if part == "." || part == ".." {
			return false
		}
	}
	return true
}

func isControl(r rune) bool { return r < 0x20 || r == 0x7f || (r >= 0x80 && r < 0xa0) }

// asciiOnly percent-encodes what a query may hold in a browser's address line but not in a header.
func asciiOnly(query string) string {
	const digits = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(query) {
		c := query[i]
		if c > 0x20 && c < 0x7f && c != '"' && c != '<' && c != '>' {
			b.WriteByte(c)
			continue
		}
		b.WriteByte('%')
		b.WriteByte(digits[c>>4])
		b.WriteByte(digits[c&15])
	}
	return b.String()
}
