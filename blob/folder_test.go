package blob

import (
	"testing"

	"verso/blob/blobtest"
	"verso/faas"
)

func TestFolderConforms(t *testing.T) {
	t.Parallel()
	blobtest.Run(t, func(t *testing.T) faas.Blobs { return openFolder(t) })
}

func openFolder(t testing.TB) *Folder {
	t.Helper()
	store, err := OpenFolder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	return store
}
