package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"verso/faas"
)

// The packages that are sent.
var (
	largePackage = zipPlan{files: 5000, bytes: 40e6}
	smallPackage = zipPlan{files: 50, bytes: 1e6}
	// The largest package that may be sent directly, less what its directory takes.
	fullPackage = zipPlan{files: 500, bytes: 50<<20 - 500*256, stored: true}
)

// createVersion is the form for a new version from a file.
func (s *site) createVersion(file string) send {
	return send{Method: "POST", Path: "/projects/default/functions/" + s.seeded.target + "/versions", File: file, Lines: s.visitor.tokenLine(), Fields: map[string]string{
		"source": "upload", "runtime": "nodejs22", "entrypoint": "index.handler", "memory": "128", "timeout": "3",
		"description": "A package for the benchmark", "key": filepath.Base(file),
	}}
}

// zips writes n packages of a plan, each with bytes of its own.
func (b *bench) zips(s *site, what string, plan zipPlan, n int) ([]string, error) {
	files, err := plan.pack(uint64(len(what)))
	if err != nil {
		return nil, err
	}
	var list []string
	for i := range n {
		path := filepath.Join(b.dir, fmt.Sprintf("%s-%s-%d.zip", s.engine, what, i))
		if err := writeZip(path, files, path); err != nil {
			return nil, err
		}
		list = append(list, path)
	}
	return list, nil
}

func removeAll(files []string) error {
	var errs []error
	for _, f := range files {
		errs = append(errs, os.Remove(f))
	}
	return errors.Join(errs...)
}

// measureUpload sends 40 MB with 5,000 files through the form, right behind the same bytes kept in one process and
// behind the same bytes sent to the naive handler.
func measureUpload(ctx context.Context, b *bench, s *site) (err error) {
	rounds := pick(b.o.quick, 3, 15)
	files, err := b.zips(s, "large", largePackage, rounds+1)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, removeAll(files)) }()
	var ours, naive, limit, overLimit, overNaive []float64
	var cpu time.Duration
	for i, file := range files {
		var kept limitAnswer
		if err := ask(ctx, "limit", limitQuestion{File: file, Folder: b.dir}, &kept); err != nil {
			return err
		}
		before, errBefore := s.cpu()
		took, errOurs := sendOne(ctx, s.addr, s.createVersion(file))
		after, errAfter := s.cpu()
		bare, errBare := sendOne(ctx, b.refAddr, send{Method: "PUT", Path: "/", File: file})
		if err := errors.Join(errBefore, errOurs, errAfter, errBare); err != nil {
			return err
		}
		if i == 0 {
			continue // the first one finds nothing warm
		}
		cpu += after - before
		ours, naive, limit = append(ours, took), append(naive, bare), append(limit, millis([]time.Duration{kept.Took})...)
		overLimit, overNaive = append(overLimit, took/limit[len(limit)-1]), append(overNaive, took/bare)
	}
	r, perUpload := spreadOf(overLimit), int(cpu.Microseconds())/rounds
	say("  40 MB: ours %s ms, limit %s ms, naive handler %s ms", spreadOf(ours), spreadOf(limit), spreadOf(naive))
	b.report.put(s.engine, "upload of 40 MB, 5,000 files, over sha256 + write + fsync in one process", atMost(1.2, ""), r.median, r.String(), thousands(perUpload))
	r = spreadOf(overNaive)
	b.report.put(s.engine, "the same upload over a bare handler that hashes, writes and syncs the body", atMost(1.2, ""), r.median, r.String(), "")
	return nil
}

// sendOne sends once and returns the milliseconds until the answer.
func sendOne(ctx context.Context, addr string, what send) (float64, error) {
	var a sendAnswer
	err := ask(ctx, "send", sendQuestion{Addr: addr, Sends: []send{what}, Lanes: 1}, &a)
	return millis(a.Answered)[0], err
}

// measureMemory watches a fresh server's memory while eight packages of 50 MiB come in at once.
func measureMemory(ctx context.Context, b *bench, s *site) (err error) {
	const atOnce = 8
	files, err := b.zips(s, "full", fullPackage, atOnce+1)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, removeAll(files)) }()
	if err := b.restart(s); err != nil {
		return err
	}
	// One upload before, so that the code and pools that every server has in use after a minute do not count.
	if _, err := sendOne(ctx, s.addr, s.createVersion(files[0])); err != nil {
		return err
	}
	time.Sleep(time.Second)
	before, err := memoryOf(s.server.pid())
	if err := errors.Join(err, resetPeak(s.server.pid())); err != nil {
		return err
	}
	var sends []send
	for _, f := range files[1:] {
		sends = append(sends, s.createVersion(f))
	}
	stop := watch(ctx, s.server.pid())
	var a sendAnswer
	err = ask(ctx, "send", sendQuestion{Addr: s.addr, Sends: sends, Lanes: atOnce}, &a)
	high, errWatch := stop()
	if err := errors.Join(err, errWatch); err != nil {
		return err
	}
	rise, anonymous := mib(high.Peak-before.Resident), mib(high.Anonymous-before.Anonymous)
	say("  before %.1f MiB resident, %.1f anonymous; eight at once took %s", mib(before.Resident), mib(before.Anonymous), a.Took)
	b.report.put(s.engine, "memory while eight uploads of 50 MiB run at once: rise of the peak (VmHWM)", atMost(32, "MiB"), rise, fmt.Sprintf("+%.1f MiB", rise), "")
	b.report.put(s.engine, "of that, memory of its own (RssAnon, sampled every 2 ms)", aim{}, 0, fmt.Sprintf("+%.1f MiB", anonymous), "")
	return nil
}

func mib(bytes int64) float64 { return float64(bytes) / float64(faas.MiB) }

// measureVisible times a 1 MB package from its first byte to the poll that says that the version is there.
func measureVisible(ctx context.Context, b *bench, s *site) (err error) {
	const warm = 3
	n := pick(b.o.quick, 10, 30)
	files, err := b.zips(s, "small", smallPackage, warm+n)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, removeAll(files)) }()
	var sends []send
	for _, f := range files {
		sends = append(sends, s.createVersion(f))
	}
	var a sendAnswer
	if err := ask(ctx, "send", sendQuestion{Addr: s.addr, Sends: sends, Lanes: 1, Follow: true}, &a); err != nil {
		return err
	}
	visible, answered := spreadOf(millis(a.Visible[warm:])), spreadOf(millis(a.Answered[warm:]))
	say("  1 MB: answered after %s ms, visible after %s ms", answered, visible)
	what := fmt.Sprintf("first byte of a 1 MB zip to the visible version, ms, median of %d", n)
	b.report.put(s.engine, what, atMost(25, "ms"), visible.median, visible.String(), "")
	return nil
}

// middle is the median of times, rounded for reading.
func middle(list []time.Duration) time.Duration {
	return median(slices.Sorted(slices.Values(list))).Round(10 * time.Microsecond)
}
