package faas

import "regexp"

var idRE = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)

// IsID reports whether s has the form of an id: a UUID in canonical text form, lower case.
// Ids are UUIDv7, so they sort by the time they were made.
func IsID(s string) bool { return idRE.MatchString(s) }

var sha256RE = regexp.MustCompile(`^[0-9a-f]{64}$`)

// IsSHA256 reports whether s is a sha-256 in lower-case hexadecimal.
func IsSHA256(s string) bool { return sha256RE.MatchString(s) }
