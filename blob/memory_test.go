package blob

import (
	"io"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"verso/faas"
)

// Eight uploads of 50 MiB at once may take a few MiB together, whatever their size. It runs alone: it measures the
// heap of the whole process.
func TestMemoryStaysFlat(t *testing.T) {
	const uploads, size, allowed = 8, 50 * faas.MiB, 12 * faas.MiB
	store := openFolder(t)
	before := heap()
	var highest atomic.Int64
	var group sync.WaitGroup
	for i := range uploads {
		group.Go(func() {
			body := &pattern{left: size, seed: byte(i), every: 10 * faas.MiB, look: func() {
				now := heap()
				for was := highest.Load(); now > was && !highest.CompareAndSwap(was, now); was = highest.Load() {
				}
			}}
			s, err := store.Stage(t.Context(), body, size)
			if err != nil {
				t.Error(err)
				return
			}
			if err := s.Keep(t.Context(), faas.PackageKey(s.SHA256())); err != nil {
				t.Error(err)
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if rise := highest.Load() - before; highest.Load() == 0 || rise > allowed {
		t.Errorf("the heap rose by %d KiB; %d KiB are allowed", rise>>10, allowed>>10)
	} else {
		t.Logf("the heap rose by %d KiB for %d uploads of %d MiB", rise>>10, uploads, size>>20)
	}
}

// heap is what the program holds, without what the collector has not come to yet.
func heap() int64 {
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return int64(stats.HeapAlloc)
}

// pattern is a body of left bytes, and looks around each time that every bytes have gone.
type pattern struct {
	left  int64
	seed  byte
	gone  int64
	every int64
	look  func()
}

func (p *pattern) Read(b []byte) (int, error) {
	if p.left == 0 {
		return 0, io.EOF
	}
	n := min(int64(len(b)), p.left, 32<<10)
	clear(b[:n])
	b[0] = p.seed
	p.left -= n
	if p.gone += n; p.gone >= p.every {
		p.gone = 0
		p.look()
	}
	return int(n), nil
}
