package faas

import (
	"regexp"
	"slices"
	"time"
)

// DefaultProject is the name of the project that is made at the first start.
const DefaultProject = "default"

// Project is a tenant: functions and everything below them belong to exactly one.
type Project struct {
	ID        string
	Name      string
	CreatedAt time.Time
	Protected []string // tags that only a lead moves, sorted
}

// Protects reports whether a tag is one of the project's protected ones.
func (p Project) Protects(tag string) bool { return slices.Contains(p.Protected, tag) }

// ProtectedTags are the protected tags of a new project.
func ProtectedTags() []string { return []string{"prod"} }

// NamePattern is what names of functions and projects look like, as a regular expression over the whole name
// (3 to 63 characters). The browser checks the same pattern.
const NamePattern = `[a-z][-a-z0-9]{1,61}[a-z0-9]`

var nameRE = regexp.MustCompile(`^` + NamePattern + `$`)

// CheckName checks a name of a function or project. The error names the field.
func CheckName(field, name string) error {
	switch {
	case name == "":
		return Invalidf(field, "Enter a name.")
	case len(name) < 3 || len(name) > 63:
		return Invalidf(field, "The name has %d characters; use 3 to 63.", len([]rune(name)))
	case !nameRE.MatchString(name):
		return Invalidf(field, "Use lower-case letters, digits and hyphens; start with a letter and end with a letter or digit.")
	}
	return nil
}
