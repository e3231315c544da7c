package main

import (
	"strings"
	"testing"
	"time"

	"verso/faas"
)

func TestSizes(t *testing.T) {
	for text, want := range map[string]int64{
		"0": 0, "7": 7, "7B": 7, "1KiB": faas.KiB, "50MiB": 50 * faas.MiB, "50 MiB": 50 * faas.MiB, "8GiB": 8 * faas.GiB,
		"": -1, "MiB": -1, "50MB": -1, "-1": -1, "1.5GiB": -1, "9999999999GiB": -1,
	} {
		var s size
		err := s.UnmarshalText([]byte(text))
		if (err != nil) != (want < 0) || (err == nil && int64(s) != want) {
			t.Errorf("%q is %d, error %v", text, s, err)
		}
	}
	for s, want := range map[size]string{0: "0 B", 5: "5 B", size(50 * faas.MiB): "50 MiB", size(faas.GiB): "1 GiB", size(faas.KiB + 1): "1025 B"} {
		if s.String() != want {
			t.Errorf("%d is written %q, want %q", int64(s), s, want)
		}
	}
}

func TestPrintedSettingsHoldNoSecret(t *testing.T) {
	for url, kept := range map[string]string{
		"postgres://verso:canary@db.example:5432/verso?sslmode=require":             "sslmode=require",
		"postgres://db.example/verso?user=u&password=canary&sslmode=disable":        "db.example",
		"s3://packages?endpoint=https://s3.example&region=x&secret=canary":          "s3.example",
		"s3://key:canary@packages?endpoint=https://s3.example&region=eu&path-style": "region=eu",
		"s3://\x7fcanary": "unreadable",
	} {
		got := strings.Join(settings{location: location{DatabaseURL: url}, BlobURL: url, Bucket: map[string]string{"releases": url}}.lines(), "\n")
		if strings.Contains(got, "canary") || !strings.Contains(got, kept) {
			t.Errorf("%q is printed as\n%s", url, got)
		}
	}
}

func TestLimits(t *testing.T) {
	good := limitFlags{Upload: 1, Bucket: 2, Unpacked: 3, Entries: 4, Memory: size(faas.GiB), Timeout: time.Minute}
	l, err := good.limits()
	if err != nil || l.UploadBytes != 1 || l.Entries != 4 || l.MemoryMax != faas.GiB || l.TimeoutMax != time.Minute || l.MemoryMin != 128*faas.MiB {
		t.Errorf("limits are %+v, error %v", l, err)
	}
	for _, spoil := range []func(*limitFlags){
		func(f *limitFlags) { f.Upload = 0 }, func(f *limitFlags) { f.Entries = -1 },
		func(f *limitFlags) { f.Memory = 1 }, func(f *limitFlags) { f.Timeout = 0 },
	} {
		bad := good
		spoil(&bad)
		if _, err := bad.limits(); err == nil {
			t.Errorf("limits %+v were taken", bad)
		}
	}
}
