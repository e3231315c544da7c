package blob

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"verso/blob/blobtest"
	"verso/faas"
)

func TestOpenFolderByDefault(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	store, err := Open(t.Context(), "", dir, environment())
	if err != nil {
		t.Fatal(err)
	}
	keepBytes(t, store, []byte("package"))
	if _, err := os.Stat(filepath.Join(dir, "blobs", filepath.FromSlash(faas.PackageKey(blobtest.Sum([]byte("package")))))); err != nil {
		t.Error(err)
	}
}

func TestOpenS3ByURL(t *testing.T) {
	t.Parallel()
	server := blobtest.S3(t)
	server.MakeBucket("blobs")
	own := environment(
		"VERSO_BLOB_ACCESS_KEY_ID", server.AccessKey, "VERSO_BLOB_SECRET_ACCESS_KEY", server.SecretKey,
		"AWS_ACCESS_KEY_ID", "wrong", "AWS_SECRET_ACCESS_KEY", "wrong",
	)
	stranger := environment("AWS_ACCESS_KEY_ID", server.StrangerAccessKey, "AWS_SECRET_ACCESS_KEY", server.StrangerSecretKey)
	for _, getenv := range []func(string) string{own, server.Getenv} {
		store, err := Open(t.Context(), server.URL("blobs"), t.TempDir(), getenv)
		if err != nil {
			t.Fatal(err)
		}
		if err := store.Check(t.Context()); err != nil {
			t.Error(err)
		}
	}
	for _, test := range []struct {
		name, url string
		getenv    func(string) string
		kind      faas.Kind
		says      string
	}{
		{"no such bucket", server.URL("other"), server.Getenv, faas.NotFound, "does not exist"},
		{"stranger", server.URL("blobs"), stranger, faas.Forbidden, "refuses the server's keys"},
		{"no keys", server.URL("blobs"), environment(), faas.Invalid, "Set VERSO_BLOB_ACCESS_KEY_ID and VERSO_BLOB_SECRET_ACCESS_KEY, or AWS"},
		{"unknown parameter", server.URL("blobs") + "&color=red", server.Getenv, faas.Invalid, `"color"`},
	} {
		_, err := Open(t.Context(), test.url, t.TempDir(), test.getenv)
		if !faas.Is(err, test.kind) || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: %v; want %s, %q", test.name, err, test.kind, test.says)
		}
	}
	down, err := Open(t.Context(), "s3://blobs?endpoint=http://"+closedAddress(t), t.TempDir(), server.Getenv)
	if err != nil {
		t.Fatalf("a store that is down for now must not keep the program from starting: %v", err)
	}
	if err := down.Check(t.Context()); !faas.Is(err, faas.Unavailable) {
		t.Errorf("Check: %v, want Unavailable", err)
	}
}
