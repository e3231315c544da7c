package archive

import (
	"context"
	"io"
	"runtime"
	"sync"
	"sync/atomic"

	"verso/faas"
)

const (
	// batchBytes is how much a worker reads at once: many small entries, or a piece of a large one. It is more than the
	// largest header (30 + 65,535 + 65,535 bytes), so that a header is never cut.
	batchBytes = 256 * faas.KiB
	maxWorkers = 8
)

// readContents inflates and hashes every entry once, in the order of the file, and sets data and sum. The error is
// always that of the first unsound entry, however many workers there are.
func readContents(ctx context.Context, r io.ReaderAt, entries []entry) error {
	last := &entries[len(entries)-1]
	size := last.offset + last.span
	q := &queue{entries: entries}
	q.failed.Store(int64(len(entries)))
	work := func() {
		w := newWorker(ctx, r, min(size, batchBytes))
		for q.next(w) {
			if at, err := w.batch(); err != nil {
				q.fail(w.from+at, err)
			}
		}
	}
	var others sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), maxWorkers, len(entries), int(min(size/batchBytes+1, maxWorkers))) - 1 {
		others.Go(work)
	}
	work()
	others.Wait()
	return q.err
}

// queue hands out runs of entries in ascending order. So when one fails, all before it are in somebody's hands already
// and will be finished, and the first failure is found for sure.
type queue struct {
	mu      sync.Mutex
	entries []entry
	taken   int
	failed  atomic.Int64 // index of the first entry known to be unsound
	err     error
}

// next gives the worker a run of neighbours that fit its buffer, or one entry that does not; false when none is left.
func (q *queue) next(w *worker) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.err != nil || q.taken == len(q.entries) {
		return false
	}
	from := q.taken
	total := q.entries[from].span
	for q.taken++; q.taken < len(q.entries); q.taken++ {
		if total += q.entries[q.taken].span; total > batchBytes {
			break
		}
	}
	w.from, w.run = from, q.entries[from:q.taken]
	w.inVain = func() bool { return q.failed.Load() < int64(from) }
	return true
}

func (q *queue) fail(index int, err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if int64(index) < q.failed.Load() {
		q.failed.Store(int64(index))
		q.err = err
	}
}
