package blob

import (
	"context"
	"errors"
	"path/filepath"
	"time"

	"verso/faas"
)

// Open opens the program's package store: with an empty url the folder blobs in dataDir, otherwise the bucket that an
// s3 URL names (see ParseLocation), with the spool in dataDir. Keys come from VERSO_BLOB_ACCESS_KEY_ID and
// VERSO_BLOB_SECRET_ACCESS_KEY, else from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. The bucket is asked once: one
// that is missing or refuses the keys is an error; one that does not answer now is not, since it may do so later.
func Open(ctx context.Context, url, dataDir string, getenv func(string) string) (faas.Blobs, error) {
	if url == "" {
		folder, err := OpenFolder(filepath.Join(dataDir, "blobs"))
		if err != nil {
			return nil, err
		}
		return folder, nil
	}
	at, err := ParseLocation(url)
	if err != nil {
		return nil, err
	}
	keys, err := findKeys(getenv, "VERSO_BLOB", "AWS")
	if err != nil {
		return nil, err
	}
	store, err := OpenS3(at, keys, filepath.Join(dataDir, spoolFolder))
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	if err := store.findBucket(ctx); err != nil && !faas.Is(err, faas.Unavailable) {
		return nil, errors.Join(err, store.Close())
	}
	return store, nil
}
