package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"
)

// target is something to be asked again and again.
type target struct {
	name       string
	addr, path string
	lines      []string                      // further header lines
	cpu        func() (time.Duration, error) // used so far by all processes that answer
}

// series is what the rounds of one target brought.
type series struct {
	rates   []float64 // answers a second, one a round
	p50s    []time.Duration
	p99s    []time.Duration
	answers int
	cpu     time.Duration // for all answers
	bytes   int
}

// warmUp is how long a target is asked before a round counts.
const warmUp = 100 * time.Millisecond

// alternate asks one target right behind the other, round after round.
func (b *bench) alternate(ctx context.Context, connections int, targets ...target) ([]series, error) {
	all := make([]series, len(targets))
	for range b.o.rounds {
		for i, t := range targets {
			if err := b.round(ctx, connections, t, &all[i]); err != nil {
				return nil, fmt.Errorf("%s: %w", t.name, err)
			}
		}
	}
	return all, nil
}

func (b *bench) round(ctx context.Context, connections int, t target, s *series) error {
	before, errCPU := t.cpu()
	busyBefore, errBusy := busy()
	if err := errors.Join(errCPU, errBusy); err != nil {
		return err
	}
	var a loadAnswer
	q := loadQuestion{Addr: t.addr, Path: t.path, Lines: t.lines, Connections: connections, Warm: warmUp, Span: b.o.span}
	start := time.Now()
	if err := ask(ctx, "load", q, &a); err != nil {
		return err
	}
	after, errCPU := t.cpu()
	busyAfter, errBusy := busy()
	if err := errors.Join(errCPU, errBusy); err != nil {
		return err
	}
	b.others += max(0, busyAfter-busyBefore-(after-before)-a.CPU)
	b.watched += time.Since(start)
	s.rates = append(s.rates, float64(a.Answers)/a.Took.Seconds())
	s.p50s, s.p99s = append(s.p50s, a.P50), append(s.p99s, a.P99)
	s.cpu += after - before
	s.answers += a.All
	s.bytes = a.Bytes
	return nil
}

// micros is the CPU time of one answer in microseconds.
func (s series) micros() float64 {
	return float64(s.cpu.Nanoseconds()) / 1000 / float64(s.answers)
}

// spread is the median of some figures with the lowest and the highest.
type spread struct{ median, low, high float64 }

// ratio compares the rates of two targets round by round.
func ratio(ours, reference series) spread {
	list := make([]float64, len(ours.rates))
	for i := range list {
		list[i] = ours.rates[i] / reference.rates[i]
	}
	return spreadOf(list)
}

func spreadOf(list []float64) spread {
	sorted := slices.Sorted(slices.Values(list))
	return spread{median: median(sorted), low: sorted[0], high: sorted[len(sorted)-1]}
}

// median of sorted figures.
func median[T float64 | time.Duration](sorted []T) T {
	n := len(sorted)
	if n%2 == 1 {
		return sorted[n/2]
	}
	return (sorted[n/2-1] + sorted[n/2]) / 2
}

// String is the median and, in parentheses, the lowest and the highest.
func (s spread) String() string {
	return significant(s.median, 3) + " (" + significant(s.low, 2) + "–" + significant(s.high, 2) + ")"
}

// significant writes a figure with so many significant digits, and never with an exponent.
func significant(f float64, digits int) string {
	if f == 0 {
		return "0"
	}
	before := int(math.Floor(math.Log10(math.Abs(f)))) + 1
	if before > digits {
		step := math.Pow10(before - digits)
		f = math.Round(f/step) * step
	}
	return strconv.FormatFloat(f, 'f', max(digits-before, 0), 64)
}

// millis are times as figures.
func millis(list []time.Duration) []float64 {
	out := make([]float64, len(list))
	for i, d := range list {
		out[i] = float64(d.Nanoseconds()) / 1e6
	}
	return out
}
