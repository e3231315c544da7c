package e2e

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"verso/db/dbtest"
)

// Options are what a flow wants of its server.
type Options struct {
	Database string            // a postgres URL; empty for SQLite in the data folder
	Blobs    string            // an s3 URL; empty for the data folder
	Buckets  map[string]string // connections by name
	Env      []string          // NAME=value, for the keys of S3
	Args     []string          // further flags of `verso serve`
}

// Server is a running `verso serve` on a free port, with a data folder that outlives restarts.
type Server struct {
	URL  string // without a final slash; a restart changes it
	Data string

	t       *testing.T
	options Options
	command *exec.Cmd
	ended   chan error
	log     *record
}

// EachEngine runs a flow on SQLite and on PostgreSQL; database is for Options.
func EachEngine(t *testing.T, flow func(t *testing.T, database string)) {
	t.Run("sqlite", func(t *testing.T) { flow(t, "") })
	t.Run("postgres", func(t *testing.T) { flow(t, dbtest.Postgres(t)) })
}

// Start starts a server that ends with the test. When the test has failed, its log is shown.
func Start(t *testing.T, o Options) *Server {
	t.Helper()
	s := &Server{t: t, options: o, Data: filepath.Join(t.TempDir(), "data"), log: &record{}}
	s.start()
	t.Cleanup(func() {
		s.end(syscall.SIGTERM)
		if t.Failed() {
			t.Logf("the server's log:\n%s", s.log)
		}
	})
	return s
}

// Restart ends the server politely and starts it on the same data.
func (s *Server) Restart() {
	s.t.Helper()
	s.end(syscall.SIGTERM)
	s.start()
}

// Kill ends the server as a power cut would.
func (s *Server) Kill() {
	s.t.Helper()
	s.end(syscall.SIGKILL)
}

// Resume starts a server that was killed.
func (s *Server) Resume() {
	s.t.Helper()
	s.start()
}

// PID is the process, for signals and measurements.
func (s *Server) PID() int { return s.command.Process.Pid }

// Log returns what the server has written to its log so far.
func (s *Server) Log() string { return s.log.String() }

func (s *Server) start() {
	s.t.Helper()
	args := []string{"serve", "--listen", "127.0.0.1:0", "--data", s.Data}
	if s.options.Database != "" {
		args = append(args, "--database-url", s.options.Database)
	}
	if s.options.Blobs != "" {
		args = append(args, "--blob-url", s.options.Blobs)
	}
	for name, url := range s.options.Buckets {
		args = append(args, "--bucket", name+"="+url)
	}
	s.command = exec.Command(program(s.t), append(args, s.options.Args...)...)
	s.command.Env = append(environment(), s.options.Env...)
	s.command.Stderr = s.log
	out, err := s.command.StdoutPipe()
	if err != nil {
		s.t.Fatal(err)
	}
	if err := s.command.Start(); err != nil {
		s.t.Fatalf("start the server: %v", err)
	}
	link := make(chan string, 1)
	s.ended = make(chan error, 1)
	go func() {
		watch(out, s.log, link)
		s.ended <- s.command.Wait()
	}()
	s.await(link)
}

// await waits for the link that the server prints when it can be asked.
func (s *Server) await(link <-chan string) {
	s.t.Helper()
	select {
	case s.URL = <-link:
	case err := <-s.ended:
		s.ended <- err
		s.t.Fatalf("the server ended at once: %v\n%s", err, s.log)
	case <-time.After(patience):
		s.end(syscall.SIGKILL)
		s.t.Fatalf("the server printed no link\n%s", s.log)
	}
}

// end sends a signal to this server and waits until it is gone.
func (s *Server) end(signal syscall.Signal) {
	s.t.Helper()
	if err := s.command.Process.Signal(signal); err != nil && !errors.Is(err, os.ErrProcessDone) {
		s.t.Errorf("signal the server: %v", err)
	}
	select {
	case err := <-s.ended:
		s.ended <- err
		if err != nil && signal != syscall.SIGKILL {
			s.t.Errorf("the server ended badly: %v", err)
		}
	case <-time.After(2 * patience):
		s.t.Errorf("the server did not end within %s of signal %s; it is killed", 2*patience, signal)
		if err := s.command.Process.Kill(); err != nil {
			s.t.Error(err)
		}
	}
}

// watch copies the server's output into its log and picks the link out of it.
func watch(out io.Reader, log io.Writer, link chan<- string) {
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		fmt.Fprintln(log, lines.Text())
		_, url, found := strings.Cut(lines.Text(), "open http")
		if found && len(link) == 0 {
			link <- "http" + strings.TrimSuffix(strings.TrimSpace(url), "/")
		}
	}
}

// environment is this process's without the settings of Verso and its S3 keys, so that no flow depends on the machine.
func environment() []string {
	return slices.DeleteFunc(os.Environ(), func(s string) bool {
		return strings.HasPrefix(s, "VERSO_") || strings.HasPrefix(s, "DATABASE_URL=") || strings.HasPrefix(s, "AWS_")
	})
}

// program builds the binary at the first call and returns its path.
func program(t *testing.T) string {
	t.Helper()
	shared.build.Do(func() {
		shared.program = filepath.Join(shared.dir, "verso")
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
		defer cancel()
		build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-o", shared.program, "verso/cmd/verso")
		build.Env = append(os.Environ(), "CGO_ENABLED=0")
		if said, err := build.CombinedOutput(); err != nil {
			shared.built = fmt.Errorf("build the program: %w\n%s", err, said)
		}
	})
	if shared.built != nil {
		t.Fatal(shared.built)
	}
	return shared.program
}

// record is a log that the server writes and the test reads.
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
