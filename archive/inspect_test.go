package archive_test

import (
	"archive/zip"
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"verso/archive"
	"verso/archive/archivetest"
	"verso/faas"
)

func inspect(b []byte) (archive.Inspection, error) {
	return archive.Inspect(context.Background(), bytes.NewReader(b), int64(len(b)), faas.DefaultLimits())
}

// bounded inspects within the bounds that hold for every archive, good or bad. All that is ever allocated is counted,
// which is more than what is in use at once.
func bounded(t *testing.T, b []byte) (archive.Inspection, error) {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start := processorTime(t)
	in, err := inspect(b)
	took := processorTime(t) - start
	runtime.ReadMemStats(&after)
	if took > 5*time.Second {
		t.Errorf("took %v of processor time, want at most 5s", took)
	}
	if used := after.TotalAlloc - before.TotalAlloc; used > 64<<20 {
		t.Errorf("allocated %d bytes, want at most 64 MiB", used)
	}
	t.Logf("%d bytes: %v, %d bytes allocated", len(b), took, after.TotalAlloc-before.TotalAlloc)
	return in, err
}

func TestHostileAreRefused(t *testing.T) {
	samples := archivetest.Hostile()
	if len(samples) < 60 {
		t.Errorf("there are %d hostile samples, want at least 60", len(samples))
	}
	seen := map[string]bool{}
	for _, s := range samples {
		if seen[s.Name] {
			t.Errorf("two samples are called %s", s.Name)
		}
		seen[s.Name] = true
		t.Run(s.Name, func(t *testing.T) {
			_, err := bounded(t, s.Make())
			checkRefusal(t, err, s)
		})
	}
}

func checkRefusal(t *testing.T, err error, s archivetest.Sample) {
	t.Helper()
	if err == nil {
		t.Fatal("was accepted")
	}
	var e *faas.Error
	if !errors.As(err, &e) {
		t.Fatalf("error %v is not a *faas.Error", err)
	}
	kind := faas.Invalid
	if s.Large {
		kind = faas.TooLarge
	}
	if e.Kind != kind || e.Field != "package" {
		t.Errorf("kind %v, field %q; want %v, package: %s", e.Kind, e.Field, kind, e.Message)
	}
	if s.Reason == "" || !strings.Contains(e.Message, s.Reason) {
		t.Errorf("message %q lacks %q", e.Message, s.Reason)
	}
	if len(e.Message) > 600 || !strings.HasSuffix(e.Message, ".") || faas.CheckText("", "", e.Message, 600) != nil {
		t.Errorf("message is not a short, printable sentence: %q", e.Message)
	}
}

func TestVerdictDoesNotDependOnProcessors(t *testing.T) {
	// Five bad entries, far enough apart to be in different workers' hands; the first must be named each time.
	b := archivetest.Big(40, 8_000_000, 1)
	in, err := inspect(b)
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range []int{12, 13, 20, 25, 39} {
		f := in.Manifest.Files[i]
		b[f.Offset+f.Packed-1] ^= 1
	}
	first := slices.MinFunc([]int{12, 13, 20, 25, 39}, func(a, b int) int {
		return cmp.Compare(in.Manifest.Files[a].Offset, in.Manifest.Files[b].Offset)
	})
	want := fmt.Sprintf("The entry %q is damaged", in.Manifest.Files[first].Path)
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, procs := range []int{1, 2, 4, 16} {
		runtime.GOMAXPROCS(procs)
		for range 10 {
			if _, err := inspect(b); err == nil || !strings.HasPrefix(err.Error(), want) {
				t.Errorf("with %d processors: %v, want %s", procs, err, want)
			}
		}
	}
}

func TestLimitsAreTheCallers(t *testing.T) {
	b := archivetest.Zip(map[string]string{"index.js": strings.Repeat("x", 1000), "lib/": "", "lib/a.js": "1234"})
	exact := faas.Limits{UploadBytes: int64(len(b)), UnpackedBytes: 1004, Entries: 3}
	tests := []struct {
		name   string
		change func(*faas.Limits)
		want   string
	}{
		{"exact", func(*faas.Limits) {}, ""},
		{"bucket only", func(l *faas.Limits) { l.UploadBytes, l.BucketBytes = 0, l.UploadBytes }, ""},
		{"nothing allowed", func(l *faas.Limits) { *l = faas.Limits{} }, "The zip has"},
		{"size", func(l *faas.Limits) { l.UploadBytes-- }, "The zip has"},
		{"entries", func(l *faas.Limits) { l.Entries-- }, "3 entries; 2 are allowed"},
		{"unpacked", func(l *faas.Limits) { l.UnpackedBytes-- }, "unpacks to more than 1003 bytes"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l := exact
			tt.change(&l)
			_, err := archive.Inspect(context.Background(), bytes.NewReader(b), int64(len(b)), l)
			if tt.want == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			if !faas.Is(err, faas.TooLarge) || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want TooLarge with %q", err, tt.want)
			}
		})
	}
}

// failing fails every read that touches a range.
type failing struct {
	io.ReaderAt
	from, to int
	err      error
}

func (f failing) ReadAt(p []byte, off int64) (int, error) {
	if int(off) < f.to && int(off)+len(p) > f.from {
		return 0, f.err
	}
	return f.ReaderAt.ReadAt(p, off)
}

func TestStoreErrorsAreNotRefusals(t *testing.T) {
	small := archivetest.Big(2000, 4_000_000, 1) // with a directory longer than the tail
	stored := archivetest.Zip(map[string]string{"index.js": "x"})
	for _, s := range archivetest.Good() {
		if s.Name == "one_big_stored_file" {
			stored = s.Make()
		}
	}
	half := strings.Repeat("stored as it is", 50_000)
	two := rezip(t, map[string]string{"a": half, "b": half}, []string{"a", "b"}, zip.Store)
	in, err := inspect(two)
	if err != nil {
		t.Fatal(err)
	}
	behind := in.Manifest.Files[0].Offset + in.Manifest.Files[0].Packed
	gone := faas.Errorf(faas.Unavailable, "the store does not answer")
	tests := []struct {
		name     string
		zip      []byte
		from, to int
	}{
		{"end record", small, len(small) - 1, len(small)},
		{"directory", small, len(small) - 150_000, len(small) - 149_999},
		{"first entries", small, 10, 11},
		{"entries in the middle", small, 2_000_000, 2_000_001},
		{"stored data", stored, 5_000_000, 5_000_001},
		{"data descriptor", two, int(behind), int(behind) + 1},
		{"deflated data", archivetest.Big(1, 4_000_000, 1), 2_000_000, 2_000_001},
		{"no zip", make([]byte, 200_000), 0, 4},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := failing{bytes.NewReader(tt.zip), tt.from, tt.to, gone}
			_, err := archive.Inspect(context.Background(), r, int64(len(tt.zip)), faas.DefaultLimits())
			if !errors.Is(err, gone) {
				t.Errorf("got %v, want the store's error", err)
			}
		})
	}
	_, err = archive.Inspect(context.Background(), bytes.NewReader(small[:len(small)/2]), int64(len(small)), faas.DefaultLimits())
	if !errors.Is(err, io.ErrUnexpectedEOF) || !faas.Is(err, faas.Internal) {
		t.Errorf("a file shorter than said: got %v, want an internal error", err)
	}
}

// cancelling cancels when bytes behind an offset are first read, and counts what is read after that.
type cancelling struct {
	io.ReaderAt
	behind int64
	cancel context.CancelFunc
	after  *atomic.Int64
}

func (c cancelling) ReadAt(p []byte, off int64) (int, error) {
	if off >= c.behind && off < 2*c.behind {
		c.cancel()
		c.after.Add(int64(len(p)))
	}
	return c.ReaderAt.ReadAt(p, off)
}

func TestCancelStops(t *testing.T) {
	for _, n := range []int{1, 4, 1000} {
		b := archivetest.Big(n, 9_000_000, 1)
		ctx, cancel := context.WithCancel(context.Background())
		r := cancelling{bytes.NewReader(b), int64(len(b) / 3), cancel, new(atomic.Int64)}
		_, err := archive.Inspect(ctx, r, int64(len(b)), faas.DefaultLimits())
		if !errors.Is(err, context.Canceled) || !faas.Is(err, faas.Unavailable) {
			t.Errorf("%d files: got %v, want context.Canceled", n, err)
		}
		if after := r.after.Load(); after > 1<<20 {
			t.Errorf("%d files: %d bytes were read after the end was asked for", n, after)
		}
		cancel()
	}
}

// tailOnly is a file of which only the last bytes can be read.
type tailOnly struct {
	size int64
	tail []byte
}

func (f tailOnly) ReadAt(p []byte, off int64) (int, error) {
	start := f.size - int64(len(f.tail))
	clear(p)
	for i := range p {
		if at := off + int64(i) - start; at >= 0 {
			p[i] = f.tail[at]
		}
	}
	if off < f.size-(1<<17) {
		return 0, errors.New("the file was read before its directory was judged")
	}
	return len(p), nil
}

func TestDirectoryIsJudgedBeforeItIsRead(t *testing.T) {
	const entries, record = 65000, 46 + 1024
	end := []byte("PK\x05\x06\x00\x00\x00\x00")
	end = binary.LittleEndian.AppendUint16(end, entries)
	end = binary.LittleEndian.AppendUint16(end, entries)
	end = binary.LittleEndian.AppendUint32(end, entries*record)
	end = binary.LittleEndian.AppendUint32(end, 1000)
	end = append(end, 0, 0)
	size := int64(1000 + entries*record + len(end))
	_, err := archive.Inspect(context.Background(), tailOnly{size, end}, size, faas.DefaultLimits())
	if !faas.Is(err, faas.TooLarge) || !strings.Contains(err.Error(), "list of names takes 69550000 bytes; 16 MiB are allowed") {
		t.Errorf("65,000 names of 1024 bytes: %v", err)
	}
}
