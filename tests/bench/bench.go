package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	"time"
)

// bench is one run: the program, the reference server, and the folder that holds everything.
type bench struct {
	o         options
	dir       string
	binary    string
	reference *child
	refAddr   string
	database  string // the PostgreSQL server's version, once it has started
	report    report
	others    time.Duration // CPU time that went to other work while pages were measured
	watched   time.Duration // for so long
}

// step is one kind of measurement on one engine.
type step struct {
	name string
	run  func(context.Context, *bench, *site) error
}

// steps are in the order of the table. Those that fill the disk or the memory come after the quick answers.
var steps = []step{
	{"lists", measureLists},
	{"poll", measurePoll},
	{"upload", measureUpload},
	{"memory", measureMemory},
	{"visible", measureVisible},
	{"copies", measureCopies},
	{"start", measureStart},
	{"browser", measureBrowser},
}

func stepNames() []string {
	var list []string
	for _, s := range steps {
		list = append(list, s.name)
	}
	return list
}

// check refuses what is not there.
func (o options) check() error {
	for _, s := range o.steps {
		if !slices.Contains(stepNames(), s) {
			return fmt.Errorf("there is no step %q; there are %s", s, strings.Join(stepNames(), ", "))
		}
	}
	for _, e := range o.engines {
		if names[e] == "" {
			return fmt.Errorf("there is no engine %q; there are sqlite and postgres", e)
		}
	}
	if o.rounds < 1 || o.span <= 0 {
		return errors.New("rounds and time must be greater than zero")
	}
	return nil
}

// open makes the folder, builds the program and starts the reference server.
func open(ctx context.Context, o options) (*bench, error) {
	dir, err := os.MkdirTemp(o.dir, "verso-bench-")
	if err != nil {
		return nil, err
	}
	b := &bench{o: o, dir: dir, binary: o.binary, report: report{engines: o.engines}}
	if err := b.prepare(ctx); err != nil {
		return nil, errors.Join(err, b.close())
	}
	return b, nil
}

func (b *bench) prepare(ctx context.Context) error {
	// PostgreSQL may run as another user, who must be able to reach its folder in here.
	if err := os.Chmod(b.dir, 0o711); err != nil { //nolint:gosec // what is inside is private
		return err
	}
	if b.binary == "" {
		b.binary = filepath.Join(b.dir, "verso")
		build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-o", b.binary, "./cmd/verso")
		build.Env = append(os.Environ(), "CGO_ENABLED=0")
		if out, err := build.CombinedOutput(); err != nil {
			return fmt.Errorf("build the program: %w\n%s", err, out)
		}
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	received := filepath.Join(b.dir, "reference")
	if err := os.Mkdir(received, 0o700); err != nil {
		return err
	}
	cmd := exec.Command(self, "reference", received)
	cmd.Stderr = os.Stderr
	b.reference, b.refAddr, err = firstWord(cmd, "listening on ")
	return err
}

// close ends the reference server and removes the folder.
func (b *bench) close() error {
	var err error
	if b.reference != nil {
		err = b.reference.end(syscall.SIGTERM)
	}
	return errors.Join(err, os.RemoveAll(b.dir))
}

// bare is the reference server's page.
func (b *bench) bare() target {
	return target{name: "reference", addr: b.refAddr, path: "/", cpu: func() (time.Duration, error) { return cpuOf(b.reference.pid()) }}
}

// all runs the chosen steps on the chosen engines.
func (b *bench) all(ctx context.Context) error {
	for _, engine := range b.o.engines {
		if err := b.engine(ctx, engine); err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) engine(ctx context.Context, engine string) (err error) {
	s, err := b.openSite(ctx, engine)
	if s != nil {
		defer func() { err = errors.Join(err, s.close()) }()
	}
	if err != nil {
		return err
	}
	if s.cluster != nil {
		b.database = strings.TrimSpace(s.cluster.version)
	}
	if err := b.seed(ctx, s); err != nil {
		return fmt.Errorf("fill %s: %w", names[engine], err)
	}
	if err := b.invite(ctx, s); err != nil {
		return fmt.Errorf("let somebody in on %s: %w", names[engine], err)
	}
	for _, step := range steps {
		if !slices.Contains(b.o.steps, step.name) {
			continue
		}
		say("%s: %s", names[engine], step.name)
		err := b.start(s)
		if err == nil {
			err = step.run(ctx, b, s)
		}
		if err != nil {
			return fmt.Errorf("%s on %s: %w\nthe server's log ends with\n%s", step.name, names[engine], err, b.tailOfLog(engine))
		}
	}
	return nil
}

// describe says where and how the figures came about.
func describe(ctx context.Context, b *bench, took time.Duration) string {
	revision, err := exec.CommandContext(ctx, "git", "rev-parse", "--short", "HEAD").Output()
	if err != nil {
		revision = []byte("unknown")
	}
	parts := []string{
		time.Now().UTC().Format(time.DateOnly), "revision " + strings.TrimSpace(string(revision)),
		fmt.Sprintf("%d cores (%s)", runtime.NumCPU(), processor()), runtime.Version(),
	}
	if b.database != "" {
		parts = append(parts, b.database)
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, m := range info.Deps {
			if m.Path == "modernc.org/sqlite" {
				parts = append(parts, m.Path+" "+m.Version)
			}
		}
	}
	if b.watched > 0 {
		share := float64(b.others) / float64(b.watched) / float64(runtime.NumCPU()) * 100
		parts = append(parts, fmt.Sprintf("other work took %.0f %% of the machine", share))
	}
	parts = append(parts, fmt.Sprintf("%d rounds of %s", b.o.rounds, b.o.span), "took "+took.Round(time.Second).String())
	return strings.Join(parts, " · ")
}

// processor is the name of the machine's processor.
func processor() string {
	text, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return "unknown"
	}
	for line := range strings.Lines(string(text)) {
		if name, value, _ := strings.Cut(line, ":"); strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return "unknown"
}
