package blob

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"verso/blob/blobtest"
	"verso/faas"
)

// badStore is a store that answers as the handler does; the connection to it is called bad.
func badStore(t *testing.T, handler http.HandlerFunc) (*Buckets, *S3) {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	url := "s3://bucket?endpoint=" + server.URL + "&path-style=true"
	getenv := environment("AWS_ACCESS_KEY_ID", "owner", "AWS_SECRET_ACCESS_KEY", "owner-secret")
	buckets := openBuckets(t, map[string]string{"bad": url}, getenv)
	at, err := ParseLocation(url)
	if err != nil {
		t.Fatal(err)
	}
	store, err := OpenS3(at, Keys{ID: "owner", Secret: "owner-secret"}, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	return buckets, store
}

// object writes the headers of an object.
func object(w http.ResponseWriter, etag string, length int) {
	w.Header().Set("ETag", `"`+etag+`"`)
	w.Header().Set("Last-Modified", time.Unix(1_700_000_000, 0).UTC().Format(http.TimeFormat))
	w.Header().Set("Content-Length", strconv.Itoa(length))
}

func TestRedirectsAreNotFollowed(t *testing.T) {
	t.Parallel()
	inner := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		t.Errorf("the redirect was followed: %s with the header %v", r.URL, r.Header)
	}))
	defer inner.Close()
	for _, status := range []int{301, 302, 303, 307, 308} {
		buckets, store := badStore(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", inner.URL+"/inside")
			w.WriteHeader(status)
		})
		_, stat := buckets.Stat(t.Context(), "bad", "a.zip")
		expectObjectError(t, "Stat", stat, "bad", "a.zip", faas.Unavailable, "", "endpoint or region")
		_, open := buckets.Open(t.Context(), "bad", "a.zip", "etag")
		expectObjectError(t, "Open", open, "bad", "a.zip", faas.Unavailable, "", "endpoint or region")
		for name, err := range map[string]error{"Put": store.Put(t.Context(), "a", []byte("a")), "Check": store.Check(t.Context())} {
			if !faas.Is(err, faas.Unavailable) || !strings.Contains(err.Error(), "redirect") {
				t.Errorf("%d: %s says %v", status, name, err)
			}
		}
	}
}

func TestLyingStores(t *testing.T) {
	t.Parallel()
	const private = "inner-page-of-somebody"
	for _, test := range []struct {
		name   string
		answer http.HandlerFunc
		kind   faas.Kind
		read   bool // whether Open succeeds and reading fails
	}{
		{"shorter than announced", func(w http.ResponseWriter, _ *http.Request) {
			object(w, "etag", 1000)
			_, _ = io.WriteString(w, private)
		}, faas.Unavailable, true},
		{"a page instead of an object", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			_, _ = io.WriteString(w, "<html>"+private+"</html>")
		}, faas.Unavailable, false},
		{"another object in spite of If-Match", func(w http.ResponseWriter, _ *http.Request) {
			object(w, "other", len(private))
			_, _ = io.WriteString(w, private)
		}, faas.Conflict, false},
		{"a page as the reason", func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusForbidden)
			_, _ = io.WriteString(w, "<html>"+private)
		}, faas.Forbidden, false},
		{"a talkative error", func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusBadRequest)
			_, _ = io.WriteString(w, "<Error><Code>"+private+"</Code><Message>"+private+"</Message></Error>")
		}, faas.Internal, false},
	} {
		buckets, _ := badStore(t, test.answer)
		body, err := buckets.Open(t.Context(), "bad", "a.zip", "etag")
		if test.read {
			if err != nil {
				t.Errorf("%s: %v", test.name, err)
				continue
			}
			_, err = io.ReadAll(body)
			_ = body.Close()
		}
		if err == nil || faas.KindOf(err) != test.kind || strings.Contains(err.Error(), private) {
			t.Errorf("%s: %v; want %s and nothing of the body", test.name, err, test.kind)
		}
	}
}

func TestOpenPinsTheETag(t *testing.T) {
	t.Parallel()
	buckets, _ := badStore(t, func(w http.ResponseWriter, r *http.Request) {
		if got := r.Header.Get("If-Match"); got != `"the-etag"` {
			t.Errorf("asked with If-Match %s", got)
		}
		object(w, "the-etag", 0)
	})
	readObject(t, buckets, "bad", "a.zip", "the-etag")
}

func TestLongerThanAnnouncedIsCut(t *testing.T) {
	t.Parallel()
	buckets, _ := badStore(t, func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer conn.Close()
		_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nConnection: close\r\nETag: \"etag\"\r\nContent-Length: 5\r\n"+
			"Last-Modified: Tue, 14 Nov 2023 22:13:20 GMT\r\n\r\nfirst"+"and more")
	})
	if got := readObject(t, buckets, "bad", "a.zip", "etag"); string(got) != "first" {
		t.Errorf("got %d bytes, want the five announced", len(got))
	}
}

func TestGzipIsNotUnpacked(t *testing.T) {
	t.Parallel()
	packed := []byte("\x1f\x8b\x08 whatever a bomb would be")
	buckets, _ := badStore(t, func(w http.ResponseWriter, r *http.Request) {
		if got := r.Header.Get("Accept-Encoding"); strings.Contains(got, "gzip") {
			t.Errorf("the store was offered the encoding %q", got)
		}
		object(w, "etag", len(packed))
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write(packed)
	})
	if got := readObject(t, buckets, "bad", "a.zip", "etag"); !bytes.Equal(got, packed) {
		t.Errorf("got %q, want the bytes as they are stored", got)
	}
}

func TestRetriesAreBounded(t *testing.T) {
	t.Parallel()
	requests := &journal{}
	buckets, store := badStore(t, func(w http.ResponseWriter, r *http.Request) {
		requests.note(r)
		w.WriteHeader(http.StatusServiceUnavailable)
	})
	_, err := buckets.Open(t.Context(), "bad", "a.zip", "etag")
	expectObjectError(t, "Open", err, "bad", "a.zip", faas.Unavailable, "", "Try again")
	if got := requests.take(); len(got) != attempts {
		t.Errorf("%d requests were sent, want %d", len(got), attempts)
	}
	if err := store.Put(t.Context(), "a", []byte("a")); !faas.Is(err, faas.Unavailable) {
		t.Errorf("Put: %v, want Unavailable", err)
	}
	if got := requests.take(); len(got) != attempts {
		t.Errorf("%d requests were sent, want %d", len(got), attempts)
	}
}

func TestOneFailureIsRetried(t *testing.T) {
	t.Parallel()
	requests := &journal{}
	_, store := badStore(t, func(w http.ResponseWriter, r *http.Request) {
		got, err := io.ReadAll(r.Body)
		if err != nil || string(got) != "the whole body" {
			t.Errorf("got the body %q, %v", got, err)
		}
		if requests.note(r) == 1 {
			w.WriteHeader(http.StatusInternalServerError)
		}
	})
	if err := store.Put(t.Context(), "a", []byte("the whole body")); err != nil {
		t.Error(err)
	}
}

func TestContextEndsARequest(t *testing.T) {
	t.Parallel()
	hang := make(chan struct{})
	buckets, store := badStore(t, func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-hang:
		case <-r.Context().Done():
		}
	})
	defer close(hang)
	for name, ask := range map[string]func(context.Context) error{
		"Stat": func(ctx context.Context) error { _, err := buckets.Stat(ctx, "bad", "a.zip"); return err },
		"Put":  func(ctx context.Context) error { return store.Put(ctx, "a", []byte("a")) },
		"Each": func(ctx context.Context) error { return store.Each(ctx, func(faas.BlobInfo) error { return nil }) },
	} {
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		began := time.Now()
		err := ask(ctx)
		cancel()
		if !faas.Is(err, faas.Unavailable) || time.Since(began) > 5*time.Second {
			t.Errorf("%s ended after %s with %v, want Unavailable at once", name, time.Since(began), err)
		}
	}
}

// A package is one PUT of known length whose sha256 is signed, however large it is.
func TestKeepIsOneRequest(t *testing.T) {
	t.Parallel()
	requests := &journal{}
	_, store := badStore(t, func(_ http.ResponseWriter, r *http.Request) {
		requests.note(r)
		if n, err := io.Copy(io.Discard, r.Body); n != r.ContentLength || err != nil {
			t.Errorf("%d bytes came, %v; announced were %d", n, err, r.ContentLength)
		}
	})
	data := blobtest.Bytes(1, 20<<20)
	key := keepBytes(t, store, data)
	got := requests.take()
	if len(got) != 1 {
		t.Fatalf("%d requests were sent, want one", len(got))
	}
	r := got[0]
	if r.Method != http.MethodPut || r.RequestURI != "/bucket/"+key || r.ContentLength != int64(len(data)) {
		t.Errorf("%s %s with %d bytes", r.Method, r.RequestURI, r.ContentLength)
	}
	if sum := r.Header.Get("X-Amz-Content-Sha256"); sum != blobtest.Sum(data) {
		t.Errorf("the signed sha256 is %q", sum)
	}
}

func TestObjectNamesAreSentExactly(t *testing.T) {
	t.Parallel()
	requests := &journal{}
	buckets, _ := badStore(t, func(w http.ResponseWriter, r *http.Request) {
		requests.note(r)
		object(w, "etag", 0)
	})
	for name, want := range map[string]string{
		"a/b.zip": "a/b.zip", "%2e%2e/x": "%252e%252e/x", "%2f": "%252f", "a b": "a%20b", "a+b": "a%2Bb", "ä": "%C3%A4", "?a=b#c": "%3Fa%3Db%23c",
		"..a/b..": "..a/b..", "back\\slash": "back%5Cslash", "a:b@c": "a%3Ab%40c",
	} {
		if _, err := buckets.Stat(t.Context(), "bad", name); err != nil {
			t.Errorf("%q: %v", name, err)
		}
		if got := requests.take(); len(got) != 1 || got[0].RequestURI != "/bucket/"+want {
			t.Errorf("%q was asked for as %v", name, got)
		}
	}
}

func TestStoreWithoutRanges(t *testing.T) {
	t.Parallel()
	_, store := badStore(t, func(w http.ResponseWriter, _ *http.Request) {
		object(w, "etag", 10)
		_, _ = io.WriteString(w, "0123456789")
	})
	file, err := store.Range(t.Context(), "a")
	if err != nil {
		t.Fatal(err)
	}
	if n, err := file.ReadAt(make([]byte, 2), 5); n != 0 || !faas.Is(err, faas.Unavailable) {
		t.Errorf("read %d bytes, %v; want a refusal of bytes from elsewhere", n, err)
	}
}

func TestFetchOfABrokenDownload(t *testing.T) {
	t.Parallel()
	_, store := badStore(t, func(w http.ResponseWriter, _ *http.Request) {
		object(w, "etag", 1000)
		_, _ = io.WriteString(w, "the beginning")
	})
	if _, err := store.Fetch(t.Context(), "a", blobtest.Sum(nil)); !faas.Is(err, faas.Unavailable) {
		t.Errorf("Fetch: %v, want Unavailable", err)
	}
	if _, err := store.Get(t.Context(), "a", 1000); !faas.Is(err, faas.Unavailable) {
		t.Errorf("Get: %v, want Unavailable", err)
	}
}

// journal remembers requests.
type journal struct {
	mu   sync.Mutex
	list []*http.Request
}

func (j *journal) note(r *http.Request) (count int) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.list = append(j.list, r)
	return len(j.list)
}

func (j *journal) take() []*http.Request {
	j.mu.Lock()
	defer j.mu.Unlock()
	list := j.list
	j.list = nil
	return list
}
