package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"time"
)

// child is a process that we started and that we end, by its own id.
type child struct {
	cmd    *exec.Cmd
	ended  chan struct{}
	result error // to be read after ended is closed
}

// spawn starts a process and stays with it on one thread: the kernel ends the process together with the thread that
// started it, so that nothing is left even when we are killed.
func spawn(cmd *exec.Cmd) (*child, error) {
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.SysProcAttr.Pdeathsig = syscall.SIGKILL
	c := &child{cmd: cmd, ended: make(chan struct{})}
	started := make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			c.result = cmd.Wait()
			close(c.ended)
		}
	}()
	return c, <-started
}

func (c *child) pid() int { return c.cmd.Process.Pid }

// end asks with a signal, waits, and insists after ten seconds.
func (c *child) end(sig os.Signal) error {
	if err := c.cmd.Process.Signal(sig); errors.Is(err, os.ErrProcessDone) {
		<-c.ended
		return fmt.Errorf("%s had ended before it was told to: %w", c.cmd.Path, c.result)
	}
	select {
	case <-c.ended:
		return nil
	case <-time.After(10 * time.Second):
		err := c.cmd.Process.Kill()
		<-c.ended
		return errors.Join(fmt.Errorf("%s did not end when told to and was killed", c.cmd.Path), err)
	}
}

// ask runs one of our roles with a question on its standard input and reads the answer from its standard output.
func ask(ctx context.Context, role string, question, answer any) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	in, err := json.Marshal(question)
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, self, role)
	cmd.Stdin = bytes.NewReader(in)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("%s: %w", role, err)
	}
	return json.Unmarshal(out, answer)
}

// answerOnce is the other side of ask.
func answerOnce[Q, A any](fn func(Q) (A, error)) error {
	var q Q
	if err := json.NewDecoder(os.Stdin).Decode(&q); err != nil {
		return err
	}
	a, err := fn(q)
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(a)
}

// firstWord starts cmd and returns what follows the mark in its output; the rest of the output is read and dropped.
func firstWord(cmd *exec.Cmd, mark string) (*child, string, error) {
	out, in, err := os.Pipe()
	if err != nil {
		return nil, "", err
	}
	cmd.Stdout = in
	c, err := spawn(cmd)
	if err := errors.Join(err, in.Close()); err != nil {
		return nil, "", errors.Join(err, out.Close())
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if _, word, found := strings.Cut(lines.Text(), mark); found {
			go func() {
				// A full pipe would stop the child.
				_, _ = io.Copy(io.Discard, out)
				_ = out.Close()
			}()
			return c, strings.Fields(word)[0], nil
		}
	}
	<-c.ended
	return nil, "", errors.Join(fmt.Errorf("%s said nothing of %q", cmd.Path, mark), c.result, out.Close())
}
