//go:build !unix

package archive_test

import (
	"testing"
	"time"
)

// processorTime is the clock where the system does not tell what the process has used.
func processorTime(*testing.T) time.Duration { return time.Duration(time.Now().UnixNano()) }
