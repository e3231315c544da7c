package web_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"verso/faas"
	"verso/web"
)

// clock is a time that a test moves by hand.
type clock struct{ at atomic.Int64 }

func newClock() *clock {
	c := &clock{}
	c.at.Store(time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC).UnixMicro())
	return c
}

func (c *clock) Now() time.Time          { return time.UnixMicro(c.at.Load()).UTC() }
func (c *clock) Advance(d time.Duration) { c.at.Add(d.Microseconds()) }

// takes counts n requests and returns how many passed.
func takes(l *web.RateLimit, key string, n int) int {
	passed := 0
	for range n {
		if l.Take(key) == nil {
			passed++
		}
	}
	return passed
}

func TestRateLimit(t *testing.T) {
	c := newClock()
	l := web.NewRateLimit(10, 20, c.Now)
	if got := takes(l, "a", 50); got != 20 {
		t.Errorf("of a burst of 50, %d passed", got)
	}
	err := l.Take("a")
	if !faas.Is(err, faas.Exhausted) || faas.WaitOf(err) != 100*time.Millisecond {
		t.Errorf("got %v, to wait %s", err, faas.WaitOf(err))
	}
	if got := takes(l, "b", 1); got != 1 {
		t.Error("another key was refused")
	}
	for range 10 {
		c.Advance(time.Second)
		if got := takes(l, "a", 50); got != 10 {
			t.Errorf("in a second %d passed", got)
		}
	}
	c.Advance(time.Hour)
	if got := takes(l, "a", 50); got != 20 {
		t.Errorf("after an hour %d passed", got)
	}
	c.Advance(-2 * time.Hour)
	if got := takes(l, "a", 50) + takes(l, "new", 50); got != 20 {
		t.Errorf("after the clock went back %d passed, 20 of a new key were to", got)
	}
}

// Tidying up must not give anybody more than the time did.
func TestS02OthersComingAndGoingRefillNobody(t *testing.T) {
	c := newClock()
	l := web.NewRateLimit(1, 100, c.Now)
	takes(l, "victim", 100)
	for i := range 50 {
		c.Advance(time.Second)
		takes(l, fmt.Sprint("other ", i), 1)
		if got := takes(l, "victim", 5); got != 1 {
			t.Fatalf("after %d s %d passed in a second", i, got)
		}
	}
}

func TestNoRateLimit(t *testing.T) {
	for _, perSecond := range []float64{0, -1} {
		if got := takes(web.NewRateLimit(perSecond, 1, time.Now), "a", 1000); got != 1000 {
			t.Errorf("%v a second: %d passed", perSecond, got)
		}
	}
	if got := takes(web.NewRateLimit(0.001, 0, time.Now), "a", 3); got != 1 {
		t.Errorf("without a burst %d passed, one has to", got)
	}
}

func TestS02AMillionKeysNeitherFlushABucketNorFillTheMemory(t *testing.T) {
	c := newClock()
	l := web.NewRateLimit(1, 100, c.Now)
	takes(l, "victim", 200) // used up
	before := held()
	for i := range flood {
		_ = l.Take("key " + strconv.Itoa(i)) // what becomes of these does not matter here
		if i%(flood/10) == 0 {
			if got := takes(l, "victim", 10); got > 1 { // a second passes between two looks
				t.Fatalf("after %d other keys %d requests passed", i, got)
			}
			c.Advance(time.Second)
		}
	}
	grown := held() - before
	t.Logf("%d keys hold %d KiB", flood, grown>>10)
	if grown > 8<<20 {
		t.Errorf("the buckets hold %d bytes", grown)
	}
	// Once the flood is over, newcomers have a bucket of their own again.
	c.Advance(200 * time.Second)
	for i := range 10_000 {
		if got := takes(l, fmt.Sprint("later ", i), 1); got != 1 {
			t.Fatalf("newcomer %d was refused", i)
		}
	}
	if got := takes(l, "victim", 200); got != 100 {
		t.Errorf("the victim has %d requests", got)
	}
	runtime.KeepAlive(l)
}

// held is what the heap holds after a collection.
func held() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// While all places are taken, newcomers share: they are slowed, and not let through without limit.
func TestS02AFloodIsLimitedItself(t *testing.T) {
	c := newClock()
	l := web.NewRateLimit(1, 10, c.Now)
	passed := 0
	for i := range 40_000 {
		passed += takes(l, "key "+strconv.Itoa(i), 3)
	}
	if most := 16384*3 + 256*10; passed > most {
		t.Errorf("%d passed, %d is the most", passed, most)
	}
}

func TestRateLimitUnderManyHands(t *testing.T) {
	c := newClock()
	l := web.NewRateLimit(1, 100, c.Now)
	var passed atomic.Int64
	var hands sync.WaitGroup
	for range 8 {
		hands.Go(func() { passed.Add(int64(takes(l, "a", 100))) })
	}
	hands.Wait()
	if passed.Load() != 100 {
		t.Errorf("%d passed", passed.Load())
	}
}

func TestRateKey(t *testing.T) {
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	anna := faas.Identity{Person: faas.Person{ID: "7"}}
	token := faas.Identity{Person: faas.Person{ID: "7"}, Token: faas.Token{ID: "t"}}
	nobody := faas.Identity{}
	if web.RateKey(r, anna) != web.RateKey(r, token) || web.RateKey(r, anna) == web.RateKey(r, nobody) {
		t.Errorf("got %q, %q, %q", web.RateKey(r, anna), web.RateKey(r, token), web.RateKey(r, nobody))
	}
	// Nobody can take an address for a name and so drain another's bucket.
	r.RemoteAddr = "[2001:db8::1]:1"
	if got := web.RateKey(r, nobody); got != "address 2001:db8::/64" {
		t.Errorf("got %q", got)
	}
}

func TestRetryAfterIsRoundedUp(t *testing.T) {
	for wait, want := range map[time.Duration]string{
		0: "2", time.Nanosecond: "1", time.Second: "1", time.Second + 1: "2", 90 * time.Second: "90", 15 * time.Minute: "900",
	} {
		h := web.Handle(func(http.ResponseWriter, *http.Request) error {
			return fmt.Errorf("while: %w", &faas.Error{Kind: faas.Exhausted, Message: "Slow down.", Wait: wait})
		}, web.PlainError)
		if got := answer(h, "GET", "/", nil); got.Code != 429 || got.Header().Get("Retry-After") != want {
			t.Errorf("%s: got %d, %q, want %q", wait, got.Code, got.Header().Get("Retry-After"), want)
		}
	}
}
