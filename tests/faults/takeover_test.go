package faults

import (
	"context"
	"fmt"
	"path/filepath"
	"reflect"
	"strings"
	"syscall"
	"testing"
	"time"

	"verso/blob/blobtest"
	"verso/db/dbtest"
	"verso/faas"
)

// How long operations of a dead server may lie: its lease of 6 s, a poll of 2 s, the work, and a slow machine.
const takeover = 30 * time.Second

// pair is two servers on one PostgreSQL and one package store. The first reads the bucket over a slow line.
type pair struct {
	first, second *Server
	line          *Line
	house         *House
	function      faas.Function
	operations    []string
	sha256        string
}

// eachStore runs a test with packages in a bucket that both servers use, and in a folder that both share.
func eachStore(t *testing.T, test func(t *testing.T, p *pair)) {
	for _, store := range []string{"s3", "folder"} {
		t.Run(store, func(t *testing.T) {
			t.Parallel()
			test(t, newPair(t, store == "s3"))
		})
	}
}

// newPair starts both servers when four operations of the first are in the middle of fetching.
func newPair(t *testing.T, bucket bool) *pair {
	t.Helper()
	const speed = 128 * faas.KiB
	s3 := blobtest.S3(t)
	s3.MakeBucket("objects")
	data := packageOf(9, 32*speed) // for half a minute
	s3.PutObject("objects", "large.zip", data)
	p := &pair{line: NewLine(t, s3.Endpoint, speed), sha256: sumOf(data)}

	o := Options{Database: dbtest.Postgres(t), S3: s3, Args: []string{"--janitor-every=500ms", "--janitor-grace=1s"}}
	if bucket {
		s3.MakeBucket("packages")
		o.Blobs = s3.URL("packages")
	} else {
		o.Data = filepath.Join(t.TempDir(), "shared")
	}
	slow, fast := o, o
	over := *s3
	over.Endpoint = p.line.URL
	slow.Buckets = map[string]string{"objects": over.URL("objects")}
	fast.Buckets = map[string]string{"objects": s3.URL("objects")}
	p.first = Start(t, slow)
	p.begin(t, 4)
	fast.Beside = p.first.Server
	p.second = Start(t, fast)
	return p
}

// begin makes the first server fetch n objects and waits until it is in the middle of them.
func (p *pair) begin(t *testing.T, n int) {
	t.Helper()
	client := p.first.Client()
	if err := client.CreateFunction(t.Context(), "shared"); err != nil {
		t.Fatal(err)
	}
	for i := range n {
		a, err := client.Create(t.Context(), "shared", Creation{Key: fmt.Sprint("shared-", i), Kind: faas.FromBucket, Object: "large.zip"})
		if err != nil || a.Operation == "" {
			t.Fatalf("status %d: %v: %.300s", a.Status, err, problems(a))
		}
		p.operations = append(p.operations, a.Operation)
	}
	p.house = p.first.House()
	p.function = p.house.Function(t, "shared")
	Until(t, "all are being fetched", patience, func() error {
		running := p.house.Operations(t, p.function, faas.Running)
		if len(running) < n || p.line.Passed() < int64(n)*100_000 {
			return fmt.Errorf("%d run, %d bytes came", len(running), p.line.Passed())
		}
		return nil
	})
}

// finished waits until the second server has made all versions, and returns them and their operations.
func (p *pair) finished(t *testing.T, since time.Time) ([]faas.VersionRow, []faas.Operation) {
	t.Helper()
	p.house.Idle(t, p.function, time.Until(since.Add(takeover)))
	t.Logf("taken over and finished after %s", time.Since(since).Round(100*time.Millisecond))
	operations := p.house.Operations(t, p.function)
	for _, op := range operations {
		if op.State != faas.Succeeded || op.Attempt != 2 {
			t.Errorf("operation %s is %s after attempt %d: %+v", op.ID, op.State, op.Attempt, op.Failure)
		}
	}
	versions := p.house.Versions(t, p.function)
	for _, v := range versions {
		if v.SHA256 != p.sha256 {
			t.Errorf("#%d has the sha-256 %s", v.Number, v.SHA256)
		}
	}
	if len(versions) != len(p.operations) {
		t.Errorf("%d operations made %d versions", len(p.operations), len(versions))
	}
	return versions, operations
}

// keepsItsOwn checks that the first server keeps what it works on as long as it lives.
func (p *pair) keepsItsOwn(t *testing.T) {
	t.Helper()
	time.Sleep(8 * time.Second) // longer than a lease
	for _, op := range p.house.Operations(t, p.function) {
		if op.State != faas.Running || op.Attempt != 1 {
			t.Fatalf("operation %s of a living server is %s in attempt %d", op.ID, op.State, op.Attempt)
		}
	}
}

// TestASecondServerTakesOverFromAKilledOne (F11): what the first server was in the middle of is finished by the second,
// once, soon after the first is dead, and not before.
func TestASecondServerTakesOverFromAKilledOne(t *testing.T) {
	t.Parallel()
	eachStore(t, func(t *testing.T, p *pair) {
		p.keepsItsOwn(t)
		killed := time.Now()
		p.first.Kill()
		p.finished(t, killed)
		p.house.server = p.second // which is asked now
		p.house.Check(t, "shared")
		p.line.SetSpeed(0)
		p.first.Start() // a spool that only it can see is its own to clear
		p.house.Tidy(t, patience)
		if spools := p.first.Spools(); len(spools) > 0 {
			Until(t, "the first clears its spool", patience, func() error { return none("spools", p.first.Spools()) })
		}
	})
}

// TestALateAttemptChangesNothing (F12): the first server is paused for longer than its lease. When it goes on, the
// second has done its work, and what the first still does has no effect.
func TestALateAttemptChangesNothing(t *testing.T) {
	t.Parallel()
	eachStore(t, func(t *testing.T, p *pair) {
		paused := time.Now()
		p.first.Signal(syscall.SIGSTOP)
		versions, operations := p.finished(t, paused)
		p.line.SetSpeed(0) // the rest of its objects is there as soon as it goes on
		p.first.Signal(syscall.SIGCONT)
		Until(t, "the first server's attempts end", patience, func() error { return none("spools", p.first.Spools()) })
		Until(t, "the first server notices", patience, func() error {
			if n := strings.Count(p.first.Log(), "lost the lease of an operation"); n < len(p.operations) {
				return fmt.Errorf("its log tells of %d lost leases of %d", n, len(p.operations))
			}
			return nil
		})
		if now := p.house.Versions(t, p.function); !reflect.DeepEqual(now, versions) {
			t.Errorf("the late attempts changed the versions:\n%+v\n%+v", versions, now)
		}
		if now := p.house.Operations(t, p.function); !reflect.DeepEqual(now, operations) {
			t.Errorf("the late attempts changed the operations:\n%+v\n%+v", operations, now)
		}
		p.house.Check(t, "shared")
		p.goesOn(t)
		p.house.Tidy(t, patience)
	})
}

// goesOn checks that the first server works as if nothing had happened.
func (p *pair) goesOn(t *testing.T) {
	t.Helper()
	data := packageOf(77, 50_000)
	ctx, stop := context.WithTimeout(t.Context(), patience)
	defer stop()
	client := p.first.Client()
	a, err := client.Create(ctx, "shared", Creation{Key: "after", Kind: faas.FromUpload, Zip: data})
	if err != nil || a.Operation == "" {
		t.Fatalf("status %d: %v", a.Status, err)
	}
	if end, err := client.Follow(ctx, a.Operation); err != nil || end.Number != int64(len(p.operations)+1) || end.SHA256 != sumOf(data) {
		t.Errorf("the next creation came to %+v: %v", end, err)
	}
}

func none(what string, list []string) error {
	if len(list) > 0 {
		return fmt.Errorf("%d %s are left", len(list), what)
	}
	return nil
}
