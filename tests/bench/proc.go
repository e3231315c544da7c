package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"
)

// tick is the unit of times in /proc; Linux shows 100 a second to every program.
const tick = time.Second / 100

// stat is what /proc says of a process.
type stat struct {
	parent int
	cpu    time.Duration // its own and that of its children that have ended
}

// parseStat reads a line of /proc/PID/stat. The name stands in parentheses and may itself hold some.
func parseStat(line string) (stat, error) {
	_, rest, found := cutLast(line, ')')
	fields := strings.Fields(rest)
	if !found || len(fields) < 15 {
		return stat{}, fmt.Errorf("unreadable process line %q", line)
	}
	parent, err := strconv.Atoi(fields[1])
	if err != nil {
		return stat{}, err
	}
	s := stat{parent: parent}
	for _, field := range fields[11:15] { // utime, stime, cutime, cstime
		n, err := strconv.ParseInt(field, 10, 64)
		if err != nil {
			return stat{}, err
		}
		s.cpu += time.Duration(n) * tick
	}
	return s, nil
}

func cutLast(s string, sep byte) (before, after string, found bool) {
	i := strings.LastIndexByte(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+1:], true
}

func statOf(pid int) (stat, error) {
	line, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return stat{}, err
	}
	return parseStat(string(line))
}

// cpuOf is the time that a process has used so far.
func cpuOf(pid int) (time.Duration, error) {
	s, err := statOf(pid)
	return s.cpu, err
}

// cpuOfFamily is the time that a process and its living and ended children have used so far.
func cpuOfFamily(pid int) (time.Duration, error) {
	sum, err := cpuOf(pid)
	if err != nil {
		return 0, err
	}
	lines, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return 0, err
	}
	for _, path := range lines {
		line, err := os.ReadFile(path)
		if err != nil {
			continue // it has ended since, and its parent has its time
		}
		if s, err := parseStat(string(line)); err == nil && s.parent == pid {
			sum += s.cpu
		}
	}
	return sum, nil
}

// busy is the time that all cores together have spent on anything since the machine's start. What a hypervisor took
// away counts: it was not to be had.
func busy() (time.Duration, error) {
	text, err := os.ReadFile("/proc/stat")
	if err != nil {
		return 0, err
	}
	line, _, _ := strings.Cut(string(text), "\n")
	fields := strings.Fields(line)
	if len(fields) < 9 || fields[0] != "cpu" {
		return 0, fmt.Errorf("unreadable line %q in the machine's times", line)
	}
	var sum time.Duration
	for i, field := range fields[1:9] { // user nice system idle iowait irq softirq steal
		n, err := strconv.ParseInt(field, 10, 64)
		if err != nil {
			return 0, err
		}
		if i != 3 && i != 4 {
			sum += time.Duration(n) * tick
		}
	}
	return sum, nil
}

// memory is what a process holds, in bytes. Resident contains pages of the program's file and of mapped files, which
// the kernel drops at need; Anonymous is what the process has really taken.
type memory struct{ Resident, Anonymous, Peak int64 }

func memoryOf(pid int) (memory, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return memory{}, err
	}
	return parseStatus(string(text))
}

// parseStatus reads /proc/PID/status.
func parseStatus(text string) (m memory, err error) {
	for line := range strings.Lines(text) {
		name, value, _ := strings.Cut(line, ":")
		into := map[string]*int64{"VmRSS": &m.Resident, "RssAnon": &m.Anonymous, "VmHWM": &m.Peak}[name]
		if into == nil {
			continue
		}
		kib, found := strings.CutSuffix(strings.TrimSpace(value), " kB")
		n, err := strconv.ParseInt(kib, 10, 64)
		if err != nil || !found {
			return m, fmt.Errorf("unreadable line %q", line)
		}
		*into = n << 10
	}
	if m.Resident == 0 {
		return m, fmt.Errorf("no VmRSS in the process's status")
	}
	return m, nil
}

// resetPeak makes the kernel forget a process's peak, so that VmHWM is the peak from now on.
func resetPeak(pid int) error {
	return os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", pid), []byte("5"), 0)
}

// watch samples a process's memory until stop is called, which returns the highest values seen.
func watch(ctx context.Context, pid int) (stop func() (memory, error)) {
	ctx, cancel := context.WithCancel(ctx)
	var high memory
	var failed error
	var done sync.WaitGroup
	done.Go(func() {
		for ctx.Err() == nil && failed == nil {
			var now memory
			now, failed = memoryOf(pid)
			high.Resident = max(high.Resident, now.Resident)
			high.Anonymous = max(high.Anonymous, now.Anonymous)
			high.Peak = max(high.Peak, now.Peak)
			time.Sleep(2 * time.Millisecond)
		}
	})
	return func() (memory, error) {
		cancel()
		done.Wait()
		last, err := memoryOf(pid)
		high.Peak = max(high.Peak, last.Peak)
		if failed != nil {
			err = failed
		}
		return high, err
	}
}
