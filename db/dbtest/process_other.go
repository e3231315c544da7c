//go:build !linux

package dbtest

import "syscall"

// endWithParent has no means to do that here: a killed test binary leaves its server running.
func endWithParent(attr *syscall.SysProcAttr) *syscall.SysProcAttr { return attr }
