package faas_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"verso/faas"
)

func TestKeysOfRequests(t *testing.T) {
	for key, ok := range map[string]bool{
		"": true, "k-1": true, "a b~!": true, strings.Repeat("k", 128): true,
		strings.Repeat("k", 129): false, "a\x00b": false, "a\nb": false, "\x7f": false, "ключ": false, "\xff": false,
	} {
		err := faas.CheckKey(key)
		if (err == nil) != ok || (err != nil && fieldsOf(err)[0] != "key") {
			t.Errorf("%.10q: %v", key, err)
		}
	}
}

func TestStagesKeepTheirFirstTime(t *testing.T) {
	at := &faas.Attempt{Operation: faas.Operation{Kind: faas.CreateVersion}}
	first := time.Unix(100, 0)
	for i, stage := range faas.StagesOf(faas.CreateVersion) {
		if at.Waiting() != stage {
			t.Fatalf("waiting for %s, want %s", at.Waiting(), stage)
		}
		at.Mark(stage, first.Add(time.Duration(i)*time.Second))
		at.Mark(stage, first.Add(time.Hour))
	}
	if at.Waiting() != "" {
		t.Errorf("still waiting for %s", at.Waiting())
	}
	if got := at.Stages()[4].At; !got.Equal(first.Add(4 * time.Second)) {
		t.Errorf("published at %s", got)
	}
}

func TestKindOf(t *testing.T) {
	var p faas.Problems
	p.Add("name", "Enter a name.")
	lost := faas.Errorf(faas.NotFound, "gone")
	for want, err := range map[faas.Kind]error{
		faas.Internal:    errors.New("disk on fire"),
		faas.Invalid:     fmt.Errorf("create: %w", p.Err()),
		faas.NotFound:    fmt.Errorf("read: %w", lost),
		faas.Unavailable: fmt.Errorf("query: %w", context.DeadlineExceeded),
	} {
		if got := faas.KindOf(err); got != want {
			t.Errorf("KindOf(%v) = %s, want %s", err, got, want)
		}
	}
	hidden := &faas.Error{Kind: faas.Internal, Err: lost}
	if faas.KindOf(hidden) != faas.Internal {
		t.Error("a wrapped kind shines through an Internal one")
	}
	if faas.Is(nil, faas.Internal) {
		t.Error("no error has a kind")
	}
}

func TestKeysOfBlobs(t *testing.T) {
	sha := "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	for key, ok := range map[string]bool{
		faas.PackageKey(sha): true, faas.ManifestKey(sha): true,
		"packages/" + sha + ".zip": false, "packages/ff/" + sha + ".zip": false, "x/01/" + sha + ".zip": false,
		"packages/01/" + sha + ".txt": false, "packages/01/short.zip": false, "": false,
	} {
		if got, mine := faas.SHA256OfKey(key); mine != ok || (ok && got != sha) {
			t.Errorf("SHA256OfKey(%q) = %q, %v", key, got, mine)
		}
	}
}
