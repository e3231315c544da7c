package faults

import (
	"math/rand/v2"
	"testing"
	"time"

	"verso/blob/blobtest"
)

// TestKilledServersKeepWhatTheyAcknowledged (F01): a server is killed at random moments while clients create versions in
// all three ways. VERSO_FAULTS_SEED repeats a run, VERSO_FAULTS_ROUNDS makes it longer.
func TestKilledServersKeepWhatTheyAcknowledged(t *testing.T) {
	seed := uint64(number(t, "VERSO_FAULTS_SEED", time.Now().UnixNano()))
	rounds := int(number(t, "VERSO_FAULTS_ROUNDS", 4))
	t.Logf("VERSO_FAULTS_SEED=%d VERSO_FAULTS_ROUNDS=%d", seed, rounds)
	t.Parallel()
	eachEngine(t, func(t *testing.T, database string) {
		t.Parallel()
		s3 := blobtest.S3(t)
		s3.MakeBucket("objects")
		o := Options{
			Database: database, S3: s3, Buckets: map[string]string{"objects": s3.URL("objects")},
			Args: []string{"--janitor-every=500ms", "--janitor-grace=1s"},
		}
		if database != "" {
			s3.MakeBucket("packages")
			o.Blobs = s3.URL("packages")
		}
		s := Start(t, o)
		crowd := NewCrowd(t, s, s3, seed)
		random := rand.New(rand.NewPCG(seed, 1))
		for round := range rounds {
			moment := time.Duration(200+random.IntN(1300)) * time.Millisecond
			done := make(chan struct{})
			go func() { defer close(done); crowd.Run(within(t, patience), s, round, 6) }()
			time.Sleep(moment)
			s.Kill()
			<-done
			s.Start()
		}
		crowd.Settle(t, s)
		s.House().Tidy(t, patience)
	})
}
