package blob

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"

	"verso/faas"
)

// S3 keeps blobs as objects of one bucket; bytes on their way in and whole packages on their way out pass through a
// spool on the local disk.
type S3 struct {
	core  *minio.Core
	at    Location
	root  *os.Root
	spool *spool
}

var _ faas.Blobs = (*S3)(nil)

// OpenS3 opens the store in a bucket with a local spool folder, which is made if it is missing. It sends no request.
func OpenS3(at Location, keys Keys, spoolDir string) (*S3, error) {
	core, err := connect(at, keys)
	if err != nil {
		return nil, &faas.Error{Kind: faas.Invalid, Message: "The package store's URL cannot be used.", Err: err}
	}
	if err := os.MkdirAll(spoolDir, 0o700); err != nil {
		return nil, diskError("make the spool", err)
	}
	root, err := os.OpenRoot(spoolDir)
	if err != nil {
		return nil, diskError("open the spool", err)
	}
	spool, err := openSpool(root, ".")
	if err != nil {
		return nil, errors.Join(diskError("open the spool", err), root.Close())
	}
	return &S3{core: core, at: at, root: root, spool: spool}, nil
}

// Close gives the spool folder back. No method may be called after it.
func (s *S3) Close() error { return s.root.Close() }

// Stage receives r into the local spool; the bucket hears of it only by Keep.
func (s *S3) Stage(ctx context.Context, r io.Reader, limit int64) (faas.Staged, error) {
	received, err := s.spool.stage(ctx, r, limit)
	if err != nil {
		return nil, err
	}
	return &s3Staged{staged: *received, store: s}, nil
}

type s3Staged struct {
	staged
	store *S3
}

// Keep sends the bytes in one request. A second Keep sends them again: that also makes the object's time new.
func (s *s3Staged) Keep(ctx context.Context, key string) error {
	return s.store.put(ctx, key, io.NewSectionReader(s.file, 0, s.size), s.sha256)
}

// Close removes the spool.
func (s *s3Staged) Close() error { return s.discard() }

// Put stores small bytes under key.
func (s *S3) Put(ctx context.Context, key string, data []byte) error {
	sum := sha256.Sum256(data)
	return s.put(ctx, key, bytes.NewReader(data), hex.EncodeToString(sum[:]))
}

// sized is a body that can be sent again from its beginning.
type sized interface {
	io.ReadSeeker
	Size() int64
}

func (s *S3) put(ctx context.Context, key string, body sized, sum string) error {
	if err := checkKey(key); err != nil {
		return err
	}
	return s.putObject(ctx, key, body, sum)
}

// putObject names the sha256 in the signed header x-amz-content-sha256: the store refuses bytes that do not match, and
// unlike a trailer it is understood by every store. It is one request whatever the size, so there is never half an
// object and never an upload to clean up.
func (s *S3) putObject(ctx context.Context, key string, body sized, sum string) error {
	_, err := s.core.PutObject(ctx, s.at.Bucket, s.at.path(key), body, body.Size(), "", sum,
		minio.PutObjectOptions{DisableContentSha256: true, DisableMultipart: true})
	return storeError("put "+key, err)
}

// Get reads small bytes whole.
func (s *S3) Get(ctx context.Context, key string, limit int64) ([]byte, error) {
	body, size, err := s.get(ctx, key)
	if err != nil {
		return nil, err
	}
	defer body.Close()
	data, err := readSmall(body, size, limit)
	return data, storeError("get "+key, err)
}

// Fetch downloads a package into a local file without a name while hashing it.
func (s *S3) Fetch(ctx context.Context, key, sha256 string) (faas.BlobFile, error) {
	body, size, err := s.get(ctx, key)
	if err != nil {
		return nil, err
	}
	defer body.Close()
	file, err := s.spool.createUnnamed()
	if err != nil {
		return nil, diskError("open a spool", err)
	}
	_, got, err := s.spool.receive(ctx, body, size, file)
	if err == nil && got != sha256 {
		err = wrongBytes(key, sha256, got)
	}
	if err != nil {
		return nil, errors.Join(storeError("get "+key, err), file.Close())
	}
	return &localFile{file: file, size: size}, nil
}

func (s *S3) get(ctx context.Context, key string) (io.ReadCloser, int64, error) {
	if err := checkKey(key); err != nil {
		return nil, 0, err
	}
	body, info, _, err := s.core.GetObject(ctx, s.at.Bucket, s.at.path(key), minio.GetObjectOptions{})
	if err != nil {
		return nil, 0, storeError("get "+key, err)
	}
	if info.Size < 0 {
		return nil, 0, errors.Join(storeError("get "+key, errors.New("the store did not say how long the object is")), body.Close())
	}
	return body, info.Size, nil
}

// Stat returns the object's size and time, which the store gives in whole seconds.
func (s *S3) Stat(ctx context.Context, key string) (faas.BlobInfo, error) {
	if err := checkKey(key); err != nil {
		return faas.BlobInfo{}, err
	}
	info, err := s.core.StatObject(ctx, s.at.Bucket, s.at.path(key), minio.StatObjectOptions{})
	if err != nil {
		return faas.BlobInfo{}, storeError("look at "+key, err)
	}
	return faas.BlobInfo{Key: key, Size: info.Size, Modified: info.LastModified}, nil
}

// Each lists the bucket page by page.
func (s *S3) Each(ctx context.Context, fn func(faas.BlobInfo) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	prefix := s.at.path("")
	objects := s.core.ListObjectsIter(ctx, s.at.Bucket, minio.ListObjectsOptions{Prefix: prefix, Recursive: true})
	for object := range objects {
		if object.Err != nil {
			return storeError("list the bucket", object.Err)
		}
		key, ours := strings.CutPrefix(object.Key, prefix)
		if !ours || !isKey(key) {
			continue
		}
		if err := fn(faas.BlobInfo{Key: key, Size: object.Size, Modified: object.LastModified}); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// Delete removes a key; a missing one is no error.
func (s *S3) Delete(ctx context.Context, key string) error {
	if err := checkKey(key); err != nil {
		return err
	}
	err := storeError("delete "+key, s.core.RemoveObject(ctx, s.at.Bucket, s.at.path(key), minio.RemoveObjectOptions{}))
	if faas.Is(err, faas.NotFound) {
		return nil
	}
	return err
}

// Sweep removes local spools that a dead process left, older than age. The bucket never holds half an object.
func (s *S3) Sweep(ctx context.Context, age time.Duration) (removed int, err error) {
	return s.spool.sweep(ctx, age)
}

// Check writes and reads back a few bytes, in the spool and in the bucket. The object stays; Each leaves it out.
func (s *S3) Check(ctx context.Context) error {
	if err := s.spool.check(); err != nil {
		return diskError("check the spool", err)
	}
	const written = "verso"
	sum := sha256.Sum256([]byte(written))
	if err := s.putObject(ctx, checkName, strings.NewReader(written), hex.EncodeToString(sum[:])); err != nil {
		return err
	}
	body, info, _, err := s.core.GetObject(ctx, s.at.Bucket, s.at.path(checkName), minio.GetObjectOptions{})
	if err != nil {
		return storeError("check the bucket", err)
	}
	defer body.Close()
	read, err := readSmall(body, info.Size, int64(len(written)))
	if err == nil && string(read) != written {
		err = fmt.Errorf("wrote %q and read other bytes", written)
	}
	return storeError("check the bucket", err)
}

// findBucket asks for the bucket alone.
func (s *S3) findBucket(ctx context.Context) error {
	exists, err := s.core.BucketExists(ctx, s.at.Bucket)
	if err == nil && !exists {
		err = minio.ErrorResponse{StatusCode: http.StatusNotFound, Code: minio.NoSuchBucket}
	}
	return storeError("find the bucket", err)
}
