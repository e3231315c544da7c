package blob

import (
	"bytes"
	"errors"
	"io"
	"net"
	"slices"
	"strings"
	"testing"

	"verso/blob/blobtest"
	"verso/faas"
)

// environment answers like os.Getenv of a process that has these variables.
func environment(pairs ...string) func(string) string {
	return func(name string) string {
		for i := 0; i < len(pairs); i += 2 {
			if pairs[i] == name {
				return pairs[i+1]
			}
		}
		return ""
	}
}

func openBuckets(t *testing.T, connections map[string]string, getenv func(string) string) *Buckets {
	t.Helper()
	b, err := OpenBuckets(connections, getenv)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestBuckets(t *testing.T) {
	t.Parallel()
	server := blobtest.S3(t)
	server.MakeBucket("invoices")
	data := blobtest.Bytes(1, 700_000)
	etag := server.PutObject("invoices", "releases/1.zip", data)
	getenv := environment(
		"AWS_ACCESS_KEY_ID", server.AccessKey, "AWS_SECRET_ACCESS_KEY", server.SecretKey,
		"VERSO_BUCKET_NOT_MINE_ACCESS_KEY_ID", server.StrangerAccessKey,
		"VERSO_BUCKET_NOT_MINE_SECRET_ACCESS_KEY", server.StrangerSecretKey,
		"VERSO_BUCKET_WRONG_KEYS_ACCESS_KEY_ID", server.AccessKey, "VERSO_BUCKET_WRONG_KEYS_SECRET_ACCESS_KEY", "wrong-secret",
	)
	buckets := openBuckets(t, map[string]string{
		"invoices":   server.URL("invoices"),
		"prefixed":   strings.Replace(server.URL("invoices"), "invoices", "invoices/releases", 1),
		"not-mine":   server.URL("invoices"),
		"wrong-keys": server.URL("invoices"),
		"no-bucket":  server.URL("nowhere"),
		"down":       "s3://invoices?endpoint=http://" + closedAddress(t),
	}, getenv)

	if got, want := buckets.Names(), []string{"down", "invoices", "no-bucket", "not-mine", "prefixed", "wrong-keys"}; !slices.Equal(got, want) {
		t.Errorf("names %v, want %v", got, want)
	}
	for bucket, object := range map[string]string{"invoices": "releases/1.zip", "prefixed": "1.zip"} {
		info, err := buckets.Stat(t.Context(), bucket, object)
		if err != nil {
			t.Fatal(err)
		}
		if info.Bucket != bucket || info.Object != object || info.Size != int64(len(data)) || info.ETag != etag || info.Modified.IsZero() {
			t.Errorf("got %+v, want etag %s", info, etag)
		}
		if got := readObject(t, buckets, bucket, object, info.ETag); !bytes.Equal(got, data) {
			t.Errorf("%s has other bytes", bucket)
		}
	}

	for _, test := range []struct {
		bucket, object string
		kind           faas.Kind
		field, cure    string
	}{
		{"other", "releases/1.zip", faas.Invalid, "bucket", "Choose one of down, invoices"},
		{"invoices", "releases/2.zip", faas.NotFound, "object", "Check its name"},
		{"prefixed", "releases/1.zip", faas.NotFound, "object", "Check its name"},
		{"not-mine", "releases/1.zip", faas.Forbidden, "object", "Ask the operator to allow it"},
		{"wrong-keys", "releases/1.zip", faas.Forbidden, "object", "Ask the operator to allow it"},
		{"no-bucket", "releases/1.zip", faas.NotFound, "bucket", "Ask the operator to correct the connection"},
		{"down", "releases/1.zip", faas.Unavailable, "", "Try again in a moment"},
	} {
		_, stat := buckets.Stat(t.Context(), test.bucket, test.object)
		expectObjectError(t, "Stat", stat, test.bucket, test.object, test.kind, test.field, test.cure)
		_, open := buckets.Open(t.Context(), test.bucket, test.object, etag)
		expectObjectError(t, "Open", open, test.bucket, test.object, test.kind, test.field, test.cure)
	}
}

func TestBucketObjectChangesBetweenStatAndOpen(t *testing.T) {
	t.Parallel()
	server := blobtest.S3(t)
	server.MakeBucket("invoices")
	buckets := openBuckets(t, map[string]string{"invoices": server.URL("invoices")}, server.Getenv)
	server.PutObject("invoices", "1.zip", []byte("first"))
	info, err := buckets.Stat(t.Context(), "invoices", "1.zip")
	if err != nil {
		t.Fatal(err)
	}
	server.PutObject("invoices", "1.zip", []byte("other"))
	_, err = buckets.Open(t.Context(), "invoices", "1.zip", info.ETag)
	expectObjectError(t, "Open", err, "invoices", "1.zip", faas.Conflict, "object", "Check it again")
	server.RemoveObject("invoices", "1.zip")
	_, err = buckets.Open(t.Context(), "invoices", "1.zip", info.ETag)
	expectObjectError(t, "Open", err, "invoices", "1.zip", faas.NotFound, "object", "Check its name")
	_, err = buckets.Open(t.Context(), "invoices", "1.zip", "")
	expectObjectError(t, "Open", err, "", "1.zip", faas.Invalid, "object", "Check the object")
}

// What a name says is what is read, on a store that keeps objects as files.
func TestBucketObjectNames(t *testing.T) {
	t.Parallel()
	server := blobtest.S3(t)
	server.MakeBucket("invoices")
	buckets := openBuckets(t, map[string]string{"invoices": server.URL("invoices")}, server.Getenv)
	server.PutObject("invoices", "x.zip", []byte("must never be read for another name"))
	for _, name := range []string{"a b.zip", "ä/ö.zip", "a+b&c=d.zip", "q?.zip", "hash#.zip", "%2e%2e/y.zip", "%41.zip", "a%2fb.zip", "..a/b..", "back\\slash.zip", "~t;:@!$'()*,.zip"} {
		server.PutObject("invoices", name, []byte(name))
		info, err := buckets.Stat(t.Context(), "invoices", name)
		if err != nil {
			t.Errorf("%q: %v", name, err)
			continue
		}
		if got := readObject(t, buckets, "invoices", name, info.ETag); string(got) != name {
			t.Errorf("%q gave the object %q", name, got)
		}
	}
	for _, name := range []string{
		"", " ", "..", "../x.zip", "/x.zip", "//x.zip", "a//x.zip", "a/../x.zip", "./x.zip", "x.zip/.", "x.zip/", "a\x00", "a\r\nb", "a\x7f", "\xff",
		strings.Repeat("a", 1025),
	} {
		if _, err := buckets.Stat(t.Context(), "invoices", name); !faas.Is(err, faas.Invalid) || faas.ProblemsOf(err)[0].Field != "object" {
			t.Errorf("Stat %q: %v, want a refusal", name, err)
		}
		if _, err := buckets.Open(t.Context(), "invoices", name, "etag"); !faas.Is(err, faas.Invalid) {
			t.Errorf("Open %q: %v, want a refusal", name, err)
		}
	}
}

func TestOpenBucketsRefuses(t *testing.T) {
	t.Parallel()
	secret := "do-not-print"
	keys := environment("AWS_ACCESS_KEY_ID", "id", "AWS_SECRET_ACCESS_KEY", secret)
	for _, test := range []struct {
		name, url string
		getenv    func(string) string
		says      string
	}{
		{"Upper", "s3://b-1?region=r", keys, "must begin with a letter"},
		{"a_b", "s3://b-1?region=r", keys, "must begin with a letter"},
		{"a", "https://b-1", keys, "not an s3 URL"},
		{"a", "s3://id:do-not-print@bucket?region=r", keys, "must not hold keys"},
		{"a", "s3://bucket?region=r", environment(), "Set VERSO_BUCKET_A_ACCESS_KEY_ID and VERSO_BUCKET_A_SECRET_ACCESS_KEY, or AWS_ACCESS_KEY_ID"},
		{"a-b", "s3://bucket?region=r", environment("VERSO_BUCKET_A_B_ACCESS_KEY_ID", "id"), "VERSO_BUCKET_A_B_SECRET_ACCESS_KEY is not"},
		{"a", "s3://bucket?region=r", environment("AWS_SECRET_ACCESS_KEY", secret), "AWS_ACCESS_KEY_ID is not"},
	} {
		_, err := OpenBuckets(map[string]string{test.name: test.url}, test.getenv)
		if !faas.Is(err, faas.Invalid) || !strings.Contains(err.Error(), test.says) || strings.Contains(err.Error(), secret) {
			t.Errorf("%s %s: %v, want %q and no secret", test.name, test.url, err, test.says)
		}
	}
}

func expectObjectError(t *testing.T, verb string, err error, bucket, object string, kind faas.Kind, field, cure string) {
	t.Helper()
	var got *faas.Error
	if !errors.As(err, &got) || got.Kind != kind || got.Field != field {
		t.Errorf("%s %s %s: %v; want %s on the field %q", verb, bucket, object, err, kind, field)
		return
	}
	namesObject := strings.Contains(got.Message, object) || field == "bucket"
	if !strings.Contains(got.Message, bucket) || !namesObject || !strings.Contains(got.Message, cure) {
		t.Errorf("%s %s %s: the sentence %q names not all of bucket, object and %q", verb, bucket, object, got.Message, cure)
	}
	if strings.Contains(err.Error(), "secret") || strings.Contains(err.Error(), "Signature=") {
		t.Errorf("%s %s %s: %v shows more than it should", verb, bucket, object, err)
	}
}

func readObject(t *testing.T, buckets *Buckets, bucket, object, etag string) []byte {
	t.Helper()
	body, err := buckets.Open(t.Context(), bucket, object, etag)
	if err != nil {
		t.Fatal(err)
	}
	defer body.Close()
	data, err := io.ReadAll(body)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// closedAddress is an address of this machine on which nobody listens.
func closedAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}
