package main

import (
	"archive/zip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// address is a test server's.
func address(t *testing.T, h http.HandlerFunc) string {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return strings.TrimPrefix(server.URL, "http://")
}

func TestWireReadsWhatAServerSends(t *testing.T) {
	addr := address(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Location", "/there")
		w.Header().Set("Content-Length", "5")
		w.WriteHeader(http.StatusSeeOther)
		_, _ = io.WriteString(w, r.Header.Get("Hx-Request")+"!")
	})
	w, err := dial(addr)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	for range 3 { // on one connection
		a, err := w.get(request(addr, "/here", fragment), make([]byte, 1))
		if err != nil || a.Status != 303 || a.Location != "/there" || string(a.Body) != "true!" {
			t.Errorf("%+v, %v", a, err)
		}
	}
}

func TestWireWantsALength(t *testing.T) {
	addr := address(t, func(w http.ResponseWriter, _ *http.Request) {
		_ = http.NewResponseController(w).Flush()
		_, _ = io.WriteString(w, "in pieces")
	})
	if _, err := fetch(addr, "/"); err == nil {
		t.Error("an answer of unknown length was read")
	}
}

func TestSendIsAFormThatServersRead(t *testing.T) {
	files, err := zipPlan{files: 3, bytes: 3000}.pack(1)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "a.zip")
	if err := writeZip(path, files, "words"); err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var seen error
	addr := address(t, func(w http.ResponseWriter, r *http.Request) {
		seen = compareForm(r, want)
		w.Header().Set("Content-Length", "0")
	})
	w, err := dial(addr)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	a, err := w.send(addr, send{Method: "POST", Path: "/", File: path, Lines: []string{"X-Line: sent"}, Fields: map[string]string{"runtime": "nodejs22"}})
	if err != nil || a.Status != 200 || seen != nil {
		t.Errorf("%+v, %v, %v", a, err, seen)
	}
}

func compareForm(r *http.Request, want []byte) error {
	file, _, err := r.FormFile("package")
	if err != nil {
		return err
	}
	got, err := io.ReadAll(file)
	if err != nil {
		return err
	}
	if string(got) != string(want) || r.FormValue("runtime") != "nodejs22" || r.Header.Get("X-Line") != "sent" {
		return errors.New("the form is not what was sent")
	}
	return nil
}

func TestZipsAreWholeAndDiffer(t *testing.T) {
	for _, plan := range []zipPlan{{files: 5, bytes: 5000}, {files: 5, bytes: 5000, stored: true}} {
		files, err := plan.pack(1)
		if err != nil {
			t.Fatal(err)
		}
		sums := map[string]bool{}
		for _, words := range []string{"one", "two"} {
			path := filepath.Join(t.TempDir(), "a.zip")
			if err := writeZip(path, files, words); err != nil {
				t.Fatal(err)
			}
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			sum := sha256.Sum256(data)
			sums[hex.EncodeToString(sum[:])] = true
			checkZip(t, path, plan)
		}
		if len(sums) != 2 {
			t.Errorf("%+v: other words gave the same zip", plan)
		}
	}
}

// checkZip reads every file to its end, which compares the checksums.
func checkZip(t *testing.T, path string, plan zipPlan) {
	t.Helper()
	r, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var bytes int64
	for _, f := range r.File {
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		n, err := io.Copy(io.Discard, in)
		if err := errors.Join(err, in.Close()); err != nil {
			t.Errorf("%s: %v", f.Name, err)
		}
		if f.Name != "index.js" {
			bytes += n
		}
	}
	if len(r.File) != plan.files+1 || bytes != int64(plan.bytes) {
		t.Errorf("%d files of %d bytes, want %+v", len(r.File), bytes, plan)
	}
}

func TestReferenceStoresWhatItIsSent(t *testing.T) {
	folder := t.TempDir()
	sum, err := store(folder, strings.NewReader("package"))
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(filepath.Join(folder, sum))
	want := sha256.Sum256([]byte("package"))
	if err != nil || string(got) != "package" || sum != hex.EncodeToString(want[:]) {
		t.Errorf("%s holds %q, %v", sum, got, err)
	}
}
