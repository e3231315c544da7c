package faults

import (
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"verso/archive/archivetest"
	"verso/blob/blobtest"
	"verso/faas"
)

// outcome is what became of one creation.
type outcome struct {
	Creation
	bad    bool
	answer Answer
	end    Status // when there was an operation
	err    error
}

// TestBadCreationsAmongAHundredTakeNoNumber (F16, F17): 100 creations at once, 30 of them bad: refused at the door, or
// later by the worker. On PostgreSQL two servers share the work.
func TestBadCreationsAmongAHundredTakeNoNumber(t *testing.T) {
	s3 := blobtest.S3(t)
	s3.MakeBucket("objects")
	all := hundred(s3)
	eachEngine(t, func(t *testing.T, database string) {
		o := Options{Database: database, S3: s3, Buckets: map[string]string{"objects": s3.URL("objects")}, Data: filepath.Join(t.TempDir(), "data")}
		servers := []*Server{Start(t, o)}
		if database != "" {
			o.Beside = servers[0].Server
			servers = append(servers, Start(t, o))
		}
		if err := servers[0].Client().CreateFunction(t.Context(), "crowded"); err != nil {
			t.Fatal(err)
		}
		list := slices.Clone(all)
		var crowd sync.WaitGroup
		for i := range list {
			client := servers[i%len(servers)].Client()
			crowd.Go(func() { list[i].run(t, client) })
		}
		crowd.Wait()
		made := judge(t, list)
		versions := servers[0].House().Check(t, "crowded")
		if len(versions) != 70 || made != 70 {
			t.Errorf("%d versions are there and %d clients were told of one; 70 were good", len(versions), made)
		}
	})
}

func (o *outcome) run(t *testing.T, client *Client) {
	o.answer, o.err = client.Create(t.Context(), "crowded", o.Creation)
	if o.err == nil && o.answer.Operation != "" {
		o.end, o.err = client.Follow(t.Context(), o.answer.Operation)
	}
}

// hundred are 70 good creations and 30 bad ones, shuffled by turns: hostile archives and wrong entrypoints, sent
// directly (refused with 422) and from the bucket (refused by the worker).
func hundred(s3 *blobtest.Server) []outcome {
	hostile := archivetest.Hostile()
	sound := packageOf(1, 20_000)
	s3.PutObject("objects", "good.zip", sound)
	var list []outcome
	for i := range 100 {
		c := Creation{Key: fmt.Sprint("crowd-", i), Kind: faas.FromUpload}
		sample := hostile[i*7%len(hostile)]
		for sample.Large {
			i++
			sample = hostile[i*7%len(hostile)]
		}
		kind := len(list) % 20
		switch kind {
		case 0, 7:
			c.Zip = sample.Make()
		case 3, 10:
			c.Zip, c.Entrypoint = packageOf(uint64(i), 30_000), "missing.handler"
		case 5:
			c.Kind, c.Object = faas.FromBucket, fmt.Sprintf("hostile-%d.zip", i)
			s3.PutObject("objects", c.Object, sample.Make())
		case 12:
			c.Kind, c.Object, c.Entrypoint = faas.FromBucket, "good.zip", "missing.handler"
		case 15, 16:
			c.Kind, c.Object, c.SHA256 = faas.FromBucket, "good.zip", sumOf(sound)
		default:
			c.Zip = packageOf(uint64(i), 30_000)
			c.SHA256 = sumOf(c.Zip)
		}
		list = append(list, outcome{Creation: c, bad: c.SHA256 == ""})
	}
	return list
}

// judge compares what each client was told with what it should have been told, and counts the versions made.
func judge(t *testing.T, list []outcome) (made int) {
	t.Helper()
	bad := 0
	for _, o := range list {
		if o.bad {
			bad++
		}
		switch {
		case o.err != nil:
			t.Errorf("%s: %v", o.Key, o.err)
		case !o.bad:
			if o.end.State != faas.Succeeded || o.end.SHA256 != o.SHA256 || o.end.Number < 1 {
				t.Errorf("%s: status %d, operation %+v instead of a version of %s: %.300s", o.Key, o.answer.Status, o.end, o.SHA256, problems(o.answer))
			}
			made++
		case o.Kind == faas.FromUpload:
			if o.answer.Status != http.StatusUnprocessableEntity || o.answer.Operation != "" {
				t.Errorf("%s: a bad upload is answered %d with operation %q", o.Key, o.answer.Status, o.answer.Operation)
			}
		case o.end.State != faas.Failed || o.end.Number != 0 || o.end.Cause == "":
			t.Errorf("%s: a bad object is answered %d and ends as %+v", o.Key, o.answer.Status, o.end)
		}
	}
	if bad != 30 {
		t.Errorf("%d creations are bad instead of 30", bad)
	}
	return made
}
