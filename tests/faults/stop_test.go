package faults

import (
	"bytes"
	"fmt"
	"net/http"
	"sync"
	"syscall"
	"testing"
	"time"

	"verso/blob/blobtest"
	"verso/faas"
)

// stopTime is within which a server must have ended after SIGTERM.
const stopTime = 30 * time.Second

// TestStoppingLosesNothingAndLeavesNothing (F23): SIGTERM comes in the middle of uploads that will still arrive, of
// uploads that never will, and of running operations that last longer than the server waits.
func TestStoppingLosesNothingAndLeavesNothing(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, database string) {
		t.Parallel()
		s3 := blobtest.S3(t)
		s3.MakeBucket("objects")
		object := packageOf(5, 4_000_000)
		s3.PutObject("objects", "large.zip", object)
		line := NewLine(t, s3.Endpoint, 50_000)
		over := *s3
		over.Endpoint = line.URL
		s := Start(t, Options{Database: database, S3: s3, Buckets: map[string]string{"objects": over.URL("objects")}})
		w := &stopping{server: s, stall: make(chan struct{}), object: sumOf(object)}
		w.begin(t)

		start := time.Now()
		s.Signal(syscall.SIGTERM)
		if err := s.Ended(stopTime); err != nil {
			t.Fatalf("the server ended with: %v", err)
		}
		t.Logf("ended after %s", time.Since(start).Round(100*time.Millisecond))
		close(w.stall)
		w.clients.Wait()
		if spools := s.Spools(); len(spools) > 0 {
			t.Errorf("%d spools are left behind", len(spools))
		}
		w.finish(t, line)
	})
}

// stopping is what runs when the signal comes.
type stopping struct {
	server  *Server
	stall   chan struct{}
	object  string // sha-256
	clients sync.WaitGroup
	mu      sync.Mutex
	made    map[string]string // sha-256 by operation that a client was told of
}

const each = 3 // of every kind

func (w *stopping) begin(t *testing.T) {
	t.Helper()
	w.made = map[string]string{}
	client := w.server.Client()
	if err := client.CreateFunction(t.Context(), "stopped"); err != nil {
		t.Fatal(err)
	}
	for i := range each {
		a, err := client.Create(t.Context(), "stopped", Creation{Key: fmt.Sprint("object-", i), Kind: faas.FromBucket, Object: "large.zip"})
		if err != nil || a.Operation == "" {
			t.Fatalf("status %d: %v: %.300s", a.Status, err, problems(a))
		}
		w.made[a.Operation] = w.object
	}
	for i := range each {
		w.clients.Go(func() { w.slowly(t, i) })
		w.clients.Go(func() { w.never(t, i) })
	}
	Until(t, "all of it runs", patience, func() error {
		f := w.server.House().Function(t, "stopped")
		running := len(w.server.House().Operations(t, f, faas.Running))
		if spools := len(w.server.Spools()); running < each || spools < 3*each {
			return fmt.Errorf("%d operations run, %d spools are there", running, spools)
		}
		return nil
	})
}

// slowly sends a package that arrives some seconds after the signal: its client must be answered.
func (w *stopping) slowly(t *testing.T, i int) {
	data := packageOf(uint64(50+i), 1_000_000)
	body := &trickle{r: bytes.NewReader(data), speed: 200_000}
	a, err := w.server.Client().Send(t.Context(), "stopped", Creation{Key: fmt.Sprint("slow-", i), Kind: faas.FromUpload}, body, int64(len(data)))
	if err != nil || a.Status != http.StatusSeeOther {
		t.Errorf("an upload that arrived in time is answered %d: %v", a.Status, err)
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.made[a.Operation] = sumOf(data)
}

// never sends a package of which the last part does not come.
func (w *stopping) never(t *testing.T, i int) {
	data := packageOf(uint64(60+i), 1_000_000)
	body := &trickle{r: bytes.NewReader(data[:len(data)/2]), speed: 200_000, stall: w.stall}
	a, err := w.server.Client().Send(t.Context(), "stopped", Creation{Key: fmt.Sprint("never-", i), Kind: faas.FromUpload}, body, int64(len(data)))
	if err == nil && a.Operation != "" {
		t.Errorf("half an upload is answered with %s", a.Operation)
	}
}

// finish starts the server again: what was acknowledged is made, in the first attempt that counts, and nothing else.
func (w *stopping) finish(t *testing.T, line *Line) {
	t.Helper()
	line.SetSpeed(0)
	w.server.Start()
	client := w.server.Client()
	for operation, sum := range w.made {
		if end, err := client.Follow(within(t, patience), operation); err != nil || end.State != faas.Succeeded || end.SHA256 != sum {
			t.Errorf("what was acknowledged came to %+v: %v", end, err)
		}
	}
	house := w.server.House()
	list := house.Check(t, "stopped")
	operations := house.Operations(t, house.Function(t, "stopped"))
	if len(list) != 2*each || len(operations) != 2*each {
		t.Errorf("%d versions and %d operations are there; %d were acknowledged", len(list), len(operations), 2*each)
	}
	for _, op := range operations {
		if op.Attempt != 1 {
			t.Errorf("operation %s took %d attempts: the end of the server was counted", op.ID, op.Attempt)
		}
	}
	if err := house.orphans(t.Context()); err != nil {
		t.Error(err)
	}
}
