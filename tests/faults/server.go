package faults

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"verso/blob/blobtest"
)

// Options are what a test wants of its server.
type Options struct {
	Data     string            // shared with another server; empty for a new folder
	Database string            // a postgres URL; empty for SQLite in the data folder
	Blobs    string            // an s3 URL; empty for a folder in the data folder
	Buckets  map[string]string // connections by name
	S3       *blobtest.Server  // whose keys the server gets; nil for none
	Args     []string          // further flags of `verso serve`
}

// Server is a `verso serve` on a free port. Its data outlive it.
type Server struct {
	URL string // without a final slash; each start has its own

	tb      testing.TB
	options Options
	process *os.Process
	ended   chan struct{}
	result  error // to be read after ended is closed
	log     *record
}

// Start starts a server that ends with the test. When the test has failed, its log is shown.
func Start(tb testing.TB, o Options) *Server {
	tb.Helper()
	if o.Data == "" {
		o.Data = filepath.Join(tb.TempDir(), "data")
	}
	s := &Server{tb: tb, options: o, log: &record{}}
	s.Start()
	tb.Cleanup(func() {
		_ = s.process.Signal(syscall.SIGCONT)
		s.Signal(syscall.SIGKILL)
		<-s.ended
		if tb.Failed() {
			tb.Logf("the server's log:\n%s", s.log)
		}
	})
	return s
}

// Start starts the server again after its end.
func (s *Server) Start() {
	s.tb.Helper()
	command := exec.Command(program(s.tb), s.arguments("serve", append([]string{"--listen", "127.0.0.1:0"}, s.options.Args...))...)
	command.Env, command.Stderr, command.SysProcAttr = s.environment(), s.log, endWithParent()
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
	case s.URL = <-link:
	case <-s.ended:
		s.tb.Fatalf("the server ended at once: %v\n%s", s.result, s.log)
	case <-time.After(patience):
		s.Signal(syscall.SIGKILL)
		s.tb.Fatalf("the server printed no link\n%s", s.log)
	}
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

// Command runs another command of the program on the server's data, and returns what it printed.
func (s *Server) Command(name string, args ...string) (string, error) {
	command := exec.Command(program(s.tb), s.arguments(name, args)...)
	command.Env = s.environment()
	out, err := command.CombinedOutput()
	return string(out), err
}

func (s *Server) arguments(name string, more []string) []string {
	args := []string{name, "--data", s.options.Data}
	if s.options.Database != "" {
		args = append(args, "--database-url", s.options.Database)
	}
	if s.options.Blobs != "" {
		args = append(args, "--blob-url", s.options.Blobs)
	}
	for name, url := range s.options.Buckets {
		args = append(args, "--bucket", name+"="+url)
	}
	return append(args, more...)
}

// environment is this process's without the settings of Verso and its keys, so that nothing depends on the machine.
func (s *Server) environment() []string {
	env := slices.DeleteFunc(os.Environ(), func(v string) bool {
		return strings.HasPrefix(v, "VERSO_") || strings.HasPrefix(v, "DATABASE_URL=") || strings.HasPrefix(v, "AWS_") || strings.HasPrefix(v, "GOGC=") || strings.HasPrefix(v, "GOMEMLIMIT=")
	})
	if s3 := s.options.S3; s3 != nil {
		env = append(env, "AWS_ACCESS_KEY_ID="+s3.AccessKey, "AWS_SECRET_ACCESS_KEY="+s3.SecretKey)
	}
	return env
}

// watch copies the server's output into its log and picks the link out of it.
func watch(out io.ReadCloser, log io.Writer, link chan<- string) {
	defer out.Close()
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		fmt.Fprintln(log, lines.Text())
		_, url, found := strings.Cut(lines.Text(), "open http")
		if found && len(link) == 0 {
			link <- "http" + strings.TrimSuffix(strings.TrimSpace(url), "/")
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
