package main

import (
	"context"
	"fmt"
	"strconv"
)

// copyLanes is how many clients make copies at once, each waiting for its version before it asks for the next.
const copyLanes = 2

// measureCopies makes copies on a function with a hundred versions and on one with ten thousand, in turn.
func measureCopies(ctx context.Context, b *bench, s *site) error {
	rounds, each := b.o.rounds, pick(b.o.quick, 50, 200)
	var rates [2][]float64
	var cpu [2]float64
	for i, f := range s.seeded.copied {
		// The copied version must have bytes: the filled ones have none.
		if err := s.oneVersion(ctx, b, f.name); err != nil {
			return err
		}
		if _, _, err := s.copies(ctx, f, each/5, "warm"); err != nil {
			return err
		}
		s.seeded.copied[i].versions += each / 5
	}
	for round := range rounds {
		for turn := range s.seeded.copied {
			i := (turn + round) % len(s.seeded.copied) // neither is always the first
			rate, micros, err := s.copies(ctx, s.seeded.copied[i], each, strconv.Itoa(round))
			if err != nil {
				return err
			}
			rates[i] = append(rates[i], rate)
			cpu[i] += micros / float64(rounds)
		}
	}
	var quotient []float64
	for i := range rates[0] {
		quotient = append(quotient, rates[1][i]/rates[0][i])
	}
	for i, f := range s.seeded.copied {
		r := spreadOf(rates[i])
		b.report.put(s.engine, fmt.Sprintf("copies a second from the %sth version on, %d clients", thousands(f.from+1), copyLanes), aim{}, 0, r.String(), thousands(int(cpu[i]))+" with the polls")
	}
	r := spreadOf(quotient)
	say("  copies a second: %s and %s", spreadOf(rates[0]), spreadOf(rates[1]))
	b.report.put(s.engine, "the latter over the former", aim{}, 0, r.String(), "")
	return nil
}

// oneVersion makes a version with bytes on top of a function's history.
func (s *site) oneVersion(ctx context.Context, b *bench, function string) error {
	files, err := b.zips(s, "copied-"+function, zipPlan{files: 3, bytes: 3000}, 1)
	if err != nil {
		return err
	}
	form := s.createVersion(files[0])
	form.Path = "/projects/default/functions/" + function + "/versions"
	var a sendAnswer
	if err := ask(ctx, "send", sendQuestion{Addr: s.addr, Sends: []send{form}, Lanes: 1, Follow: true}, &a); err != nil {
		return err
	}
	return removeAll(files)
}

// copies makes n copies and returns how many became visible in a second, and the CPU time of each in microseconds.
func (s *site) copies(ctx context.Context, f history, n int, round string) (rate, micros float64, err error) {
	var sends []send
	for i := range n {
		sends = append(sends, send{Method: "POST", Path: "/projects/default/functions/" + f.name + "/versions", Lines: s.visitor.tokenLine(), Fields: map[string]string{
			"source": "copy", "copy_function": f.name, "copy": strconv.Itoa(f.from + 1),
			"runtime": "nodejs22", "entrypoint": "index.handler", "memory": "256", "timeout": "5",
			"description": "A copy for the benchmark", "key": fmt.Sprintf("%s-%s-%d", f.name, round, i),
		}})
	}
	before, err := s.cpu()
	if err != nil {
		return 0, 0, err
	}
	var a sendAnswer
	if err := ask(ctx, "send", sendQuestion{Addr: s.addr, Sends: sends, Lanes: copyLanes, Follow: true}, &a); err != nil {
		return 0, 0, err
	}
	after, err := s.cpu()
	return float64(n) / a.Took.Seconds(), float64((after - before).Microseconds()) / float64(n), err
}
