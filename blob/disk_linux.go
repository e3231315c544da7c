package blob

import (
	"os"
	"syscall"
)

// syncFileRangeWrite is SYNC_FILE_RANGE_WRITE of sync_file_range(2): start writing, do not wait.
const syncFileRangeWrite = 2

// startWriteback asks the kernel to begin writing a range to the disk now, so that the later fsync finds less to do.
// It promises nothing: durability comes from fsync alone, so an error is of no interest.
func startWriteback(f *os.File, offset, n int64) {
	_ = syscall.SyncFileRange(int(f.Fd()), offset, n, syncFileRangeWrite)
}

// lock marks a spool as belonging to a living process; the kernel drops the mark when the process ends.
func lock(f *os.File) error {
	return syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
}
