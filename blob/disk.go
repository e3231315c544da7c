package blob

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"verso/faas"
)

// diskError gives a failure of the local disk its kind and a sentence; doing goes to the log.
func diskError(doing string, err error) error {
	var known *faas.Error
	if err == nil || errors.As(err, &known) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	cause := fmt.Errorf("blob: %s: %w", doing, err)
	for _, one := range diskFailures {
		if errors.Is(err, one.errno) {
			return &faas.Error{Kind: faas.Unavailable, Message: one.sentence, Err: cause}
		}
	}
	return &faas.Error{Kind: faas.Internal, Err: cause}
}

var diskFailures = [...]struct {
	errno    syscall.Errno
	sentence string
}{
	{syscall.ENOSPC, "The server's disk is full, so nothing was stored. Ask the operator to free space, then try again."},
	{syscall.EDQUOT, "The server's disk quota is used up, so nothing was stored. Ask the operator to raise it, then try again."},
	{syscall.EROFS, "The server's disk is read-only, so nothing was stored. Ask the operator to look at it, then try again."},
	{syscall.EIO, "The server's disk reported a fault, so nothing was stored. Ask the operator to look at it, then try again."},
	{syscall.EMFILE, "The server has too many files open. Try again in a moment."},
	{syscall.ENFILE, "The server has too many files open. Try again in a moment."},
}

// makeDurable makes a folder and its missing parents, and syncs each new entry's parent so that a power cut cannot
// take the folder away together with what is later stored in it.
func makeDurable(dir string) error {
	err := os.Mkdir(dir, 0o700)
	switch {
	case errors.Is(err, os.ErrExist):
		return nil
	case errors.Is(err, os.ErrNotExist):
		if err := makeDurable(filepath.Dir(dir)); err != nil {
			return err
		}
		return makeDurable(dir)
	case err != nil:
		return err
	}
	parent, err := os.Open(filepath.Dir(dir))
	if err != nil {
		return err
	}
	return errors.Join(parent.Sync(), parent.Close())
}
