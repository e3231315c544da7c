package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// site is the program on one engine: its data, and the server when it runs.
type site struct {
	engine  string
	data    string
	cluster *cluster // nil on SQLite
	server  *child   // nil while it does not run
	addr    string
	seeded  seeds
	visitor visitor
}

// openSite makes the data folder, and the cluster where the engine needs one.
func (b *bench) openSite(ctx context.Context, engine string) (*site, error) {
	s := &site{engine: engine, data: filepath.Join(b.dir, engine)}
	if err := os.Mkdir(s.data, 0o711); err != nil {
		return nil, err
	}
	if engine != "postgres" {
		return s, nil
	}
	folder := filepath.Join(b.dir, "postgres-server")
	if err := os.Mkdir(folder, 0o711); err != nil {
		return nil, err
	}
	var err error
	s.cluster, err = startCluster(ctx, folder)
	return s, err
}

func (s *site) databaseURL() string {
	if s.cluster == nil {
		return ""
	}
	return s.cluster.url
}

// command is the server's command line: where the data is, and nothing else that is not as people have it, but for the
// limit of requests: one visitor stands for a whole company here, and asks more often than one person may.
func (b *bench) command(s *site, listen string) (*exec.Cmd, error) {
	cmd := exec.Command(b.binary, "serve", "--listen", listen, "--data", s.data, "--rate", "0")
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + s.data, "DATABASE_URL=" + s.databaseURL()}
	logged, err := os.OpenFile(filepath.Join(b.dir, s.engine+".log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	cmd.Stderr = logged
	return cmd, err
}

// start starts the server unless it runs.
func (b *bench) start(s *site) error {
	if s.server != nil {
		return nil
	}
	cmd, err := b.command(s, "127.0.0.1:0")
	if err != nil {
		return err
	}
	server, link, err := firstWord(cmd, "open ")
	if err := errors.Join(err, closeLog(cmd)); err != nil {
		return fmt.Errorf("start the server: %w", err)
	}
	s.server, s.addr = server, strings.Trim(strings.TrimPrefix(link, "http://"), "/")
	return nil
}

// closeLog closes our copy of a command's log file.
func closeLog(cmd *exec.Cmd) error {
	if file, ok := cmd.Stderr.(*os.File); ok {
		return file.Close()
	}
	return nil
}

// stop ends the server if it runs.
func (s *site) stop() error {
	if s.server == nil {
		return nil
	}
	err := s.server.end(syscall.SIGTERM)
	s.server = nil
	return err
}

// restart gives a server that has done nothing yet.
func (b *bench) restart(s *site) error { return errors.Join(s.stop(), b.start(s)) }

// close ends server and cluster.
func (s *site) close() error {
	err := s.stop()
	if s.cluster != nil {
		err = errors.Join(err, s.cluster.end(syscall.SIGINT))
	}
	return err
}

// cpu is what the server and its database have used so far.
func (s *site) cpu() (time.Duration, error) {
	sum, err := cpuOf(s.server.pid())
	if s.cluster != nil {
		database, errDatabase := cpuOfFamily(s.cluster.pid())
		sum, err = sum+database, errors.Join(err, errDatabase)
	}
	return sum, err
}

// target asks the site for a path, as a person whose browser is signed in.
func (s *site) target(name, path string, lines ...string) target {
	return target{name: name, addr: s.addr, path: path, lines: append(lines, s.visitor.cookieLine()), cpu: s.cpu}
}

// tailOfLog is the end of what a server has logged, for the error of a step.
func (b *bench) tailOfLog(engine string) string {
	text, err := os.ReadFile(filepath.Join(b.dir, engine+".log"))
	if err != nil {
		return err.Error()
	}
	return string(text[max(0, len(text)-2000):])
}

func say(format string, args ...any) { log.Printf(format, args...) }
