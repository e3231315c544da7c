package program

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// patience is how long a server may take to start or end, and a command to run; the machines of tests are slow and
// shared.
const patience = 30 * time.Second

// Server is a `verso serve` on a free port. Its data outlive it.
type Server struct {
	URL  string // without a final slash; each start has its own
	Link string // that the server printed
	Data string

	tb      testing.TB
	options Options
	facts   *facts
	process *os.Process
	ended   chan struct{}
	result  error // to be read after ended is closed
	log     *record
}

// Start starts a server that is killed at the end of the test, if it still runs. When the test has failed, its log is
// shown.
func Start(tb testing.TB, o Options) *Server {
	tb.Helper()
	if o.Data == "" {
		o.Data = filepath.Join(tb.TempDir(), "data")
	}
	s := &Server{Data: o.Data, tb: tb, options: o, facts: &facts{}, log: &record{}}
	switch {
	case o.Beside != nil:
		s.facts = o.Beside.facts
		takeKey(tb, o.Beside.Data, s.Data)
	case !o.Fresh:
		s.addOwner()
	}
	s.Start()
	tb.Cleanup(func() {
		_ = s.process.Signal(syscall.SIGCONT) // one that ended needs none
		s.Kill()
		if tb.Failed() {
			tb.Logf("the server's log:\n%s", s.log)
		}
	})
	return s
}

// Start starts the server again after its end.
func (s *Server) Start() {
	s.tb.Helper()
	args := append(s.options.arguments("serve", "--listen", "127.0.0.1:0"), s.options.packages()...)
	command := exec.Command(Path(s.tb), append(args, s.options.Args...)...)
	command.Env, command.Stderr, command.SysProcAttr = s.options.environment(), s.log, endWithParent()
	out, in, err := os.Pipe()
	if err != nil {
		s.tb.Fatal(err)
	}
	command.Stdout = in
	ended, started := make(chan struct{}), make(chan error)
	go func() {
		// The kernel ends the server together with the thread that started it, so the thread stays.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := command.Start()
		started <- err
		if err == nil {
			s.result = command.Wait()
			close(ended)
		}
	}()
	if err := errors.Join(<-started, in.Close()); err != nil {
		s.tb.Fatalf("start the server: %v", err)
	}
	s.process, s.ended = command.Process, ended
	link := make(chan string, 1)
	go watch(out, s.log, link)
	s.await(link)
}

// await waits for the link that the server prints when it can be asked.
func (s *Server) await(link <-chan string) {
	s.tb.Helper()
	select {
	case s.Link = <-link:
	case <-s.ended:
		s.tb.Fatalf("the server ended at once: %v\n%s", s.result, s.log)
	case <-time.After(patience):
		s.Signal(syscall.SIGKILL)
		s.tb.Fatalf("the server printed no link\n%s", s.log)
	}
	u, err := url.Parse(s.Link)
	if err != nil {
		s.tb.Fatalf("the server printed the link %q: %v", s.Link, err)
	}
	s.URL = u.Scheme + "://" + u.Host
}

// Signal sends a signal to this server; one that has ended takes none.
func (s *Server) Signal(signal syscall.Signal) {
	s.tb.Helper()
	if err := s.process.Signal(signal); err != nil && !errors.Is(err, os.ErrProcessDone) {
		s.tb.Errorf("signal the server: %v", err)
	}
}

// Kill ends the server as a power cut would.
func (s *Server) Kill() {
	s.tb.Helper()
	s.Signal(syscall.SIGKILL)
	<-s.ended
}

// Stop ends the server as an operator does, and wants it to end well; one that does not is killed. One that has ended
// before is no fault.
func (s *Server) Stop() {
	s.tb.Helper()
	select {
	case <-s.ended:
		return
	default:
	}
	s.Signal(syscall.SIGTERM)
	if err := s.Ended(patience); err != nil {
		s.tb.Errorf("the server was told to stop: %v", err)
		s.Kill()
	}
}

// Ended waits for the server's end and returns what it came to: nil for exit code 0.
func (s *Server) Ended(within time.Duration) error {
	select {
	case <-s.ended:
		return s.result
	case <-time.After(within):
		return fmt.Errorf("the server still runs after %s", within)
	}
}

// PID is the process, for measurements.
func (s *Server) PID() int { return s.process.Pid }

// Log returns what the server has written so far, in all its lives.
func (s *Server) Log() string { return s.log.String() }

// Command runs another command of the program on the server's facts and packages, and returns what it printed.
func (s *Server) Command(name string, more ...string) (string, error) {
	return s.run("", append(append(s.options.arguments(name), s.options.packages()...), more...))
}

func (s *Server) run(input string, args []string) (string, error) {
	path := Path(s.tb) // which may have to be built first
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	command := exec.CommandContext(ctx, path, args...)
	command.Env, command.Stdin = s.options.environment(), strings.NewReader(input)
	var out bytes.Buffer
	command.Stdout, command.Stderr = &out, &out
	err := command.Run()
	return out.String(), err
}

// watch copies the server's output into its log and picks the link out of it.
func watch(out io.ReadCloser, log io.Writer, link chan<- string) {
	defer out.Close()
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		fmt.Fprintln(log, lines.Text())
		_, rest, found := strings.Cut(lines.Text(), "open http")
		if found && len(link) == 0 {
			link <- "http" + strings.TrimSuffix(strings.TrimSpace(rest), "/")
		}
	}
}

// record is a log that servers write and the test reads.
type record struct {
	mu   sync.Mutex
	text strings.Builder
}

func (r *record) Write(b []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.Write(b)
}

func (r *record) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.String()
}
