package dbtest

import "syscall"

// endWithParent lets the kernel end the server fast when the thread that started it ends.
func endWithParent(attr *syscall.SysProcAttr) *syscall.SysProcAttr {
	copied := *attr
	copied.Pdeathsig = syscall.SIGINT
	return &copied
}
