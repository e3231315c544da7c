package main

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"sync"
	"time"
)

// loadQuestion tells the load process what to do. It is a process of its own, so that its work does not count as the
// server's, and uses one core at most, like wrk with one thread.
type loadQuestion struct {
	Addr, Path  string
	Lines       []string // further header lines
	Connections int
	Warm, Span  time.Duration
}

// loadAnswer is what came of it.
type loadAnswer struct {
	Answers  int // in the span
	All      int // with those of the warm-up, for the division of the server's CPU time
	Took     time.Duration
	P50, P99 time.Duration
	Bytes    int           // of one body
	CPU      time.Duration // that the load process has used itself
}

func playLoad([]string) error {
	runtime.GOMAXPROCS(1)
	return answerOnce(applyLoad)
}

// applyLoad keeps every connection busy: the next request is sent when the answer to the last one is there.
func applyLoad(q loadQuestion) (loadAnswer, error) {
	var players []*player
	for range q.Connections {
		w, err := dial(q.Addr)
		if err != nil {
			return loadAnswer{}, err
		}
		defer w.Close()
		players = append(players, &player{wire: w, request: request(q.Addr, q.Path, q.Lines...)})
	}
	start := time.Now()
	var done sync.WaitGroup
	for _, p := range players {
		done.Go(func() { p.play(start.Add(q.Warm), start.Add(q.Warm+q.Span)) })
	}
	done.Wait()
	return sumUp(players, time.Since(start)-q.Warm)
}

// player is one connection's part.
type player struct {
	wire    *wire
	request []byte
	times   []time.Duration
	warm    int
	bytes   int
	err     error
}

func (p *player) play(from, until time.Time) {
	body := make([]byte, 128<<10)
	// On a machine that is busy with other things the first answer may come late; one at least is waited for.
	for now := time.Now(); now.Before(until) || len(p.times) == 0; {
		a, err := p.wire.get(p.request, body)
		if err == nil && a.Status != 200 {
			err = fmt.Errorf("status %d: %.200s", a.Status, a.Body)
		}
		if err != nil {
			p.err = err
			return
		}
		then := time.Now()
		if now.Before(from) {
			p.warm++
		} else {
			p.times = append(p.times, then.Sub(now))
		}
		now, p.bytes = then, len(a.Body)
	}
}

func sumUp(players []*player, took time.Duration) (loadAnswer, error) {
	a := loadAnswer{Took: took}
	var times []time.Duration
	for _, p := range players {
		if p.err != nil {
			return a, p.err
		}
		times = append(times, p.times...)
		a.All += p.warm
		a.Bytes = p.bytes
	}
	if len(times) == 0 {
		return a, errors.New("not one answer came within the time")
	}
	slices.Sort(times)
	a.Answers = len(times)
	a.All += a.Answers
	a.P50, a.P99 = times[len(times)/2], times[len(times)*99/100]
	var err error
	a.CPU, err = cpuOf(os.Getpid())
	return a, err
}
