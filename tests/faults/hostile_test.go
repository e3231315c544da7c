package faults

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"verso/archive/archivetest"
	"verso/blob/blobtest"
	"verso/faas"
)

// What one hostile archive may cost.
const (
	hostileTime   = 5 * time.Second
	hostileMemory = 64 * faas.MiB
)

// TestEveryHostileArchiveIsRefusedByAllWaysIn (S59): with the same reason by upload and from a bucket, quickly, in
// little memory, and nothing is left of it that could be copied.
func TestEveryHostileArchiveIsRefusedByAllWaysIn(t *testing.T) {
	needProc(t)
	s3 := blobtest.S3(t)
	s3.MakeBucket("objects")
	s := Start(t, Options{S3: s3, Buckets: map[string]string{"objects": s3.URL("objects")}, Args: []string{"--janitor-every=1s", "--janitor-grace=1s"}})
	client := s.Client()
	if err := client.CreateFunction(t.Context(), "fortress"); err != nil {
		t.Fatal(err)
	}
	warmUp(t, client, "warm")
	samples := archivetest.Hostile()
	if len(samples) < 60 {
		t.Fatalf("there are only %d hostile archives", len(samples))
	}
	anonymous, peak := s.Rise(t, func() {
		for _, sample := range samples {
			data := sample.Make()
			t.Run(sample.Name+"/upload", func(t *testing.T) { refusedAsUpload(t, client, sample, data) })
			s3.PutObject("objects", "hostile.zip", data)
			t.Run(sample.Name+"/bucket", func(t *testing.T) { refusedFromBucket(t, client, sample) })
		}
	})
	t.Logf("%d archives: memory rose by %.1f MiB of its own, %.1f MiB resident", len(samples), mib(anonymous), mib(peak))
	if anonymous > hostileMemory || peak > hostileMemory {
		t.Errorf("memory rose by %.1f MiB of its own and %.1f MiB resident; %d MiB are allowed", mib(anonymous), mib(peak), hostileMemory/faas.MiB)
	}
	a, err := client.Create(t.Context(), "fortress", Creation{Kind: faas.FromCopy, Copy: 1})
	if err != nil || a.Status != http.StatusUnprocessableEntity || a.Operation != "" {
		t.Errorf("a copy of what was refused is answered %d: %v", a.Status, err)
	}
	house := s.House()
	if list := house.Check(t, "fortress"); len(list) != 0 {
		t.Errorf("hostile archives made %d versions", len(list))
	}
	house.Tidy(t, patience)
}

// warmUp has a server use once what every server has in use after a minute, with a function of its own.
func warmUp(t *testing.T, client *Client, function string) {
	t.Helper()
	if err := client.CreateFunction(t.Context(), function); err != nil {
		t.Fatal(err)
	}
	a, err := client.Create(t.Context(), function, Creation{Kind: faas.FromUpload, Zip: packageOf(1, 5_000_000)})
	if err == nil {
		_, err = client.Follow(t.Context(), a.Operation)
	}
	if err != nil {
		t.Fatalf("status %d: %v", a.Status, err)
	}
}

func refusedAsUpload(t *testing.T, client *Client, sample archivetest.Sample, data []byte) {
	start := time.Now()
	a, err := client.Create(t.Context(), "fortress", Creation{Kind: faas.FromUpload, Zip: data})
	want := http.StatusUnprocessableEntity
	if sample.Large {
		want = http.StatusRequestEntityTooLarge
	}
	if err != nil || a.Status != want || a.Operation != "" {
		t.Errorf("answered %d with operation %q instead of %d: %v", a.Status, a.Operation, want, err)
	}
	reason := sample.Reason
	if int64(len(data)) > faas.DefaultLimits().UploadBytes+faas.MiB {
		reason = "larger than" // the form is not even read, so nobody knows more of it
	}
	if !strings.Contains(a.Text, reason) {
		t.Errorf("the page does not say %q: %.500s", reason, problems(a))
	}
	inTime(t, start)
}

func refusedFromBucket(t *testing.T, client *Client, sample archivetest.Sample) {
	start := time.Now()
	a, err := client.Create(t.Context(), "fortress", Creation{Kind: faas.FromBucket, Object: "hostile.zip"})
	if err == nil && a.Operation == "" {
		err = fmt.Errorf("status %d: %.500s", a.Status, problems(a))
	}
	if err != nil {
		t.Fatal(err)
	}
	end, err := client.Follow(t.Context(), a.Operation)
	if err != nil || end.State != faas.Failed || end.Number != 0 || !strings.Contains(end.Cause, sample.Reason) {
		t.Errorf("the operation ends as %+v instead of failing with %q: %v", end, sample.Reason, err)
	}
	inTime(t, start)
}

func inTime(t *testing.T, start time.Time) {
	t.Helper()
	if took := time.Since(start); took > hostileTime {
		t.Errorf("the refusal took %s; %s are allowed", took, hostileTime)
	}
}
