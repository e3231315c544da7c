package blob

import (
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"verso/faas"
)

func TestParseLocation(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]Location{
		"s3://bucket?region=eu-1":                                 {Bucket: "bucket", Host: "s3.amazonaws.com", Secure: true, Region: "eu-1"},
		"s3://my.bucket-1/a/b/?region=eu-1":                       {Bucket: "my.bucket-1", Prefix: "a/b", Host: "s3.amazonaws.com", Secure: true, Region: "eu-1"},
		"s3://bucket?endpoint=https://host":                       {Bucket: "bucket", Host: "host", Secure: true, Region: "us-east-1"},
		"s3://bucket?endpoint=http%3A%2F%2Fh:9000/":               {Bucket: "bucket", Host: "h:9000", Region: "us-east-1"},
		"s3://bucket?endpoint=https://[::1]:9":                    {Bucket: "bucket", Host: "[::1]:9", Secure: true, Region: "us-east-1"},
		"s3://bucket?region=x&endpoint=https://h&path-style=true": {Bucket: "bucket", Host: "h", Secure: true, Region: "x", PathStyle: "true"},
	} {
		if got, err := ParseLocation(text); err != nil || got != want {
			t.Errorf("%s: got %+v, %v; want %+v", text, got, err, want)
		}
	}
	for text, says := range map[string]string{
		"":                                        "not an s3 URL",
		"bucket":                                  "not an s3 URL",
		"s3:bucket":                               "not an s3 URL",
		"gs://bucket?region=r":                    "not an s3 URL",
		"s3://%zz":                                "not an s3 URL",
		"s3://?region=r":                          "valid bucket name",
		"s3://Bucket?region=r":                    "valid bucket name",
		"s3://bucket:9000?region=r":               "valid bucket name",
		"s3://id:secret@bucket?region=r":          "must not hold keys",
		"s3://bucket?region=r#x":                  "must not contain #",
		"s3://bucket/a//b?region=r":               "prefix",
		"s3://bucket/../b?region=r":               "prefix",
		"s3://bucket/%2e%2e?region=r":             "prefix",
		"s3://bucket":                             "needs a region",
		"s3://bucket?region=":                     "one value",
		"s3://bucket?region=a&region=b":           "one value",
		"s3://bucket?region=a;b":                  "cannot be read",
		"s3://bucket?region=r&secret-key=secret":  `unknown parameter "secret-key"`,
		"s3://bucket?region=r&path-style=yes":     "true or false",
		"s3://bucket?endpoint=host":               "https://host or",
		"s3://bucket?endpoint=ftp://host":         "https://host or",
		"s3://bucket?endpoint=file:///etc":        "https://host or",
		"s3://bucket?endpoint=unix:///run/s":      "https://host or",
		"s3://bucket?endpoint=https://h/path":     "https://host or",
		"s3://bucket?endpoint=https://h%3Fq":      "https://host or",
		"s3://bucket?endpoint=https://a:secret@h": "https://host or",
		"s3://bucket?endpoint=https://":           "https://host or",
	} {
		_, err := ParseLocation(text)
		if !faas.Is(err, faas.Invalid) || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v, want %q", text, err, says)
		}
		if err != nil && strings.Contains(strings.ReplaceAll(err.Error(), "secret-key", ""), "secret") {
			t.Errorf("%s: the error repeats the key", text)
		}
	}
}

func TestKeysDoNotPrint(t *testing.T) {
	t.Parallel()
	keys := Keys{ID: "the-id", Secret: "the-secret"}
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("keys", "keys", keys)
	for _, text := range []string{fmt.Sprint(keys), fmt.Sprintf("%v %+v %#v %s", keys, &keys, keys, keys), log.String()} {
		if strings.Contains(text, "the-") {
			t.Errorf("printed as %s", text)
		}
	}
}

func TestFindKeys(t *testing.T) {
	t.Parallel()
	getenv := environment("A_ACCESS_KEY_ID", "a", "A_SECRET_ACCESS_KEY", "1", "B_ACCESS_KEY_ID", "b", "B_SECRET_ACCESS_KEY", "2")
	for _, test := range []struct {
		prefixes []string
		want     string
	}{{[]string{"A", "B"}, "a"}, {[]string{"B", "A"}, "b"}, {[]string{"C", "B"}, "b"}} {
		if got, err := findKeys(getenv, test.prefixes...); err != nil || got.ID != test.want {
			t.Errorf("%v: %v, %v", test.prefixes, got.ID, err)
		}
	}
}
