//go:build !linux

package program

import "syscall"

// endWithParent has no means to do that here: a killed test binary leaves its servers running.
func endWithParent() *syscall.SysProcAttr { return nil }
