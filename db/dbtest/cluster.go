package dbtest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"syscall"
	"time"
)

// errNoServer says that no PostgreSQL programs were found.
var errNoServer = errors.New("no PostgreSQL programs found")

const (
	startTime = 30 * time.Second
	stopTime  = 10 * time.Second
	// maxFolder keeps the socket's path below what the system allows, 107 bytes.
	maxFolder = 70
)

// cluster is a private PostgreSQL in a temporary folder, reached through a socket in that folder.
type cluster struct {
	folder string
	end    chan struct{} // closed to end the server
	ended  chan struct{} // closed when it has ended
}

// startCluster makes and starts a cluster. It gives up durability: nothing in it outlives the tests.
func startCluster() (*cluster, error) {
	initdb, postgres := findPrograms()
	if initdb == "" || postgres == "" {
		return nil, errNoServer
	}
	base := os.TempDir()
	if len(base) > maxFolder {
		base = "/tmp"
	}
	folder, err := os.MkdirTemp(base, "verso-pg-")
	if err != nil {
		return nil, err
	}
	c := &cluster{folder: folder, end: make(chan struct{}), ended: make(chan struct{})}
	if err := c.start(initdb, postgres); err != nil {
		return nil, errors.Join(err, os.RemoveAll(folder))
	}
	return c, nil
}

func (c *cluster) start(initdb, postgres string) error {
	identity, err := serverIdentity(c.folder)
	if err != nil {
		return err
	}
	data := filepath.Join(c.folder, "data")
	setup := exec.Command(initdb, "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
	setup.SysProcAttr, setup.Dir = identity, c.folder
	if out, err := setup.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w: %s", err, out)
	}
	log, err := os.Create(filepath.Join(c.folder, "log"))
	if err != nil {
		return err
	}
	run := exec.Command(postgres, "-D", data, "-k", c.folder, "-c", "listen_addresses=", "-c", "fsync=off",
		"-c", "synchronous_commit=off", "-c", "full_page_writes=off", "-c", "max_connections=300", "-c", "autovacuum=off")
	run.SysProcAttr, run.Dir, run.Stdout, run.Stderr = identity, c.folder, log, log
	started := make(chan error, 1)
	go c.run(run, log, started)
	if err := <-started; err != nil {
		return err
	}
	return c.wait()
}

// run starts the server and stays with it. The thread is kept, because the kernel ends the server together with the
// thread that started it: that way it is gone even when the test binary is killed.
func (c *cluster) run(server *exec.Cmd, log *os.File, started chan<- error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	defer close(c.ended)
	defer func() { _ = log.Close() }()
	server.SysProcAttr = endWithParent(server.SysProcAttr)
	err := server.Start()
	started <- err
	if err != nil {
		return
	}
	<-c.end
	_ = server.Process.Signal(syscall.SIGINT) // fast shutdown
	late := time.AfterFunc(stopTime, func() { _ = server.Process.Kill() })
	defer late.Stop()
	_ = server.Wait() // how it ended does not matter any more
}

func (c *cluster) stop() {
	close(c.end)
	<-c.ended
	_ = os.RemoveAll(c.folder)
}

// wait returns when the server answers.
func (c *cluster) wait() error {
	ctx, cancel := context.WithTimeout(context.Background(), startTime)
	defer cancel()
	conn, err := sql.Open("postgres", c.url())
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	for {
		err = conn.PingContext(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			close(c.end)
			<-c.ended
			return fmt.Errorf("the server does not answer: %w", err)
		case <-time.After(10 * time.Millisecond):
		}
	}
}

func (c *cluster) url() string {
	q := url.Values{"host": {c.folder}, "sslmode": {"disable"}}
	return "postgres://postgres@/postgres?" + q.Encode()
}

// serverIdentity is whom the server runs as: it refuses to be root, so root lends it the user postgres.
func serverIdentity(folder string) (*syscall.SysProcAttr, error) {
	if os.Getuid() != 0 {
		return &syscall.SysProcAttr{}, nil
	}
	account, err := user.Lookup("postgres")
	if err != nil {
		return nil, err
	}
	uid, err := strconv.ParseUint(account.Uid, 10, 32)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.ParseUint(account.Gid, 10, 32)
	if err != nil {
		return nil, err
	}
	if err := os.Chown(folder, int(uid), int(gid)); err != nil { //nolint:gosec // 32 bits fit
		return nil, err
	}
	return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}, nil
}

// findPrograms looks where Debian keeps them, newest first, and then in PATH.
func findPrograms() (initdb, postgres string) {
	folders, _ := filepath.Glob("/usr/lib/postgresql/*/bin") // the pattern is a constant, so it cannot be malformed
	slices.Sort(folders)
	slices.Reverse(folders)
	for _, folder := range folders {
		initdb, postgres = filepath.Join(folder, "initdb"), filepath.Join(folder, "postgres")
		if isProgram(initdb) && isProgram(postgres) {
			return initdb, postgres
		}
	}
	initdb, errInit := exec.LookPath("initdb")
	postgres, errRun := exec.LookPath("postgres")
	if errInit != nil || errRun != nil {
		return "", ""
	}
	return initdb, postgres
}

func isProgram(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0
}
