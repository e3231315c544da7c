package main

import (
	"fmt"
	"os"
	"runtime/debug"
	"syscall"

	"verso/faas"
)

// Verso's live heap is a few MiB, so at Go's default the collector would run many times a second under load for little.
// Letting the heap grow to five times what lives, up to a bound, costs some MiB and saves about a quarter of the time of
// a page. GOGC and GOMEMLIMIT in the environment win.
const (
	gcPercent  = 400
	softMemory = 256 * faas.MiB
)

func tuneMemory() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(softMemory)
	}
}

// forbidDumps keeps the system from writing what this process has in memory, keys and passwords, into a file when it
// dies.
func forbidDumps() error {
	if err := syscall.Setrlimit(syscall.RLIMIT_CORE, &syscall.Rlimit{}); err != nil {
		return fmt.Errorf("forbid core dumps: %w", err)
	}
	return nil
}
