//go:build unix

package archive_test

import (
	"syscall"
	"testing"
	"time"
)

// processorTime is what this process has used of all processors. Unlike the clock it does not run while others work.
func processorTime(t *testing.T) time.Duration {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
