package blobtest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// The server's release. It is built once for all tests of a machine, into the user's cache folder.
const (
	gatewayModule  = "github.com/versity/versitygw/cmd/versitygw"
	gatewayVersion = "v1.8.0"
	buildTime      = 15 * time.Minute
)

// findGateway returns the server's program, and builds it if it is nowhere.
func findGateway(tb testing.TB) string {
	tb.Helper()
	if found, err := exec.LookPath("versitygw"); err == nil {
		return found
	}
	home, err := os.UserHomeDir()
	if err == nil {
		if found, err := exec.LookPath(filepath.Join(home, "go", "bin", "versitygw")); err == nil {
			return found
		}
	}
	built, err := buildGateway(tb)
	if err == nil {
		return built
	}
	sentence := fmt.Sprintf("versitygw is missing and could not be built (%v); run: go install %s@%s", err, gatewayModule, gatewayVersion)
	if os.Getenv("CI") == "true" {
		tb.Fatal(sentence)
	}
	tb.Skip(sentence)
	return ""
}

// buildGateway builds under a lock, since the tests of several packages run at once.
func buildGateway(tb testing.TB) (string, error) {
	tb.Helper()
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(cache, "verso-test", "versitygw-"+gatewayVersion)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	lock, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return "", err
	}
	defer lock.Close()
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		return "", err
	}
	program := filepath.Join(dir, "versitygw")
	if _, err := os.Stat(program); err == nil {
		return program, nil
	}
	tb.Logf("building %s@%s, which takes some minutes", gatewayModule, gatewayVersion)
	ctx, cancel := context.WithTimeout(context.Background(), buildTime)
	defer cancel()
	install := exec.CommandContext(ctx, "go", "install", gatewayModule+"@"+gatewayVersion)
	install.Dir = dir // outside our module
	install.Env = append(os.Environ(), "GOBIN="+dir, "GOFLAGS=")
	if said, err := install.CombinedOutput(); err != nil {
		return "", fmt.Errorf("go install: %w: %s", err, said)
	}
	return program, nil
}

// start runs the server until the test ends, when it is ended by its process id.
func (s *Server) start(tb testing.TB, program string) {
	tb.Helper()
	dir := tb.TempDir()
	for _, name := range []string{"buckets", "users", "facts"} {
		if err := os.Mkdir(filepath.Join(dir, name), 0o700); err != nil {
			tb.Fatal(err)
		}
	}
	log, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		tb.Fatal(err)
	}
	address := freeAddress(tb)
	run := exec.Command(program, "--port", address, "--quiet", "--keep-alive", "--iam-dir", filepath.Join(dir, "users"), "--health", "/health",
		"posix", "--sidecar", filepath.Join(dir, "facts"), filepath.Join(dir, "buckets"))
	run.Env = append(os.Environ(), "ROOT_ACCESS_KEY_ID="+s.AccessKey, "ROOT_SECRET_ACCESS_KEY="+s.SecretKey)
	run.Stdout, run.Stderr = log, log
	if err := run.Start(); err != nil {
		tb.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- run.Wait() }()
	tb.Cleanup(func() {
		stop(tb, run.Process, ended)
		if err := log.Close(); err != nil {
			tb.Error(err)
		}
	})
	s.Endpoint = "http://" + address
	s.program = program
	if err := answers(s.Endpoint, ended); err != nil {
		said, _ := os.ReadFile(log.Name())
		tb.Fatalf("versitygw does not answer: %v\n%s", err, said)
	}
}

func stop(tb testing.TB, process *os.Process, ended <-chan error) {
	if err := process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		tb.Errorf("end versitygw: %v", err)
	}
	select {
	case <-ended:
	case <-time.After(3 * time.Second):
		_ = process.Kill()
		<-ended
	}
}

// freeAddress asks the kernel for a loopback port that nobody uses now.
func freeAddress(tb testing.TB) string {
	tb.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}
