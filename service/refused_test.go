package service_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"verso/blob"
	"verso/db/dbtest"
	"verso/faas"
	"verso/service"
)

// A package store that refuses the operator's keys is no right that the person lacks.
func TestARefusingStoreIsNoMissingRight(t *testing.T) {
	store := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodHead && (r.URL.Path == "/packages" || r.URL.Path == "/packages/") {
			return // the bucket is there; its objects are not ours to touch
		}
		w.WriteHeader(http.StatusForbidden)
	}))
	t.Cleanup(store.Close)
	keys := map[string]string{"VERSO_BLOB_ACCESS_KEY_ID": "server", "VERSO_BLOB_SECRET_ACCESS_KEY": "server-secret"}
	blobs, err := blob.Open(t.Context(), "s3://packages?path-style=true&endpoint="+store.URL, t.TempDir(), func(name string) string { return keys[name] })
	if err != nil {
		t.Fatal(err)
	}
	h := &house{store: dbtest.OpenSQLite(t), blobs: blobs}
	h.Service = service.New(service.Config{Store: h.store, Blobs: blobs, Buckets: noBuckets(t), Limits: faas.DefaultLimits(), Now: time.Now, Keys: newKeys(service.NewKey()).read})
	h.actor = h.newActor(t, "default")
	v := faas.Version{ProjectID: h.actor.ProjectID, Package: faas.Package{SHA256: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}}

	_, upload := h.upload(t, h.newFunction(t, "greeter"), zipOf("a"))
	_, open := h.OpenPackage(t.Context(), h.actor, v)
	_, manifest := h.Manifest(t.Context(), h.actor, v)
	for name, err := range map[string]error{"upload": upload, "download": open, "manifest": manifest} {
		t.Run(name, func(t *testing.T) {
			wantKind(t, err, faas.Unavailable, "")
			const want = "The package store refuses this server's keys. Tell whoever runs it."
			if got := faas.ProblemsOf(err)[0].Message; got != want {
				t.Errorf("the sentence is %q", got)
			}
		})
	}
}
