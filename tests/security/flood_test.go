package security_test

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"runtime"
	"runtime/metrics"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"verso/handlers/sitetest"
)

func median(list []time.Duration) time.Duration {
	list = slices.Sorted(slices.Values(list))
	return list[len(list)/2]
}

// undisturbed is the time that a tenth of them stays below.
func undisturbed(list []time.Duration) time.Duration {
	list = slices.Sorted(slices.Values(list))
	return list[len(list)/10]
}

// watch looks again and again at how many passwords are being hashed and how much memory is in use, until it is told to
// stop. The client is in this process too, so the memory is more than the server's.
type watch struct {
	stop           chan struct{}
	done           sync.WaitGroup
	hashing, bytes int // the most that was seen
}

func startWatch() *watch {
	w := &watch{stop: make(chan struct{})}
	w.done.Go(func() {
		stacks := make([]byte, 4<<20)
		used := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}, {Name: "/memory/classes/heap/stacks:bytes"}}
		for {
			text := string(stacks[:runtime.Stack(stacks, true)])
			w.hashing = max(w.hashing, strings.Count(text, "golang.org/x/crypto/argon2.IDKey("))
			metrics.Read(used)
			w.bytes = max(w.bytes, int(used[0].Value.Uint64()+used[1].Value.Uint64()))
			select {
			case <-w.stop:
				return
			case <-time.After(20 * time.Millisecond):
			}
		}
	})
	return w
}

func (w *watch) end() {
	close(w.stop)
	w.done.Wait()
}

// Two hundred at once: no more are hashed than there are cores, who finds the queue full is told when to come back, and
// others are served meanwhile.
func TestS06AFloodOfSignInsIsServedInTurn(t *testing.T) {
	eachAlone(t, func(t *testing.T, s *sitetest.Site) {
		long := strings.Repeat("x", 1<<20)
		for _, flood := range []struct {
			password string
			statuses []int
			hashed   int // at once, at most
		}{
			{long, []int{http.StatusRequestEntityTooLarge}, 0},
			{wrong, []int{http.StatusUnauthorized, http.StatusTooManyRequests}, runtime.GOMAXPROCS(0)},
		} {
			runtime.GC()
			w := startWatch()
			got, slowest := floodSignIns(t, s, flood.password)
			w.end()
			t.Logf("answers %v; %d hashed at once, %d MiB, the health page took %s at most", got, w.hashing, w.bytes>>20, slowest)
			for status, n := range got {
				if !slices.Contains(flood.statuses, status) {
					t.Errorf("%d answers are %d", n, status)
				}
			}
			if w.hashing > flood.hashed {
				t.Errorf("%d passwords were hashed at once, %d may be", w.hashing, flood.hashed)
			}
			if flood.hashed > 0 && (w.hashing == 0 || got[http.StatusUnauthorized] == 0) {
				t.Errorf("nobody was seen hashing: %v", got)
			}
			if w.bytes > 256<<20 {
				t.Errorf("%d MiB were in use", w.bytes>>20)
			}
			if slowest > 2*time.Second {
				t.Errorf("another page took %s", slowest)
			}
		}
	})
}

// floodSignIns sends 200 forms at once, each of another name and address, and asks for another page until all are
// answered. It counts the answers by status, and tells the longest that the page took.
func floodSignIns(t *testing.T, s *sitetest.Site, password string) (got map[int]int, slowest time.Duration) {
	t.Helper()
	const n = 200
	statuses := make(chan int, n)
	client := &http.Client{Transport: &http.Transport{}, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	defer client.CloseIdleConnections()
	var senders sync.WaitGroup
	for i := range n {
		form := url.Values{"name": {fmt.Sprintf("name-%d", i)}, "password": {password}}
		r := at(t, s, fmt.Sprintf("203.0.113.%d", i)).Form(t, "/login", form)
		senders.Go(func() { statuses <- statusOf(client, r) })
	}
	all := make(chan struct{})
	go func() { senders.Wait(); close(all) }()
	other := s.Nobody(t)
	for running := true; running; {
		begun := time.Now()
		status(t, other.Get(t, "/healthz"), http.StatusOK)
		slowest = max(slowest, time.Since(begun))
		select {
		case <-all:
			running = false
		case <-time.After(5 * time.Millisecond):
		}
	}
	close(statuses)
	got = map[int]int{}
	for code := range statuses {
		got[code]++
	}
	return got, slowest
}

// statusOf sends a request; 0 when there is no answer. A 429 has to say when to come back, else it is -429.
func statusOf(client *http.Client, r *http.Request) int {
	res, err := client.Do(r)
	if err != nil {
		return 0
	}
	defer res.Body.Close()
	_, _ = io.Copy(io.Discard, res.Body)
	if res.StatusCode == http.StatusTooManyRequests && res.Header.Get("Retry-After") == "" {
		return -res.StatusCode
	}
	return res.StatusCode
}
