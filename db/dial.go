package db

import (
	"context"
	"net"
	"sync"
	"time"
)

const (
	// answerTime is how long PostgreSQL may say nothing while it is asked something. The driver has no such bound of its
	// own: ending a call's context makes it ask the same server to cancel, and wait for that.
	answerTime = 10 * time.Second
	// migrationTime is the same for a step of a migration, which may rewrite a large table.
	migrationTime = 10 * time.Minute
	// partingTime is how long all connections together may take to say goodbye.
	partingTime = 2 * time.Second
)

// dialer makes connections on which no read or write waits longer than most, 0 for no bound.
type dialer struct {
	most time.Duration
	mu   sync.Mutex
	open map[*boundedConn]bool
	end  time.Time // beyond it nobody waits at all; zero until the store closes
}

func newDialer(most time.Duration) *dialer {
	return &dialer{most: most, open: map[*boundedConn]bool{}}
}

// Dial connects without a time limit.
func (d *dialer) Dial(network, address string) (net.Conn, error) {
	return d.DialContext(context.Background(), network, address)
}

// DialTimeout connects within a time.
func (d *dialer) DialTimeout(network, address string, timeout time.Duration) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	return d.DialContext(ctx, network, address)
}

// DialContext connects until ctx ends.
func (d *dialer) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	c := &boundedConn{Conn: conn, from: d}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.open[c] = true
	return c, nil
}

// hurry bounds everything that goes on now or begins later by one moment.
func (d *dialer) hurry(end time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.end = end
	for c := range d.open {
		// A connection that cannot be bounded is closed already.
		_ = c.Conn.SetDeadline(d.until(c))
	}
}

// until is the earliest of the bounds; the zero time when there is none. The caller holds the lock.
func (d *dialer) until(c *boundedConn) time.Time {
	first := c.asked
	if d.most > 0 {
		first = earlier(first, time.Now().Add(d.most))
	}
	return earlier(first, d.end)
}

// earlier is the earlier of two times, of which the zero one is never.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || (!b.IsZero() && b.Before(a)) {
		return b
	}
	return a
}

// boundedConn is a connection of a dialer.
type boundedConn struct {
	net.Conn
	from  *dialer
	asked time.Time // the driver's own deadline, for the beginning of a session; guarded by the dialer's lock
}

// Read reads within the bounds. After a failure nothing more is read: a late answer must not pass for the next one.
func (c *boundedConn) Read(p []byte) (int, error) {
	if err := c.bound(c.SetReadDeadline); err != nil {
		return 0, err
	}
	n, err := c.Conn.Read(p)
	if err != nil {
		_ = c.Close()
	}
	return n, err
}

// Write writes within the bounds.
func (c *boundedConn) Write(p []byte) (int, error) {
	if err := c.bound(c.SetWriteDeadline); err != nil {
		return 0, err
	}
	return c.Conn.Write(p)
}

func (c *boundedConn) bound(set func(time.Time) error) error {
	c.from.mu.Lock()
	defer c.from.mu.Unlock()
	return set(c.from.until(c))
}

// SetDeadline adds a bound to those of the dialer, or takes it away again.
func (c *boundedConn) SetDeadline(t time.Time) error {
	c.from.mu.Lock()
	defer c.from.mu.Unlock()
	c.asked = t
	return c.Conn.SetDeadline(c.from.until(c))
}

// Close ends the connection.
func (c *boundedConn) Close() error {
	c.from.mu.Lock()
	delete(c.from.open, c)
	c.from.mu.Unlock()
	return c.Conn.Close()
}
