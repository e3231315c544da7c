package faults

import (
	"errors"
	"io"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// Line is a TCP line to a server that can be made slow, so that what runs over it is surely in the middle of it.
type Line struct {
	URL string // http://127.0.0.1:port

	to       string
	listener net.Listener
	speed    atomic.Int64 // bytes a second towards the client and connection; 0 for as fast as it goes
	passed   atomic.Int64
	mu       sync.Mutex
	open     map[net.Conn]bool
	done     sync.WaitGroup
}

// NewLine makes a line to an http URL, which ends with the test.
func NewLine(tb testing.TB, to string, speed int64) *Line {
	tb.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	l := &Line{URL: "http://" + listener.Addr().String(), to: strings.TrimPrefix(to, "http://"), listener: listener, open: map[net.Conn]bool{}}
	l.speed.Store(speed)
	l.done.Go(l.accept)
	tb.Cleanup(l.close)
	return l
}

// SetSpeed changes the speed, also of connections that are open.
func (l *Line) SetSpeed(speed int64) { l.speed.Store(speed) }

// Passed is how many bytes have come from the server so far.
func (l *Line) Passed() int64 { return l.passed.Load() }

func (l *Line) accept() {
	for {
		client, err := l.listener.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial("tcp", l.to)
		if err != nil {
			_ = client.Close()
			continue
		}
		l.keep(client, server)
		l.done.Go(func() { l.pass(server, client, false) })
		l.done.Go(func() { l.pass(client, server, true) })
	}
}

// pass copies one direction, and ends both when it ends.
func (l *Line) pass(to, from net.Conn, slow bool) {
	defer l.forget(to, from)
	piece := make([]byte, 16<<10)
	for {
		n, err := from.Read(piece)
		if slow {
			l.hold(n)
			l.passed.Add(int64(n))
		}
		if _, failed := to.Write(piece[:n]); err != nil || failed != nil {
			return
		}
	}
}

// hold waits as long as n bytes take, and no longer when the line becomes fast meanwhile.
func (l *Line) hold(n int) {
	for start := time.Now(); ; time.Sleep(5 * time.Millisecond) {
		speed := l.speed.Load()
		if speed == 0 || time.Since(start) >= time.Duration(n)*time.Second/time.Duration(speed) {
			return
		}
	}
}

func (l *Line) keep(list ...net.Conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, c := range list {
		l.open[c] = true
	}
}

func (l *Line) forget(list ...net.Conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, c := range list {
		_ = c.Close() // twice for each, once for each direction
		delete(l.open, c)
	}
}

func (l *Line) close() {
	l.SetSpeed(0)
	_ = l.listener.Close()
	l.mu.Lock()
	for c := range l.open {
		_ = c.Close()
	}
	l.mu.Unlock()
	l.done.Wait()
}

// trickle reads a package at a speed; it never ends when stall is set, but waits until the test does.
type trickle struct {
	r     io.Reader
	speed int             // bytes a second
	stall <-chan struct{} // when not nil: at the end of r, wait for it
}

// Read gives out a twentieth of a second's bytes at a time.
func (t *trickle) Read(p []byte) (int, error) {
	time.Sleep(time.Second / 20)
	n, err := t.r.Read(p[:min(len(p), t.speed/20)])
	if errors.Is(err, io.EOF) && t.stall != nil {
		<-t.stall
		return n, errors.New("the client is gone")
	}
	return n, err
}
