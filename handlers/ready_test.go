package handlers

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"verso/web"
)

// ask sends one question and returns the status.
func ask(t *testing.T, p *readiness) int {
	t.Helper()
	w := httptest.NewRecorder()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/readyz", nil)
	web.Handle(p.answer, web.PlainError).ServeHTTP(w, r)
	return w.Code
}

func TestReadyAnswersWhileTheProbeHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release, probes := make(chan struct{}), 0
		p := newReadiness(Config{Log: slog.New(slog.DiscardHandler), Ready: func(context.Context) error {
			probes++
			<-release // like a driver that does not heed its context
			return nil
		}})
		for range 2 {
			start := time.Now()
			if status := ask(t, p); status != http.StatusServiceUnavailable || time.Since(start) != readyWait {
				t.Errorf("status %d after %s", status, time.Since(start))
			}
		}
		close(release)
		synctest.Wait()
		if status := ask(t, p); status != http.StatusOK || probes != 1 {
			t.Errorf("status %d, %d probes; one at a time is wanted", status, probes)
		}
	})
}

func TestReadyRemembersAndTellsTheCause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var probes atomic.Int32
		var log bytes.Buffer
		p := newReadiness(Config{Log: slog.New(slog.NewTextHandler(&log, nil)), Ready: func(context.Context) error {
			time.Sleep(time.Millisecond)
			if probes.Add(1) == 1 {
				return errors.New("the disk is gone")
			}
			return nil
		}})
		all := func(want int) {
			var askers sync.WaitGroup
			for range 50 {
				askers.Go(func() {
					if status := ask(t, p); status != want {
						t.Errorf("status %d, want %d", status, want)
					}
				})
			}
			askers.Wait()
		}
		all(http.StatusServiceUnavailable)
		time.Sleep(readyFresh - time.Millisecond)
		all(http.StatusServiceUnavailable)
		time.Sleep(time.Millisecond)
		all(http.StatusOK)
		if probes.Load() != 2 || strings.Count(log.String(), "the disk is gone") != 1 {
			t.Errorf("%d probes, log %s", probes.Load(), &log)
		}
	})
}
