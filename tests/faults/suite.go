package faults

import (
	"errors"
	"flag"
	"os"
	"runtime"
	"strconv"
	"testing"
	"time"
)

// patience is how long one step may take before a test fails; the machines of tests are slow and shared.
const patience = 30 * time.Second

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
