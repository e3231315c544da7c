package faas

import (
	"regexp"
	"slices"
	"strings"
	"time"
)

// Person is somebody who can sign in, or could before they were disabled.
type Person struct {
	ID        string
	Name      string // unique, never changes; see CheckPersonName
	Admin     bool   // administrator of the installation: owner of every project, and of the list of people
	Disabled  bool   // can neither sign in nor use tokens; what they did keeps their name
	Issuer    string // of OpenID Connect; empty for a person with a password of ours
	Subject   string // the issuer's name for them
	CreatedAt time.Time
	SeenAt    time.Time // last sign-in; zero for never

	// Verified is the hash that a sign-in has just compared the password with; empty for whoever came another way. A
	// session begins only while it is still the person's.
	Verified Secret
}

// PersonNamePattern is what names of people look like, as a regular expression over the whole name (2 to 64 characters).
// It is ASCII in one case on purpose: no two names look alike.
const PersonNamePattern = `[a-z0-9][-_.@+a-z0-9]{1,63}`

var personNameRE = regexp.MustCompile(`^` + PersonNamePattern + `$`)

// PersonName is the name that somebody means who types it with spaces around or in capitals.
func PersonName(typed string) string { return strings.ToLower(strings.TrimSpace(typed)) }

// reservedPeople would be taken for somebody else in the record.
var reservedPeople = []string{"verso", "system", "groups", "nobody", "anybody", "everybody"}

// CheckPersonName checks the name of a new person; the field is "name".
func CheckPersonName(name string) error {
	switch {
	case slices.Contains(reservedPeople, name):
		return Invalidf("name", "The name %s is kept for Verso itself; choose another.", name)
	case name == "":
		return Invalidf("name", "Enter a name.")
	case !personNameRE.MatchString(name):
		return Invalidf("name", "Use 2 to 64 lower-case letters a to z, digits and - _ . @ +, and begin with a letter or digit.")
	}
	return nil
}

// PersonFilter picks people, by name.
type PersonFilter struct{ Page Page }
