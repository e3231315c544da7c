package e2e

import (
	"errors"
	"fmt"
	"os"
	"testing"

	"verso/tests/program"
)

// suite is what the flows of one run share, because it costs seconds to make.
type suite struct {
	dir     string // removed at the end
	browser browser
}

var shared suite //nolint:gochecknoglobals // testing.TB has no place for what a whole test binary shares

// Main runs the tests and ends what they share. Use it as `os.Exit(Main(m))` in TestMain.
func Main(m *testing.M) int {
	dir, err := os.MkdirTemp("", "verso-e2e-")
	if err != nil {
		fmt.Fprintln(os.Stderr, "make a folder for the flows:", err)
		return 1
	}
	shared.dir = dir
	code := program.Main(m)
	if err := errors.Join(shared.browser.stop(), os.RemoveAll(dir)); err != nil {
		fmt.Fprintln(os.Stderr, "end the flows:", err)
		return 1
	}
	return code
}

// Missing skips the test for want of a tool, and fails it in CI, where every tool must be there.
func Missing(tb testing.TB, sentence string) {
	tb.Helper()
	if os.Getenv("CI") == "true" {
		tb.Fatal(sentence)
	}
	tb.Skip(sentence)
}
