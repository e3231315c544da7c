package faults

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"verso/archive/archivetest"
	"verso/faas"
)

// TestEightLargestUploadsAtOnceTakeLittleMemory: the largest packages that may be sent, half of them of 5,000 files.
func TestEightLargestUploadsAtOnceTakeLittleMemory(t *testing.T) {
	needProc(t)
	const atOnce, most = 8, 32 * faas.MiB
	s := Start(t, Options{})
	client := s.Client()
	if err := client.CreateFunction(t.Context(), "heavy"); err != nil {
		t.Fatal(err)
	}
	warmUp(t, client, "warm")
	var files []string
	for i := range atOnce {
		files = append(files, largest(t, i))
	}
	time.Sleep(time.Second)
	anonymous, peak := s.Rise(t, func() {
		var all sync.WaitGroup
		for i, path := range files {
			all.Go(func() {
				if err := sendFile(t, client, path, fmt.Sprint("heavy-", i)); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
	})
	t.Logf("memory rose by %.1f MiB of its own, %.1f MiB resident", mib(anonymous), mib(peak))
	if anonymous > most {
		t.Errorf("memory rose by %.1f MiB; %d MiB are allowed", mib(anonymous), most/faas.MiB)
	}
	if list := s.House().Check(t, "heavy"); len(list) != atOnce {
		t.Errorf("%d versions are there", len(list))
	}
}

// largest writes a package of just under 50 MiB to a file, so that the test's own memory stays free.
func largest(t *testing.T, i int) string {
	t.Helper()
	files := 500
	if i%2 == 1 {
		files = 5000
	}
	path := filepath.Join(t.TempDir(), "large.zip")
	data := archivetest.Big(files, 50*faas.MiB-int64(files)*300, uint64(100+i))
	if len(data) > 50<<20 || len(data) < 48<<20 {
		t.Fatalf("the package has %d bytes", len(data))
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func sendFile(t *testing.T, client *Client, path, key string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	a, err := client.Send(t.Context(), "heavy", Creation{Key: key, Kind: faas.FromUpload}, file, info.Size())
	if err == nil && a.Status != http.StatusSeeOther {
		err = fmt.Errorf("status %d: %.300s", a.Status, problems(a))
	}
	return err
}

// TestClientsThatVanishLeaveNothing (F33, scaled down): no spool, descriptor or goroutine is left of uploads that break
// off after 60 %.
func TestClientsThatVanishLeaveNothing(t *testing.T) {
	needProc(t)
	const clients, slack = 100, 20 // a database pool comes and goes with some of both; a leak would be of each client
	s := Start(t, Options{})
	client := s.Client()
	if err := client.CreateFunction(t.Context(), "deserted"); err != nil {
		t.Fatal(err)
	}
	warmUp(t, client, "warm")
	client.HTTP.CloseIdleConnections()
	descriptors, goroutines := atRest(t, s)
	data := packageOf(3, 1_000_000)
	part := data[:len(data)*6/10]
	var all sync.WaitGroup
	for i := range clients {
		all.Go(func() {
			body := io.MultiReader(bytes.NewReader(part), &trickle{r: bytes.NewReader(nil), speed: 20, stall: closed()})
			one := s.Client()
			a, err := one.Send(t.Context(), "deserted", Creation{Key: fmt.Sprint("gone-", i), Kind: faas.FromUpload}, body, int64(len(data)))
			if err == nil {
				t.Errorf("client %d was answered %d", i, a.Status)
			}
		})
	}
	all.Wait()
	Until(t, "nothing is left of the clients", patience, func() error {
		if spools := s.Spools(); len(spools) > 0 {
			return fmt.Errorf("%d spools are left", len(spools))
		}
		if d, g := atRest(t, s); d > descriptors+slack || g > goroutines+slack {
			return fmt.Errorf("%d descriptors instead of %d, %d goroutines instead of %d", d, descriptors, g, goroutines)
		}
		return nil
	})
	house := s.House()
	if n := len(house.Operations(t, house.Function(t, "deserted"))); n > 0 {
		t.Errorf("%d operations were made", n)
	}
}

func closed() <-chan struct{} {
	c := make(chan struct{})
	close(c)
	return c
}

// atRest counts what the server has open.
func atRest(t *testing.T, s *Server) (descriptors, goroutines int) {
	t.Helper()
	client := s.Client()
	defer client.HTTP.CloseIdleConnections()
	goroutines, err := client.Goroutines(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if descriptors, err = s.Descriptors(); err != nil {
		t.Fatal(err)
	}
	return descriptors, goroutines
}
