package blob

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"testing"
	"time"

	"verso/blob/blobtest"
	"verso/faas"
)

// These variables make the test binary play another process, with the folder of a store as their value.
const (
	crashVariable = "VERSO_TEST_CRASH"
	fullVariable  = "VERSO_TEST_FULL_DISK"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(crashVariable); dir != "" {
		os.Exit(crashWhileStaging(dir))
	}
	if dir := os.Getenv(fullVariable); dir != "" {
		os.Exit(fillDisk(dir))
	}
	os.Exit(m.Run())
}

// child starts this test binary as the process that the variable asks for.
func child(t *testing.T, variable, dir string) *exec.Cmd {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	run := exec.CommandContext(t.Context(), program)
	run.Env = append(os.Environ(), variable+"="+dir)
	run.Stderr = os.Stderr
	return run
}

// crashWhileStaging receives an upload that never ends, says so, and waits to be killed.
func crashWhileStaging(dir string) int {
	store, err := OpenFolder(dir)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	r, w := io.Pipe()
	go func() {
		_, _ = w.Write(blobtest.Bytes(1, 1<<20))
		fmt.Println("staging")
	}()
	_, err = store.Stage(context.Background(), r, faas.GiB)
	fmt.Fprintln(os.Stderr, "Stage came back:", err)
	return 1
}

func TestSweepAfterACrash(t *testing.T) {
	t.Parallel()
	store := openFolder(t)
	run := child(t, crashVariable, store.root.Name())
	out, err := run.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := run.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(out, make([]byte, len("staging"))); err != nil {
		t.Fatal(err)
	}
	if n, err := store.Sweep(t.Context(), 0); n != 0 || err != nil {
		t.Errorf("swept %d, %v; want the spool of the other living process to stay", n, err)
	}
	if err := run.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	var ended *exec.ExitError
	if err := run.Wait(); !errors.As(err, &ended) {
		t.Fatalf("the other process ended with %v, want killed", err)
	}
	if n, err := store.Sweep(t.Context(), time.Hour); n != 0 || err != nil {
		t.Errorf("swept %d, %v; want to wait for an hour", n, err)
	}
	if n, err := store.Sweep(t.Context(), 0); n != 1 || err != nil {
		t.Errorf("swept %d, %v; want the dead process's spool", n, err)
	}
	expectEmptySpool(t, store)
}
