package faults

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"verso/blob/blobtest"
	"verso/faas"
)

// Journal is what clients remember of what they sent and what they were told. It lives in the test, outside everything
// that is killed.
type Journal struct {
	mu      sync.Mutex
	entries []*Entry
}

// Entry is one creation. Without an operation the client was not answered, and does not know whether there is one.
type Entry struct {
	Creation
	Operation string
}

// begin notes a creation before it is sent.
func (j *Journal) begin(c Creation) *Entry {
	j.mu.Lock()
	defer j.mu.Unlock()
	e := &Entry{Creation: c}
	j.entries = append(j.entries, e)
	return e
}

// Crowd is clients that create versions of one function without a break: uploads, objects of a bucket and copies.
type Crowd struct {
	Function string
	Journal  Journal

	objects map[string]string // sha-256 by object
	copies  []string          // sha-256 of #1, #2, …, which are there from the beginning
	seed    uint64
}

// NewCrowd puts objects into the bucket, and makes the function with the versions that are copied.
func NewCrowd(tb testing.TB, s *Server, s3 *blobtest.Server, seed uint64) *Crowd {
	tb.Helper()
	c := &Crowd{Function: "restless", objects: map[string]string{}, seed: seed}
	for i := range 4 {
		name, data := fmt.Sprintf("releases/%d.zip", i), packageOf(seed+uint64(i), 200_000<<i)
		s3.PutObject("objects", name, data)
		c.objects[name] = sumOf(data)
	}
	client := s.Client()
	if err := client.CreateFunction(tb.Context(), c.Function); err != nil {
		tb.Fatal(err)
	}
	for i := range 3 {
		data := packageOf(seed+10+uint64(i), 40_000)
		e := c.Journal.begin(Creation{Key: fmt.Sprint("first-", i), Kind: faas.FromUpload, Zip: data, SHA256: sumOf(data)})
		if err := c.send(tb.Context(), client, e); err != nil {
			tb.Fatal(err)
		}
		if end, err := client.Follow(tb.Context(), e.Operation); err != nil || end.State != faas.Succeeded {
			tb.Fatalf("the first versions: %+v, %v", end, err)
		}
		c.copies = append(c.copies, e.SHA256)
	}
	return c
}

// Run has n clients create versions until ctx ends or the server is gone.
func (c *Crowd) Run(ctx context.Context, s *Server, round, n int) {
	var clients sync.WaitGroup
	for i := range n {
		random := rand.New(rand.NewPCG(c.seed, uint64(round*n+i)))
		client := s.Client()
		clients.Go(func() {
			defer client.HTTP.CloseIdleConnections()
			for k := 0; ctx.Err() == nil; k++ {
				e := c.Journal.begin(c.next(random, fmt.Sprintf("round-%d-client-%d-%d", round, i, k)))
				if c.send(ctx, client, e) != nil {
					return
				}
			}
		})
	}
	clients.Wait()
}

// next chooses what to create. Some uploads bring bytes that others bring too.
func (c *Crowd) next(random *rand.Rand, key string) Creation {
	v := Creation{Key: key, Kind: faas.FromUpload}
	switch kind := random.IntN(10); {
	case kind < 2:
		v.Kind, v.Object = faas.FromBucket, fmt.Sprintf("releases/%d.zip", random.IntN(len(c.objects)))
		v.SHA256 = c.objects[v.Object]
	case kind < 4:
		v.Kind, v.Copy = faas.FromCopy, int64(1+random.IntN(len(c.copies)))
		v.SHA256 = c.copies[v.Copy-1]
	default:
		v.Zip = packageOf(c.seed+100+random.Uint64N(200), 1000+random.Int64N(4)*400_000)
		v.SHA256 = sumOf(v.Zip)
	}
	return v
}

// send notes the operation when the client is told of one. A client may hear any answer but a refusal.
func (c *Crowd) send(ctx context.Context, client *Client, e *Entry) error {
	a, err := client.Create(ctx, c.Function, e.Creation)
	if err == nil && a.Operation == "" {
		err = fmt.Errorf("%s is answered %d: %.300s", e.Key, a.Status, problems(a))
	}
	if err == nil {
		e.Operation = a.Operation
	}
	return err
}

// Settle sends again, under the same keys, what clients were not answered, and then compares every version with what
// its client was told: each creation made exactly one version, of the bytes that were sent.
func (c *Crowd) Settle(tb testing.TB, s *Server) {
	tb.Helper()
	client := s.Client()
	numbers := map[int64]string{}
	unknown := 0
	ctx, stop := context.WithTimeout(tb.Context(), 2*patience)
	defer stop()
	for _, e := range c.Journal.entries {
		if e.Operation == "" {
			unknown++
			if err := c.send(ctx, client, e); err != nil {
				tb.Errorf("sent again: %v", err)
				continue
			}
		}
		end, err := client.Follow(ctx, e.Operation)
		if err != nil || end.State != faas.Succeeded || end.SHA256 != e.SHA256 {
			tb.Errorf("%s (%s) was acknowledged as %s and came to %+v instead of a version of %s: %v", e.Key, e.Kind, e.Operation, end, e.SHA256, err)
			continue
		}
		if other, twice := numbers[end.Number]; twice {
			tb.Errorf("%s and %s are both told that #%d is theirs", other, e.Key, end.Number)
		}
		numbers[end.Number] = e.Key
	}
	tb.Logf("%d creations, %d of them not answered at first", len(c.Journal.entries), unknown)
	for _, v := range s.House().Check(tb, c.Function) {
		if numbers[v.Number] == "" {
			tb.Errorf("#%d is nobody's", v.Number)
		}
	}
}

// within is a context for so long.
func within(tb testing.TB, d time.Duration) context.Context {
	tb.Helper()
	ctx, stop := context.WithTimeout(tb.Context(), d)
	tb.Cleanup(stop)
	return ctx
}
