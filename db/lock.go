package db

import (
	"context"
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"
)

// errLocked says that another process, or another store in this one, holds the lock.
var errLocked = errors.New("the lock is held")

// lockPoll is how often a waiting process looks at a lock.
const lockPoll = 20 * time.Millisecond

// fileLock is an advisory lock of the operating system: it ends with its process, however that ends.
type fileLock struct{ file *os.File }

// tryLock takes the lock or answers errLocked.
func tryLock(path string) (*fileLock, error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open lock file: %w", err)
	}
	err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if err == nil {
		return &fileLock{file}, nil
	}
	if errors.Is(err, syscall.EWOULDBLOCK) {
		err = errLocked
	}
	return nil, errors.Join(err, file.Close())
}

// waitLock takes the lock as soon as it is free.
func waitLock(ctx context.Context, path string) (*fileLock, error) {
	for {
		lock, err := tryLock(path)
		if !errors.Is(err, errLocked) {
			return lock, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(lockPoll):
		}
	}
}

// unlock gives the lock up; the file stays, because removing it would let two processes lock two different files.
func (l *fileLock) unlock() error {
	if l == nil {
		return nil
	}
	return l.file.Close()
}

// makeFolder makes the data folder, for its owner alone.
func makeFolder(dir string) error {
	if dir == "" {
		return errors.New("no data folder was given")
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("make the data folder: %w", err)
	}
	return nil
}
