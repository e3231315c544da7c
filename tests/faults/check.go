package faults

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"verso/blob"
	"verso/db"
	"verso/faas"
)

// House is a server's data, read through the contracts and not through the server.
type House struct {
	Store faas.Store
	Blobs faas.Blobs

	server *Server
}

// House opens the server's data beside it.
func (s *Server) House() *House {
	s.tb.Helper()
	store, err := db.Open(context.Background(), db.Config{URL: s.options.Database, Dir: s.options.Data})
	if err != nil {
		s.tb.Fatalf("open the database: %v", err)
	}
	s.tb.Cleanup(func() { _ = store.Close() }) // it was only read from
	getenv := func(string) string { return "" }
	if s.options.S3 != nil {
		getenv = s.options.S3.Getenv
	}
	blobs, err := blob.Open(context.Background(), s.options.Blobs, s.options.Data, getenv)
	if err != nil {
		s.tb.Fatalf("open the package store: %v", err)
	}
	return &House{Store: store, Blobs: blobs, server: s}
}

// Function finds a function of the default project.
func (h *House) Function(tb testing.TB, name string) faas.Function {
	tb.Helper()
	p, err := h.Store.ProjectByName(tb.Context(), "default")
	if err != nil {
		tb.Fatal(err)
	}
	f, err := h.Store.FunctionByName(tb.Context(), p.ID, name)
	if err != nil {
		tb.Fatal(err)
	}
	return f
}

// Versions lists all versions of a function, #1 first.
func (h *House) Versions(tb testing.TB, f faas.Function) []faas.VersionRow {
	tb.Helper()
	var all []faas.VersionRow
	page := faas.Page{Size: 100}
	for {
		list, err := h.Store.Versions(tb.Context(), faas.VersionFilter{FunctionID: f.ID, Oldest: true, Page: page})
		if err != nil {
			tb.Fatal(err)
		}
		all = append(all, list.Items...)
		if list.Next == "" {
			return all
		}
		page.After = list.Next
	}
}

// Operations lists all operations of a function, newest first.
func (h *House) Operations(tb testing.TB, f faas.Function, states ...faas.OperationState) []faas.Operation {
	tb.Helper()
	var all []faas.Operation
	page := faas.Page{Size: 100}
	for {
		list, err := h.Store.Operations(tb.Context(), faas.OperationFilter{ProjectID: f.ProjectID, FunctionID: f.ID, States: states, Page: page})
		if err != nil {
			tb.Fatal(err)
		}
		all = append(all, list.Items...)
		if list.Next == "" {
			return all
		}
		page.After = list.Next
	}
}

// Idle waits until no operation of the function is left to do.
func (h *House) Idle(tb testing.TB, f faas.Function, within time.Duration) {
	tb.Helper()
	Until(tb, "every operation ends", within, func() error {
		if open := h.Operations(tb, f, faas.Queued, faas.Running); len(open) > 0 {
			return fmt.Errorf("%d are open, %s is %s in attempt %d", len(open), open[0].ID, open[0].State, open[0].Attempt)
		}
		return nil
	})
}

// Check looks at everything that must hold of a function while its server runs and nobody writes: operations are over,
// numbers are 1..n, a version stands for each success and none for a failure, and each has bytes of its hash.
func (h *House) Check(tb testing.TB, name string) []faas.VersionRow {
	tb.Helper()
	f := h.Function(tb, name)
	h.Idle(tb, f, patience)
	f = h.Function(tb, name)
	list := h.Versions(tb, f)
	made := map[string]faas.VersionRow{}
	for i, v := range list {
		if v.Number != int64(i+1) {
			tb.Errorf("version %d in the list is #%d", i+1, v.Number)
		}
		made[v.ID] = v
		h.download(tb, name, v)
	}
	if f.LastNumber != int64(len(list)) {
		tb.Errorf("the function says that its newest version is #%d; there are %d versions", f.LastNumber, len(list))
	}
	h.checkOperations(tb, f, made)
	h.checkLatest(tb, f)
	if said, err := h.server.Command("check", "--deep"); err != nil || !strings.Contains(said, " 0 broken") {
		tb.Errorf("verso check --deep: %v: %s", err, said)
	}
	return list
}

func (h *House) checkOperations(tb testing.TB, f faas.Function, made map[string]faas.VersionRow) {
	tb.Helper()
	succeeded := 0
	for _, op := range h.Operations(tb, f) {
		v, there := made[op.VersionID]
		success := op.State == faas.Succeeded
		if success {
			succeeded++
		}
		if success != there || op.Number != v.Number || !op.State.Done() || success != (op.Failure == nil) {
			tb.Errorf("operation %s is %s and says #%d; its version is there: %t, #%d; failure %+v", op.ID, op.State, op.Number, there, v.Number, op.Failure)
		}
	}
	if succeeded != len(made) {
		tb.Errorf("%d operations succeeded and %d versions are there", succeeded, len(made))
	}
}

func (h *House) checkLatest(tb testing.TB, f faas.Function) {
	tb.Helper()
	tags, err := h.Store.Tags(tb.Context(), f.ID)
	if err != nil {
		tb.Fatal(err)
	}
	if f.LastNumber > 0 && (len(tags) != 1 || tags[0].Name != faas.Latest || tags[0].Number != f.LastNumber) {
		tb.Errorf("the newest version is #%d and the tags are %+v", f.LastNumber, tags)
	}
}

// download compares the bytes that a client gets with the hash that the version names.
func (h *House) download(tb testing.TB, function string, v faas.VersionRow) {
	tb.Helper()
	path := fmt.Sprintf("%s/projects/default/functions/%s/versions/%d/package", h.server.URL, function, v.Number)
	r, err := http.NewRequestWithContext(tb.Context(), http.MethodGet, path, nil)
	if err != nil {
		tb.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+h.server.Token())
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		tb.Errorf("download #%d: %v", v.Number, err)
		return
	}
	defer response.Body.Close()
	hash := sha256.New()
	n, err := io.Copy(hash, response.Body)
	if sum := hex.EncodeToString(hash.Sum(nil)); err != nil || response.StatusCode != http.StatusOK || n != v.Size || sum != v.SHA256 {
		tb.Errorf("download #%d: status %d, %d bytes with sha-256 %s instead of %d with %s: %v", v.Number, response.StatusCode, n, sum, v.Size, v.SHA256, err)
	}
}

// Tidy waits until the janitor has left nothing that no version names: no blob, and no spool of a dead process.
func (h *House) Tidy(tb testing.TB, within time.Duration) {
	tb.Helper()
	Until(tb, "the janitor cleans up", within, func() error {
		if spools := h.server.Spools(); len(spools) > 0 {
			return fmt.Errorf("%d spools are left", len(spools))
		}
		return h.orphans(tb.Context())
	})
}

// orphans finds blobs that no version names.
func (h *House) orphans(ctx context.Context) error {
	named := map[string]bool{}
	err := h.Store.EachPackage(ctx, func(p faas.Package) error {
		named[faas.PackageKey(p.SHA256)], named[faas.ManifestKey(p.SHA256)] = true, true
		return nil
	})
	if err != nil {
		return err
	}
	err = h.Blobs.Each(ctx, func(b faas.BlobInfo) error {
		if !named[b.Key] {
			return fmt.Errorf("no version names %s", b.Key)
		}
		delete(named, b.Key)
		return nil
	})
	if err == nil && len(named) > 0 {
		err = fmt.Errorf("%d named blobs are missing", len(named))
	}
	return err
}

// Spools lists the files in the server's spool, where bytes wait that have no name yet.
func (s *Server) Spools() []string {
	s.tb.Helper()
	folder := filepath.Join(s.options.Data, "blobs", "spool")
	if s.options.Blobs != "" {
		folder = filepath.Join(s.options.Data, "spool")
	}
	list, err := fs.Glob(os.DirFS(folder), "*")
	if err != nil {
		s.tb.Fatal(err)
	}
	return list
}
