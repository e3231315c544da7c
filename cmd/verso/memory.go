package main

import (
	"os"
	"runtime/debug"

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
