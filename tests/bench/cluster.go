package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"time"
)

// cluster is a PostgreSQL of our own with the settings it comes with: unlike the tests' one it syncs what it writes.
type cluster struct {
	*child
	url     string
	version string
}

// startCluster makes a cluster in folder and starts it.
func startCluster(ctx context.Context, folder string) (*cluster, error) {
	programs, err := findPostgres()
	if err != nil {
		return nil, err
	}
	who, err := serverIdentity(folder)
	if err != nil {
		return nil, err
	}
	data := filepath.Join(folder, "cluster")
	setup := exec.CommandContext(ctx, filepath.Join(programs, "initdb"), "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
	setup.SysProcAttr, setup.Dir = who, folder
	if out, err := setup.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("initdb: %w: %s", err, out)
	}
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	log, err := os.Create(filepath.Join(folder, "cluster.log"))
	if err != nil {
		return nil, err
	}
	defer log.Close()
	server := exec.Command(filepath.Join(programs, "postgres"), "-D", data, "-p", port,
		"-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=")
	server.SysProcAttr, server.Dir, server.Stdout, server.Stderr = who, folder, log, log
	c, err := spawn(server)
	if err != nil {
		return nil, err
	}
	running := &cluster{child: c, url: "postgres://postgres@127.0.0.1:" + port + "/postgres?sslmode=disable"}
	if err := running.wait(ctx, programs, port); err != nil {
		return nil, errors.Join(err, c.end(syscall.SIGINT))
	}
	out, err := exec.CommandContext(ctx, filepath.Join(programs, "postgres"), "--version").Output()
	running.version = string(out)
	return running, err
}

func (c *cluster) wait(ctx context.Context, programs, port string) error {
	for {
		ready := exec.CommandContext(ctx, filepath.Join(programs, "pg_isready"), "-q", "-h", "127.0.0.1", "-p", port)
		if ready.Run() == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-c.ended:
			return fmt.Errorf("PostgreSQL ended at its start: %w", c.result)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// settle cleans up behind the filling, as the server would do by itself in the middle of the measurements.
func (c *cluster) settle(ctx context.Context) error {
	programs, err := findPostgres()
	if err != nil {
		return err
	}
	out, err := exec.CommandContext(ctx, filepath.Join(programs, "psql"), "-q", "-d", c.url, "-c", "VACUUM (ANALYZE)", "-c", "CHECKPOINT").CombinedOutput()
	if err != nil {
		return fmt.Errorf("vacuum: %w: %s", err, out)
	}
	return nil
}

// findPostgres is the folder of the server's programs: Debian's newest, or that in PATH.
func findPostgres() (string, error) {
	folders, err := filepath.Glob("/usr/lib/postgresql/*/bin")
	if err != nil {
		return "", err
	}
	slices.Sort(folders)
	for _, folder := range slices.Backward(folders) {
		if _, err := os.Stat(filepath.Join(folder, "initdb")); err == nil {
			return folder, nil
		}
	}
	path, err := exec.LookPath("initdb")
	if err != nil {
		return "", errors.New("PostgreSQL is missing: apt-get install postgresql, or leave it out with -engines sqlite")
	}
	return filepath.Dir(path), nil
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
	uid, errUID := strconv.ParseUint(account.Uid, 10, 32)
	gid, errGID := strconv.ParseUint(account.Gid, 10, 32)
	if err := errors.Join(errUID, errGID, os.Chown(folder, int(uid), int(gid))); err != nil { //nolint:gosec // 32 bits fit
		return nil, err
	}
	return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}, nil
}

// freePort is a port that nobody listens on now.
func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	_, port, err := net.SplitHostPort(l.Addr().String())
	return port, errors.Join(err, l.Close())
}
