package demo

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"slices"

	"verso/faas"
)

// objects is faas.Buckets in memory: the demo has no object store to fetch from, so it makes each object of the plan
// when somebody asks for it. Everything behind it is the real way: the pinned etag, the inspection, the own copy.
type objects struct {
	writer *writer
	byName map[string]*event // by bucket and object
}

func newObjects(w *writer, events []*event) *objects {
	o := &objects{writer: w, byName: map[string]*event{}}
	for _, e := range events {
		if e.kind == faas.FromBucket {
			o.byName[e.f.project.bucket+"/"+e.object] = e
		}
	}
	return o
}

// Names lists the buckets of the demo's projects.
func (o *objects) Names() []string {
	var names []string
	for _, p := range projects() {
		names = append(names, p.bucket)
	}
	slices.Sort(names)
	return names
}

// Stat makes the object and says what it looks like.
func (o *objects) Stat(_ context.Context, bucket, object string) (faas.ObjectInfo, error) {
	e, data, err := o.find(bucket, object)
	if err != nil {
		return faas.ObjectInfo{}, err
	}
	sum := sha256.Sum256(data)
	info := faas.ObjectInfo{
		Bucket: bucket, Object: object, Size: int64(len(data)), ETag: hex.EncodeToString(sum[:16]), Modified: e.at,
	}
	return info, nil
}

// Open makes the object once more; its bytes are the same each time.
func (o *objects) Open(ctx context.Context, bucket, object, etag string) (io.ReadCloser, error) {
	info, err := o.Stat(ctx, bucket, object)
	if err != nil {
		return nil, err
	}
	e, data, err := o.find(bucket, object)
	switch {
	case err != nil:
		return nil, err
	case e.trouble == vanished:
		return nil, missing(bucket, object)
	case info.ETag != etag:
		return nil, &faas.Error{Kind: faas.Conflict, Field: "object", Message: fmt.Sprintf(
			"The object %q in the bucket %s was changed after it was checked. Check it again, then repeat.", object, bucket)}
	case e.trouble == cancelled:
		return io.NopCloser(endless{ctx}), nil
	}
	return io.NopCloser(bytes.NewReader(data)), nil
}

func (o *objects) find(bucket, object string) (*event, []byte, error) {
	e, ok := o.byName[bucket+"/"+object]
	if !ok {
		return nil, nil, missing(bucket, object)
	}
	data, err := e.bytes(o.writer)
	return e, data, err
}

func missing(bucket, object string) error {
	return &faas.Error{Kind: faas.NotFound, Field: "object", Message: fmt.Sprintf(
		"There is no object %q in the bucket %s. Check its name; capital and small letters differ.", object, bucket)}
}

// endless is an object that does not come: it waits until the attempt is stopped.
type endless struct{ ctx context.Context }

// Read returns when the context ends.
func (r endless) Read([]byte) (int, error) {
	<-r.ctx.Done()
	return 0, r.ctx.Err()
}
