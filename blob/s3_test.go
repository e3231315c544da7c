package blob

import (
	"bytes"
	"fmt"
	"os"
	"strings"
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

// Bytes that are damaged on their way must not become an object.
func TestS3RefusesOtherBytesThanSigned(t *testing.T) {
	t.Parallel()
	server := blobtest.S3(t)
	server.MakeBucket("blobs")
	store := openS3(t, server, "blobs", "")
	err := store.putObject(t.Context(), "a.zip", strings.NewReader("damaged"), blobtest.Sum([]byte("sent")))
	if err == nil {
		t.Fatal("the store took other bytes than the signed sha256 says")
	}
	if _, err := store.Stat(t.Context(), "a.zip"); !faas.Is(err, faas.NotFound) {
		t.Errorf("Stat: %v, want NotFound", err)
	}
}

func TestS3FindsWrongBytes(t *testing.T) {
	t.Parallel()
	server := blobtest.S3(t)
	server.MakeBucket("blobs")
	store := openS3(t, server, "blobs", "")
	data := blobtest.Bytes(1, 20<<20)
	key := keepBytes(t, store, data)
	wrong := bytes.Clone(data)
	wrong[10<<20] ^= 1
	server.PutObject("blobs", key, wrong)
	if _, err := store.Fetch(t.Context(), key, blobtest.Sum(data)); err == nil || faas.KindOf(err) != faas.Internal {
		t.Errorf("got %v, want Internal", err)
	}
	keepBytes(t, store, data)
	file, err := store.Fetch(t.Context(), key, blobtest.Sum(data))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if names, err := os.ReadDir(store.root.Name()); err != nil || len(names) != 0 {
		t.Errorf("the spool holds %v, %v; want nothing with a name", names, err)
	}
}

func TestS3OfAStranger(t *testing.T) {
	t.Parallel()
	server := blobtest.S3(t)
	server.MakeBucket("blobs")
	at, err := ParseLocation(server.URL("blobs"))
	if err != nil {
		t.Fatal(err)
	}
	store, err := OpenS3(at, Keys{ID: server.StrangerAccessKey, Secret: server.StrangerSecretKey}, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	_, get := store.Get(t.Context(), "a", 10)
	for name, err := range map[string]error{
		"Get": get, "Put": store.Put(t.Context(), "a", nil), "Check": store.Check(t.Context()),
		"Each": store.Each(t.Context(), func(faas.BlobInfo) error { return nil }),
	} {
		if !faas.Is(err, faas.Forbidden) || strings.Contains(err.Error(), server.StrangerAccessKey) {
			t.Errorf("%s: %v, want Forbidden without the key's id", name, err)
		}
	}
}
