package security_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"testing"

	"verso/db/dbtest"
	"verso/handlers"
)

// noTrace fails the test when a secret stands anywhere that outlives its request: in the log, in any row or byte of the
// database, in the folder of the packages. It looks for the usual ways to write it, too.
func (w *world) noTrace(t *testing.T, secrets ...string) {
	t.Helper()
	places := map[string][]byte{"the log": []byte(w.Log.String()), "the database": dbtest.Dump(t, w.Database)}
	err := filepath.WalkDir(w.Blobs, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			places["the file "+filepath.Base(path)], err = os.ReadFile(path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(places["the log"]) == 0 {
		t.Error("the log is empty: nobody could find anything in it")
	}
	for _, secret := range secrets {
		for _, form := range written(secret) {
			for place, data := range places {
				if at := bytes.Index(data, []byte(form)); at >= 0 {
					t.Errorf("%s holds %s: …%q…", place, form, data[max(0, at-80):min(len(data), at+80)])
				}
			}
		}
	}
}

// written is a text in the ways in which it could have been written down.
func written(secret string) []string {
	return []string{
		secret, url.QueryEscape(secret), hex.EncodeToString([]byte(secret)), base64.StdEncoding.EncodeToString([]byte(secret)),
		base64.RawURLEncoding.EncodeToString([]byte(secret)), string(bytes.ToUpper([]byte(secret))),
	}
}

// metricsToken opens the metrics of a site that is panicking.
const metricsToken = "canary-metrics-token-of-32-bytes"

// panicking makes a page fail in the worst way.
func panicking(c *handlers.Config) {
	c.MetricsToken = metricsToken
	c.Metrics = http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("the metrics are broken") })
}

// emptyFolder removes every file below a folder.
func emptyFolder(t *testing.T, folder string) {
	t.Helper()
	removed := 0
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			removed++
			return os.Remove(path)
		}
		return err
	})
	if err != nil || removed == 0 {
		t.Fatalf("%d files removed, %v", removed, err)
	}
}
