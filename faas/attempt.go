package faas

import (
	"slices"
	"sync"
	"time"
)

// Attempt is one try at an operation, as the code that does the work sees it. The worker's heartbeat reads the stages
// while the work marks them, so they are guarded.
type Attempt struct {
	Operation Operation
	Lease     Lease

	mu sync.Mutex
}

// Mark notes that a stage was reached.
func (a *Attempt) Mark(stage Stage, at time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.Operation.Mark(stage, at)
}

// Stages returns a copy of the stages reached so far.
func (a *Attempt) Stages() []StageTime {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.Operation.Stages)
}

// StagesWith returns the stages with one more, which is reached only if the transaction that stores them succeeds.
func (a *Attempt) StagesWith(stage Stage, at time.Time) []StageTime {
	return append(a.Stages(), StageTime{Stage: stage, At: at})
}

// Waiting returns the first stage that was not reached.
func (a *Attempt) Waiting() Stage {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.Operation.Waiting()
}
