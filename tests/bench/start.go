package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"time"
)

// measureStart times the way from the start of the process to the first whole page, on the filled database, and looks
// at the memory of the server that has answered nothing else since.
func measureStart(ctx context.Context, b *bench, s *site) error {
	if err := s.stop(); err != nil {
		return err
	}
	var times, idle, anonymous []float64
	for i := range pick(b.o.quick, 3, 11) {
		took, rest, err := b.startOnce(ctx, s)
		if err != nil {
			return err
		}
		if i > 0 { // the first one may have to read the program from the disk
			times = append(times, took)
			idle, anonymous = append(idle, mib(rest.Resident)), append(anonymous, mib(rest.Anonymous))
		}
	}
	info, err := os.Stat(b.binary)
	if err != nil {
		return err
	}
	r := spreadOf(times)
	say("  start to the first page: %s ms, idle %s MiB", r, spreadOf(idle))
	b.report.put(s.engine, "start of the process to the first page, ms", aim{}, 0, r.String(), "")
	b.report.put(s.engine, "idle memory (VmRSS; of its own: RssAnon)", aim{}, 0, fmt.Sprintf("%.1f MiB; %.1f MiB", spreadOf(idle).median, spreadOf(anonymous).median), "")
	b.report.put(both, "size of the program", aim{}, 0, fmt.Sprintf("%.1f MB", float64(info.Size())/1e6), "")
	return nil
}

// startOnce starts the server, asks for a page until it comes, and ends the server after a second of rest.
func (b *bench) startOnce(ctx context.Context, s *site) (millis float64, rest memory, err error) {
	port, err := freePort()
	if err != nil {
		return 0, rest, err
	}
	cmd, err := b.command(s, "127.0.0.1:"+port)
	if err != nil {
		return 0, rest, err
	}
	began := time.Now()
	server, err := spawn(cmd)
	if err := errors.Join(err, closeLog(cmd)); err != nil {
		return 0, rest, err
	}
	defer func() { err = errors.Join(err, server.end(syscall.SIGTERM)) }()
	for {
		_, err := fetch("127.0.0.1:"+port, "/projects/default/functions", s.visitor.cookieLine())
		if err == nil {
			break
		}
		if time.Since(began) > 30*time.Second || !errors.Is(err, syscall.ECONNREFUSED) {
			return 0, rest, err
		}
		select {
		case <-ctx.Done():
			return 0, rest, ctx.Err()
		case <-server.ended:
			return 0, rest, fmt.Errorf("the server ended at its start: %w", server.result)
		case <-time.After(250 * time.Microsecond):
		}
	}
	took := time.Since(began)
	time.Sleep(time.Second)
	rest, err = memoryOf(server.pid())
	return float64(took.Microseconds()) / 1000, rest, err
}

// browserPath is where Chromium is, under one of its names.
func browserPath() (string, error) {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", errors.New("a browser is missing: apt-get install chromium, or leave the step browser out with -steps")
}
