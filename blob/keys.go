package blob

import (
	"log/slog"
	"strings"

	"verso/faas"
)

// Keys let the program into a bucket. They print as [redacted], whatever prints them.
type Keys struct {
	ID     string
	Secret string
}

// String keeps keys out of texts.
func (Keys) String() string { return "[redacted]" }

// GoString keeps keys out of %#v.
func (Keys) GoString() string { return "[redacted]" }

// LogValue keeps keys out of logs.
func (Keys) LogValue() slog.Value { return slog.StringValue("[redacted]") }

// findKeys reads <prefix>_ACCESS_KEY_ID and <prefix>_SECRET_ACCESS_KEY of the first prefix that has either of them.
func findKeys(getenv func(string) string, prefixes ...string) (Keys, error) {
	const id, secret = "_ACCESS_KEY_ID", "_SECRET_ACCESS_KEY"
	for _, prefix := range prefixes {
		keys := Keys{ID: getenv(prefix + id), Secret: getenv(prefix + secret)}
		switch {
		case keys.ID != "" && keys.Secret != "":
			return keys, nil
		case keys.ID != "":
			return Keys{}, faas.Invalidf("", "%s is set, but %s is not. Set both.", prefix+id, prefix+secret)
		case keys.Secret != "":
			return Keys{}, faas.Invalidf("", "%s is set, but %s is not. Set both.", prefix+secret, prefix+id)
		}
	}
	var pairs []string
	for _, prefix := range prefixes {
		pairs = append(pairs, prefix+id+" and "+prefix+secret)
	}
	return Keys{}, faas.Invalidf("", "There are no keys for the bucket. Set %s.", strings.Join(pairs, ", or "))
}
