package archivetest

import (
	"embed"
	"fmt"
)

// Sample is one archive of a collection.
type Sample struct {
	Name   string
	Reason string        // a part of the sentence with which it must be refused; empty for a good one
	Large  bool          // the refusal is about a limit: faas.TooLarge instead of faas.Invalid
	Make   func() []byte // the bytes, anew on each call; at most 42 MiB, within half a second
}

//go:embed testdata/*.zip
var fixtures embed.FS

// fixture returns the bytes of an archive that a tool made; testdata/README.md says how.
func fixture(name string) func() []byte {
	return func() []byte {
		b, err := fixtures.ReadFile("testdata/" + name + ".zip")
		if err != nil {
			// The files are compiled in, so only a wrong name in this package comes here.
			return fmt.Appendf(nil, "archivetest: %v", err)
		}
		return b
	}
}
