package blob

import (
	"fmt"
	"sync/atomic"
	"testing"

	"verso/blob/blobtest"
	"verso/faas"
)

func TestS3Conforms(t *testing.T) {
	t.Parallel()
	server := blobtest.S3(t)
	var buckets atomic.Int64
	for _, prefix := range []string{"", "deep/er"} {
		t.Run("prefix "+prefix, func(t *testing.T) {
			blobtest.Run(t, func(t *testing.T) faas.Blobs {
				bucket := fmt.Sprintf("blobs-%d", buckets.Add(1))
				server.MakeBucket(bucket)
				return openS3(t, server, bucket, prefix)
			})
		})
	}
}

func openS3(t *testing.T, server *blobtest.Server, bucket, prefix string) *S3 {
	t.Helper()
	at, err := ParseLocation(server.URL(bucket))
	if err != nil {
		t.Fatal(err)
	}
	at.Prefix = prefix
	store, err := OpenS3(at, Keys{ID: server.AccessKey, Secret: server.SecretKey}, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	return store
}
