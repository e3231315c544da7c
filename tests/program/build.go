package program

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"verso/db/dbtest"
)

// buildTime bounds the build, which takes minutes where nothing of it was built before.
const buildTime = 10 * time.Minute

// built is the binary of this run.
type built struct {
	once sync.Once
	dir  string // removed at the end
	path string
	err  error
}

var binary built //nolint:gochecknoglobals // testing.TB has no place for what a whole test binary shares

// Main runs the tests and removes what they share. Use it as `os.Exit(program.Main(m))` in TestMain.
func Main(m *testing.M) int {
	code := dbtest.Main(m)
	if binary.dir == "" {
		return code
	}
	if err := os.RemoveAll(binary.dir); err != nil {
		fmt.Fprintln(os.Stderr, "remove the built program:", err)
		return 1
	}
	return code
}

// Path builds the program at the first call and returns where it is.
func Path(tb testing.TB) string {
	tb.Helper()
	binary.once.Do(func() { binary.err = binary.build() })
	if binary.err != nil {
		tb.Fatal(binary.err)
	}
	return binary.path
}

func (b *built) build() (err error) {
	if b.dir, err = os.MkdirTemp("", "verso-program-"); err != nil {
		return err
	}
	b.path = filepath.Join(b.dir, "verso")
	ctx, cancel := context.WithTimeout(context.Background(), buildTime)
	defer cancel()
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-o", b.path, "verso/cmd/verso")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if said, err := cmd.CombinedOutput(); err != nil {
		return errors.Join(fmt.Errorf("build the program: %w", err), errors.New(string(said)))
	}
	return nil
}
