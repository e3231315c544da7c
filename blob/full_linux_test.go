package blob

import (
	"context"
	"fmt"
	"os"
	"strings"
	"syscall"
	"testing"

	"verso/blob/blobtest"
	"verso/faas"
)

// fillDisk mounts a disk of 1 MiB at dir and stores more than fits. It prints what went wrong with the store.
func fillDisk(dir string) int {
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=1m"); err != nil {
		fmt.Println("cannot mount:", err)
		return 2
	}
	store, err := OpenFolder(dir)
	if err != nil {
		fmt.Println("open:", err)
		return 1
	}
	ctx := context.Background()
	_, staged := store.Stage(ctx, &pattern{left: 4 * faas.MiB, every: faas.GiB}, faas.GiB)
	put := store.Put(ctx, "a.manifest", blobtest.Bytes(1, 4<<20))
	for name, err := range map[string]error{"Stage": staged, "Put": put} {
		if !faas.Is(err, faas.Unavailable) || !strings.Contains(err.Error(), "disk is full") {
			fmt.Printf("%s on a full disk: %v; want Unavailable and a sentence\n", name, err)
			return 1
		}
	}
	if names, err := os.ReadDir(dir + "/" + spoolFolder); err != nil || len(names) != 0 {
		fmt.Println("the spool holds", names, err)
		return 1
	}
	if err := store.Put(ctx, "small.manifest", []byte("it works again")); err != nil {
		fmt.Println("after the failures:", err)
		return 1
	}
	return 0
}

func TestFullDisk(t *testing.T) {
	t.Parallel()
	run := child(t, fullVariable, t.TempDir())
	run.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}},
	}
	said, err := run.Output()
	if err == nil {
		return
	}
	if run.ProcessState != nil && run.ProcessState.ExitCode() == 1 {
		t.Fatalf("%s", said)
	}
	sentence := fmt.Sprintf("a small disk of our own needs user namespaces (sysctl kernel.unprivileged_userns_clone=1): %v %s", err, said)
	if os.Getenv("CI") == "true" {
		t.Fatal(sentence)
	}
	t.Skip(sentence)
}
