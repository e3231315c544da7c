package faults

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"verso/faas"
)

// Memory is what a process holds, in bytes. Anonymous is what it has really taken; Peak is the most that was resident,
// pages of the program's file and of mapped files among it.
type Memory struct{ Anonymous, Peak int64 }

// Memory reads /proc/PID/status.
func (s *Server) Memory() (Memory, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.PID()))
	if err != nil {
		return Memory{}, err
	}
	var m Memory
	for line := range strings.Lines(string(text)) {
		name, value, _ := strings.Cut(line, ":")
		into := map[string]*int64{"RssAnon": &m.Anonymous, "VmHWM": &m.Peak}[name]
		if into == nil {
			continue
		}
		n, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(value), " kB"), 10, 64)
		if err != nil {
			return m, err
		}
		*into = n * faas.KiB
	}
	if m.Anonymous == 0 || m.Peak == 0 {
		return m, fmt.Errorf("no RssAnon or VmHWM in the process's status")
	}
	return m, nil
}

// Rise runs work and returns by how much the server's own memory rose at most, sampled every 2 ms, and by how much its
// peak did.
func (s *Server) Rise(tb testing.TB, work func()) (anonymous, peak int64) {
	tb.Helper()
	s.forgetPeak(tb)
	before, err := s.Memory()
	if err != nil {
		tb.Fatal(err)
	}
	ctx, stop := context.WithCancel(tb.Context())
	defer stop()
	highest := make(chan Memory)
	go func() {
		high := before
		for ctx.Err() == nil {
			if now, err := s.Memory(); err == nil {
				high.Anonymous, high.Peak = max(high.Anonymous, now.Anonymous), max(high.Peak, now.Peak)
			}
			time.Sleep(2 * time.Millisecond)
		}
		highest <- high
	}()
	work()
	stop()
	high := <-highest
	tb.Logf("memory before: %.1f MiB anonymous, %.1f MiB resident", mib(before.Anonymous), mib(before.Peak))
	return high.Anonymous - before.Anonymous, high.Peak - before.Peak
}

// forgetPeak makes VmHWM the peak from now on.
func (s *Server) forgetPeak(tb testing.TB) {
	tb.Helper()
	if err := os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", s.PID()), []byte("5"), 0); err != nil {
		tb.Fatal(err)
	}
}

// Descriptors counts the files and connections that the process has open.
func (s *Server) Descriptors() (int, error) {
	list, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", s.PID()))
	return len(list), err
}

// Goroutines asks the server's own metrics, which have a token of their own.
func (c *Client) Goroutines(ctx context.Context) (int, error) {
	metrics := &Client{URL: c.URL, Token: metricsToken, HTTP: c.HTTP}
	a, err := metrics.do(ctx, http.MethodGet, "/metrics", "", nil, 0)
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(a.Text) {
		if value, found := strings.CutPrefix(line, "go_goroutines "); found {
			return strconv.Atoi(strings.TrimSpace(value))
		}
	}
	return 0, fmt.Errorf("no go_goroutines in the metrics: status %d", a.Status)
}

func mib(bytes int64) float64 { return float64(bytes) / float64(faas.MiB) }
