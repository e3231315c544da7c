package web

import (
	"hash/maphash"
	"net/http"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"verso/faas"
)

// The bounds of a RateLimit's memory: about 3 MiB, however many keys come.
const (
	ownBuckets    = 1 << 14
	sharedBuckets = 1 << 8
	sweepEvery    = time.Second
)

// RateLimit gives every key so many requests per second, after a burst. It counts for this process alone and starts full
// after a restart; what has to survive that is counted in the database. A nil RateLimit lets everything pass.
//
// A bucket is forgotten when it is full again, never before: a flood of other keys does not refill anybody's. Keys that
// come while all places are taken share a few buckets until places get free.
type RateLimit struct {
	limit rate.Limit
	burst int
	now   func() time.Time
	seed  maphash.Seed

	mu     sync.Mutex
	own    map[string]*rate.Limiter
	shared [sharedBuckets]*rate.Limiter
	swept  time.Time
}

// NewRateLimit makes a limit; nil, which is none, when perSecond is not above 0.
func NewRateLimit(perSecond float64, burst int, now func() time.Time) *RateLimit {
	if perSecond <= 0 {
		return nil
	}
	return &RateLimit{
		limit: rate.Limit(perSecond), burst: max(burst, 1), now: now, seed: maphash.MakeSeed(), own: map[string]*rate.Limiter{},
	}
}

// RateKey is whose requests count together: a person's, by whichever session or token, else an address's.
func RateKey(r *http.Request, who faas.Identity) string {
	if who.Known() {
		return "person " + who.Person.ID
	}
	return "address " + LimitKey(ClientAddress(r))
}

// Take counts a request of the key. Exhausted, with the time to wait, when there were too many.
func (l *RateLimit) Take(key string) error {
	if l == nil {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	b := l.bucket(key, now)
	if b.AllowN(now, 1) {
		return nil
	}
	missing := 1 - b.TokensAt(now)
	return &faas.Error{
		Kind: faas.Exhausted, Message: "These were too many requests in a short time. Wait a moment and try again.",
		Wait: time.Duration(missing / float64(l.limit) * float64(time.Second)),
	}
}

// bucket finds the key's bucket, or makes it where there is room.
func (l *RateLimit) bucket(key string, now time.Time) *rate.Limiter {
	if b, ok := l.own[key]; ok {
		return b
	}
	if since := now.Sub(l.swept); since >= sweepEvery || since < 0 { // below zero: the clock went back
		l.sweep(now)
	}
	if len(l.own) < ownBuckets {
		b := rate.NewLimiter(l.limit, l.burst)
		l.own[key] = b
		return b
	}
	place := maphash.String(l.seed, key) % sharedBuckets
	if l.shared[place] == nil {
		l.shared[place] = rate.NewLimiter(l.limit, l.burst)
	}
	return l.shared[place]
}

// sweep forgets the full buckets: they say the same as none.
func (l *RateLimit) sweep(now time.Time) {
	l.swept = now
	for key, b := range l.own {
		if b.TokensAt(now) >= float64(l.burst) {
			delete(l.own, key)
		}
	}
}
