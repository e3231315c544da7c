package blobtest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"verso/faas"
)

// Run is the conformance of faas.Blobs. open is called once for each test and returns an empty store.
func Run(t *testing.T, open func(t *testing.T) faas.Blobs) {
	t.Helper()
	for _, test := range []struct {
		name string
		run  func(*testing.T, faas.Blobs)
	}{
		{"stage counts and hashes", stageCountsAndHashes},
		{"stage stops at the limit", stageStopsAtTheLimit},
		{"stage passes a broken upload on", stagePassesABrokenUploadOn},
		{"stage ends with its context", stageEndsWithItsContext},
		{"nothing is visible before keep", nothingIsVisibleBeforeKeep},
		{"keep twice", keepTwice},
		{"keep again after delete", keepAgainAfterDelete},
		{"equal packages are one", equalPackagesAreOne},
		{"keep heals damaged bytes", keepHealsDamagedBytes},
		{"keep one key at once", keepOneKeyAtOnce},
		{"fetch compares all bytes", fetchComparesAllBytes},
		{"range reads anywhere", rangeReadsAnywhere},
		{"put and get", putAndGet},
		{"missing keys", missingKeys},
		{"keys of other shapes", keysOfOtherShapes},
		{"each", each},
		{"stat tells the time", statTellsTheTime},
		{"sweep spares the living", sweepSparesTheLiving},
		{"check", check},
	} {
		t.Run(test.name, func(t *testing.T) { test.run(t, open(t)) })
	}
}

// Bytes are n bytes that do not compress, the same for the same seed.
func Bytes(seed uint64, n int) []byte {
	data := make([]byte, n)
	var key [32]byte
	key[0], key[1] = byte(seed), byte(seed>>8)
	_, _ = rand.NewChaCha8(key).Read(data)
	return data
}

// Sum is the sha256 of data in lower-case hexadecimal.
func Sum(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

func stageCountsAndHashes(t *testing.T, store faas.Blobs) {
	for _, size := range []int{0, 1, 4095, 256<<10 - 1, 256 << 10, 256<<10 + 1, 3<<20 + 7} {
		data := Bytes(uint64(size), size)
		for how, r := range map[string]io.Reader{
			"whole": bytes.NewReader(data), "halves": iotest.HalfReader(bytes.NewReader(data)),
			"data with the end": iotest.DataErrReader(bytes.NewReader(data)),
		} {
			s := stage(t, store, r, int64(size))
			if s.Size() != int64(size) || s.SHA256() != Sum(data) {
				t.Fatalf("%d bytes, %s: got %d bytes with sha256 %s", size, how, s.Size(), s.SHA256())
			}
			if got := readAll(t, s, s.Size()); !bytes.Equal(got, data) {
				t.Fatalf("%d bytes, %s: the staged bytes differ", size, how)
			}
		}
	}
}

func stageStopsAtTheLimit(t *testing.T, store faas.Blobs) {
	for _, limit := range []int64{0, 1, 1000, 256<<10 - 1, 256 << 10, faas.MiB} {
		r := &counter{r: endless{}}
		_, err := store.Stage(t.Context(), r, limit)
		if !faas.Is(err, faas.TooLarge) || faas.ProblemsOf(err)[0].Field != "package" {
			t.Fatalf("limit %d: got %v, want TooLarge on package", limit, err)
		}
		if r.n != limit+1 {
			t.Errorf("limit %d: %d bytes were read, want one more than the limit", limit, r.n)
		}
	}
	_, err := store.Stage(t.Context(), endless{}, 2*faas.MiB)
	if err == nil || !strings.Contains(err.Error(), "2 MiB") {
		t.Errorf("the sentence %q does not name the limit of 2 MiB", err)
	}
}

func stagePassesABrokenUploadOn(t *testing.T, store faas.Blobs) {
	for _, broken := range []error{io.ErrUnexpectedEOF, errors.New("line cut")} {
		r := io.MultiReader(bytes.NewReader(Bytes(1, 300<<10)), iotest.ErrReader(broken))
		if _, err := store.Stage(t.Context(), r, faas.MiB); !errors.Is(err, broken) {
			t.Errorf("got %v, want %v", err, broken)
		}
	}
}

func stageEndsWithItsContext(t *testing.T, store faas.Blobs) {
	ctx, cancel := context.WithCancel(t.Context())
	r := &counter{r: endless{}, at: faas.MiB, then: cancel}
	if _, err := store.Stage(ctx, r, faas.GiB); !errors.Is(err, context.Canceled) || !faas.Is(err, faas.Unavailable) {
		t.Errorf("got %v, want the context's end", err)
	}
}

func nothingIsVisibleBeforeKeep(t *testing.T, store faas.Blobs) {
	data := Bytes(2, 10_000)
	s := stage(t, store, bytes.NewReader(data), faas.MiB)
	key := faas.PackageKey(s.SHA256())
	if _, err := store.Stat(t.Context(), key); !faas.Is(err, faas.NotFound) {
		t.Errorf("before Keep, Stat says %v", err)
	}
	if got := keys(t, store); len(got) != 0 {
		t.Errorf("before Keep there are %v", got)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Errorf("closing twice: %v", err)
	}
	if got := keys(t, store); len(got) != 0 {
		t.Errorf("after Close without Keep there are %v", got)
	}
}

func keepTwice(t *testing.T, store faas.Blobs) {
	data := Bytes(3, 300_000)
	s := stage(t, store, bytes.NewReader(data), faas.MiB)
	for _, key := range []string{faas.PackageKey(s.SHA256()), faas.PackageKey(s.SHA256()), "packages/other/key.zip"} {
		keep(t, s, key)
		if got := readAll(t, s, s.Size()); !bytes.Equal(got, data) {
			t.Errorf("after Keep as %s the staged bytes differ", key)
		}
		fetch(t, store, key, data)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	fetch(t, store, faas.PackageKey(Sum(data)), data)
}

func keepAgainAfterDelete(t *testing.T, store faas.Blobs) {
	data := Bytes(4, 50_000)
	s := stage(t, store, bytes.NewReader(data), faas.MiB)
	key := faas.PackageKey(s.SHA256())
	keep(t, s, key)
	if err := store.Delete(t.Context(), key); err != nil {
		t.Fatal(err)
	}
	keep(t, s, key)
	fetch(t, store, key, data)
}

func equalPackagesAreOne(t *testing.T, store faas.Blobs) {
	data := Bytes(5, 50_000)
	for range 3 {
		s := stage(t, store, bytes.NewReader(data), faas.MiB)
		keep(t, s, faas.PackageKey(s.SHA256()))
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if got := keys(t, store); len(got) != 1 {
		t.Errorf("there are %v, want one key", got)
	}
	fetch(t, store, faas.PackageKey(Sum(data)), data)
}

func keepHealsDamagedBytes(t *testing.T, store faas.Blobs) {
	data := Bytes(6, 50_000)
	key := faas.PackageKey(Sum(data))
	for _, damaged := range [][]byte{Bytes(7, len(data)), data[:100], {}} {
		if err := store.Put(t.Context(), key, damaged); err != nil {
			t.Fatal(err)
		}
		s := stage(t, store, bytes.NewReader(data), faas.MiB)
		keep(t, s, key)
		fetch(t, store, key, data)
	}
}

func keepOneKeyAtOnce(t *testing.T, store faas.Blobs) {
	data := Bytes(8, 200_000)
	key := faas.PackageKey(Sum(data))
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			s, err := store.Stage(t.Context(), bytes.NewReader(data), faas.MiB)
			if err != nil {
				t.Error(err)
				return
			}
			if err := errors.Join(s.Keep(t.Context(), key), s.Keep(t.Context(), key), s.Close()); err != nil {
				t.Error(err)
			}
			if file, err := store.Fetch(t.Context(), key, Sum(data)); err != nil {
				t.Error(err)
			} else if err := file.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	fetch(t, store, key, data)
}

func fetchComparesAllBytes(t *testing.T, store faas.Blobs) {
	data := Bytes(9, 700_000)
	key := faas.PackageKey(Sum(data))
	flipped := bytes.Clone(data)
	flipped[len(flipped)-1] ^= 1
	for name, wrong := range map[string][]byte{
		"last bit": flipped, "cut": data[:len(data)-1], "longer": append(bytes.Clone(data), 0), "empty": {},
	} {
		if err := store.Put(t.Context(), key, wrong); err != nil {
			t.Fatal(err)
		}
		file, err := store.Fetch(t.Context(), key, Sum(data))
		if err == nil || faas.KindOf(err) != faas.Internal || file != nil {
			t.Errorf("%s: got %v, want Internal and no file", name, err)
		}
	}
}

func rangeReadsAnywhere(t *testing.T, store faas.Blobs) {
	data := Bytes(10, 900_000)
	if err := store.Put(t.Context(), "packages/range.zip", data); err != nil {
		t.Fatal(err)
	}
	file, err := store.Range(t.Context(), "packages/range.zip")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if file.Size() != int64(len(data)) {
		t.Fatalf("size %d, want %d", file.Size(), len(data))
	}
	for _, part := range []struct{ off, n int }{
		{0, 10}, {5, 0}, {899_990, 10}, {1000, 400_000}, {300_000, 7}, {299_999, 7}, {0, 900_000},
	} {
		got := make([]byte, part.n)
		if n, err := file.ReadAt(got, int64(part.off)); n != part.n || err != nil && !errors.Is(err, io.EOF) {
			t.Errorf("%d bytes at %d: %d, %v", part.n, part.off, n, err)
		}
		if !bytes.Equal(got, data[part.off:part.off+part.n]) {
			t.Errorf("%d bytes at %d differ", part.n, part.off)
		}
	}
	got := make([]byte, 20)
	if n, err := file.ReadAt(got, 899_990); n != 10 || !errors.Is(err, io.EOF) || !bytes.Equal(got[:n], data[899_990:]) {
		t.Errorf("over the end: %d bytes, %v; want 10 and EOF", n, err)
	}
	if n, err := file.ReadAt(got, 900_000); n != 0 || !errors.Is(err, io.EOF) {
		t.Errorf("at the end: %d bytes, %v; want none and EOF", n, err)
	}
}

func putAndGet(t *testing.T, store faas.Blobs) {
	key := faas.ManifestKey(Sum(nil))
	for _, text := range []string{"first", "", "a longer third"} {
		if err := store.Put(t.Context(), key, []byte(text)); err != nil {
			t.Fatal(err)
		}
		got, err := store.Get(t.Context(), key, int64(len(text)))
		if err != nil || string(got) != text {
			t.Errorf("got %q, %v; want %q", got, err, text)
		}
	}
	if _, err := store.Get(t.Context(), key, 13); !faas.Is(err, faas.TooLarge) {
		t.Errorf("14 bytes with a limit of 13: %v, want TooLarge", err)
	}
}

func missingKeys(t *testing.T, store faas.Blobs) {
	ctx, key := t.Context(), faas.PackageKey(Sum(nil))
	_, stat := store.Stat(ctx, key)
	_, get := store.Get(ctx, key, 10)
	_, fetched := store.Fetch(ctx, key, Sum(nil))
	_, ranged := store.Range(ctx, key)
	for name, err := range map[string]error{"Stat": stat, "Get": get, "Fetch": fetched, "Range": ranged} {
		if !faas.Is(err, faas.NotFound) {
			t.Errorf("%s: %v, want NotFound", name, err)
		}
	}
	if err := store.Delete(ctx, key); err != nil {
		t.Errorf("Delete: %v, want nothing", err)
	}
}

func keysOfOtherShapes(t *testing.T, store faas.Blobs) {
	for _, key := range []string{
		"", ".", "..", "/a", "a/", "a//b", "../a", "a/../b", "a\\b", "A", "a b", "a\x00", "%2e", "spool/a", "spool", "check", "ä",
		strings.Repeat("a", 513),
	} {
		if err := store.Put(t.Context(), key, []byte("x")); err == nil {
			t.Errorf("the key %q was taken", key)
		}
		if _, err := store.Get(t.Context(), key, 10); err == nil || faas.Is(err, faas.NotFound) {
			t.Errorf("reading the key %q: %v, want a refusal", key, err)
		}
	}
}

func each(t *testing.T, store faas.Blobs) {
	want := map[string]int64{}
	for i := range 12 {
		key := faas.PackageKey(Sum([]byte{byte(i)}))
		want[key] = int64(i)
		if err := store.Put(t.Context(), key, make([]byte, i)); err != nil {
			t.Fatal(err)
		}
	}
	stage(t, store, strings.NewReader("spooled"), 100)
	if err := store.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := keys(t, store); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %v, want %v", got, want)
	}
	enough, calls := errors.New("enough"), 0
	err := store.Each(t.Context(), func(faas.BlobInfo) error { calls++; return enough })
	if !errors.Is(err, enough) || calls != 1 {
		t.Errorf("after %d calls: %v; want to end with the first error", calls, err)
	}
	err = store.Each(t.Context(), func(b faas.BlobInfo) error { return store.Delete(t.Context(), b.Key) })
	if got := keys(t, store); err != nil || len(got) != 0 {
		t.Errorf("after deleting each: %v, %v", got, err)
	}
}

// What counts is the time of Keep, not that of Stage, and Keep of a key that is there makes it new.
func statTellsTheTime(t *testing.T, store faas.Blobs) {
	early := stage(t, store, strings.NewReader("package"), 100)
	late := stage(t, store, strings.NewReader("other"), 100)
	keep(t, early, "packages/a.zip")
	first := stat(t, store, "packages/a.zip")
	if first.Key != "packages/a.zip" || first.Size != 7 || time.Since(first.Modified).Abs() > time.Minute {
		t.Errorf("got %+v", first)
	}
	time.Sleep(1100 * time.Millisecond) // an object store tells whole seconds
	keep(t, early, "packages/a.zip")
	keep(t, late, "packages/b.zip")
	for _, key := range []string{"packages/a.zip", "packages/b.zip"} {
		if now := stat(t, store, key); !now.Modified.After(first.Modified) {
			t.Errorf("%s was kept a second later and says %v, not after %v", key, now.Modified, first.Modified)
		}
	}
}

func sweepSparesTheLiving(t *testing.T, store faas.Blobs) {
	s := stage(t, store, strings.NewReader("package"), 100)
	if n, err := store.Sweep(t.Context(), 0); n != 0 || err != nil {
		t.Errorf("swept %d, %v; want nothing while its process lives", n, err)
	}
	keep(t, s, "packages/a.zip")
	fetch(t, store, "packages/a.zip", []byte("package"))
}

func check(t *testing.T, store faas.Blobs) {
	for range 2 {
		if err := store.Check(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if got := keys(t, store); len(got) != 0 {
		t.Errorf("Check left %v", got)
	}
}
