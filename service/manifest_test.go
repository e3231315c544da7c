//go:build !race

// The race detector makes a heap of its own out of every access, and this test twenty times as long.

package service_test

import (
	"context"
	"runtime"
	"runtime/metrics"
	"sync"
	"testing"
	"time"

	"verso/db/dbtest"
	"verso/faas"
)

// heap is what the heap holds, garbage that was not collected yet included.
func heap() int64 {
	s := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(s)
	return int64(s[0].Value.Uint64())
}

// highest runs fn and returns by how much the heap rose meanwhile.
func highest(fn func()) (rise int64) {
	runtime.GC()
	before := heap()
	done := make(chan struct{})
	go func() { defer close(done); fn() }()
	for ticker := time.Tick(time.Millisecond); ; {
		select {
		case <-done:
			return rise
		case <-ticker:
			rise = max(rise, heap()-before)
		}
	}
}

func TestManyReadersOfAWidePackageTakeTurns(t *testing.T) {
	h := newIdleHouse(t, dbtest.OpenSQLite(t), noBuckets(t))
	const files = 60_000
	v := h.wide(t, files)
	read := func() {
		if m, err := h.Manifest(t.Context(), h.actor, v); err != nil || len(m.Files) != files {
			t.Errorf("%d files, error %v", len(m.Files), err)
		}
	}
	rise := highest(func() {
		var readers sync.WaitGroup
		for range 40 {
			readers.Go(read)
		}
		readers.Wait()
	})
	t.Logf("the heap rose by %d MiB", rise/faas.MiB)
	if rise > 300*faas.MiB {
		t.Errorf("the heap rose by %d MiB", rise/faas.MiB)
	}
	gone, leave := context.WithCancel(t.Context())
	leave()
	if _, err := h.Manifest(gone, h.actor, v); err == nil {
		t.Error("somebody who has left was served")
	}
}
