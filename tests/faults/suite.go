package faults

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"sync"
	"testing"
	"time"

	"verso/db/dbtest"
)

// patience is how long one step may take before a test fails; the machines of tests are slow and shared.
const patience = 30 * time.Second

// suite is what the tests of one run share.
type suite struct {
	dir     string // removed at the end
	build   sync.Once
	program string
	err     error
}

var shared suite //nolint:gochecknoglobals // testing.TB has no place for what a whole test binary shares

// Main runs the tests and ends what they share. Use it as `os.Exit(Main(m))` in TestMain.
func Main(m *testing.M) int {
	dir, err := os.MkdirTemp("", "verso-faults-")
	if err != nil {
		fmt.Fprintln(os.Stderr, "make a folder for the tests:", err)
		return 1
	}
	shared.dir = dir
	if err := overlap(); err != nil {
		fmt.Fprintln(os.Stderr, "begin the tests:", err)
		return 1
	}
	code := dbtest.Main(m)
	if err := os.RemoveAll(dir); err != nil {
		fmt.Fprintln(os.Stderr, "end the tests:", err)
		return 1
	}
	return code
}

// overlap lets more tests run at once than there are processors, because most of their time is spent in waiting for
// leases and grace times. Whoever says -parallel decides.
func overlap() error {
	flag.Parse()
	said := false
	flag.Visit(func(f *flag.Flag) { said = said || f.Name == "test.parallel" })
	if said {
		return nil
	}
	return flag.Set("test.parallel", "4")
}

// program builds the binary at the first call and returns its path.
func program(tb testing.TB) string {
	tb.Helper()
	shared.build.Do(func() {
		shared.program = filepath.Join(shared.dir, "verso")
		build := exec.Command("go", "build", "-trimpath", "-o", shared.program, "verso/cmd/verso")
		build.Env = append(os.Environ(), "CGO_ENABLED=0")
		if said, err := build.CombinedOutput(); err != nil {
			shared.err = fmt.Errorf("build the program: %w\n%s", err, said)
		}
	})
	if shared.err != nil {
		tb.Fatal(shared.err)
	}
	return shared.program
}

// needProc skips a test that reads /proc where there is none.
func needProc(tb testing.TB) {
	tb.Helper()
	if runtime.GOOS == "linux" {
		return
	}
	const sentence = "This test reads /proc, which only Linux has."
	if os.Getenv("CI") == "true" {
		tb.Fatal(sentence)
	}
	tb.Skip(sentence)
}

// number reads a whole number from the environment, so that a failed run can be repeated and a long one be asked for.
func number(tb testing.TB, variable string, otherwise int64) int64 {
	tb.Helper()
	text := os.Getenv(variable)
	if text == "" {
		return otherwise
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		tb.Fatalf("%s=%q is not a whole number", variable, text)
	}
	return n
}

// Until waits for a condition and fails the test when it does not come about. The error says what is missing.
func Until(tb testing.TB, what string, within time.Duration, met func() error) {
	tb.Helper()
	err := errors.New("not looked at yet")
	for deadline := time.Now().Add(within); err != nil; {
		if err = met(); err != nil && time.Now().After(deadline) {
			tb.Fatalf("%s: not within %s: %v", what, within, err)
		}
		if err != nil {
			time.Sleep(50 * time.Millisecond)
		}
	}
}
