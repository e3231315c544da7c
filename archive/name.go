package archive

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	maxName  = 1024 // bytes of a whole name
	maxPart  = 255  // bytes between two slashes, the limit of the usual file systems
	maxParts = 64
)

// canonical checks a name as an archive writes it and returns the path it stands for: without "./" before it and
// without the slash behind a folder's. The root folder itself is the empty path.
func canonical(name string, isUTF8 bool) (path string, folder bool, f fault) {
	if f := checkText(name, isUTF8); f.found() {
		return "", false, f
	}
	path = strings.TrimPrefix(name, "./")
	if path == "" && name != "" {
		return "", true, fault{}
	}
	path, folder = strings.CutSuffix(path, "/")
	if f := checkPath(path); f.found() {
		return "", folder, f
	}
	if !folder && hasVersion(path) {
		return "", false, fault{"ends in a semicolon and digits, which unzip cuts off as a version number", rename}
	}
	return path, folder, fault{}
}

// hasVersion reports whether a file's name ends as those of VMS do: in a semicolon and digits or nothing.
func hasVersion(path string) bool {
	return strings.HasSuffix(strings.TrimRight(path, "0123456789"), ";")
}

// checkText refuses names that programs decode differently or that do not show what they are.
func checkText(name string, isUTF8 bool) fault {
	const flagged = "Make the zip again with 7-Zip or Python, which mark names as UTF-8, or use plain letters in the name."
	switch {
	case len(name) > maxName:
		return fault{fmt.Sprintf("has a name of %d bytes; %d are allowed", len(name), maxName), "Shorten it and make the zip again."}
	case isPlain(name):
		return fault{}
	case !utf8.ValidString(name) && isUTF8:
		return fault{"has a name that is not valid UTF-8", rename}
	case !utf8.ValidString(name):
		return fault{"has a name in an old code page, as Windows' own zip folder writes it", flagged}
	}
	for _, r := range name {
		if isHidden(r) {
			return fault{fmt.Sprintf("has the control or invisible character U+%04X in its name", r), rename}
		}
	}
	if !isUTF8 && !isASCII(name) {
		return fault{"has a name beyond ASCII that is not marked as UTF-8, so programs would show different names", flagged}
	}
	return fault{}
}

// isPlain reports whether the name is printable ASCII, as nearly all are.
func isPlain(name string) bool {
	for i := range len(name) {
		if name[i] < ' ' || name[i] > '~' {
			return false
		}
	}
	return true
}

func isASCII(name string) bool {
	for i := range len(name) {
		if name[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// isHidden reports control, format (also bidirectional and zero-width), line-breaking and other invisible characters,
// and code points that are no characters.
func isHidden(r rune) bool {
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Other_Default_Ignorable_Code_Point,
		unicode.Noncharacter_Code_Point)
}

// checkPath accepts a relative path of ordinary parts.
func checkPath(path string) fault {
	switch {
	case path == "":
		return fault{"has no name", rename}
	case path[0] == '/':
		return fault{"has an absolute path", "Make the zip again from inside the function's folder."}
	case strings.Contains(path, `\`):
		return fault{"has a backslash in its name, as old Windows tools such as PowerShell 5 write it", "Make the zip again with 7-Zip or a current tool, which write slashes."}
	case len(path) > 1 && path[1] == ':' && unicode.IsLetter(rune(path[0])):
		return fault{"has a drive letter in its name", "Make the zip again from inside the function's folder."}
	case strings.Count(path, "/") >= maxParts:
		return fault{fmt.Sprintf("lies too deep: %d folders are allowed", maxParts-1), "Use fewer nested folders."}
	}
	for part := range strings.SplitSeq(path, "/") {
		switch {
		case part == "..":
			return fault{`leads out of the package with a ".." in its path`, "Make the zip again from inside the function's folder."}
		case part == "" || part == ".":
			return fault{`has an empty or "." part in its path`, remake}
		case len(part) > maxPart:
			return fault{fmt.Sprintf("has a part of %d bytes in its path; %d are allowed", len(part), maxPart), "Shorten it and make the zip again."}
		}
	}
	return fault{}
}
