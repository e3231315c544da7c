package blob

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/minio/minio-go/v7"

	"verso/faas"
)

// Buckets reads objects of the configured bucket connections.
type Buckets struct {
	connections map[string]*connection
}

var _ faas.Buckets = (*Buckets)(nil)

// connection is one bucket, with the name by which people choose it.
type connection struct {
	name string
	at   Location
	core *minio.Core
}

var connectionName = regexp.MustCompile(`^[a-z][-a-z0-9]{0,62}$`)

// OpenBuckets prepares the connections: the key is the name, the value an s3 URL (see ParseLocation). The keys of the
// connection reports-eu are VERSO_BUCKET_REPORTS_EU_ACCESS_KEY_ID and VERSO_BUCKET_REPORTS_EU_SECRET_ACCESS_KEY, else
// AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. It sends no request.
func OpenBuckets(connections map[string]string, getenv func(string) string) (*Buckets, error) {
	b := &Buckets{connections: make(map[string]*connection, len(connections))}
	for _, name := range slices.Sorted(maps.Keys(connections)) {
		c, err := openConnection(name, connections[name], getenv)
		if err != nil {
			return nil, err
		}
		b.connections[name] = c
	}
	return b, nil
}

func openConnection(name, url string, getenv func(string) string) (*connection, error) {
	if !connectionName.MatchString(name) {
		return nil, faas.Invalidf("bucket", "The bucket connection's name %q must begin with a letter and consist of a-z, 0-9 and -.", name)
	}
	at, err := ParseLocation(url)
	if err != nil {
		return nil, faas.Invalidf("bucket", "Bucket connection %s: %s", name, err)
	}
	variable := "VERSO_BUCKET_" + strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
	keys, err := findKeys(getenv, variable, "AWS")
	if err != nil {
		return nil, faas.Invalidf("bucket", "Bucket connection %s: %s", name, err)
	}
	core, err := connect(at, keys)
	if err != nil {
		return nil, faas.Invalidf("bucket", "Bucket connection %s: its URL cannot be used.", name)
	}
	return &connection{name: name, at: at, core: core}, nil
}

// Names lists the connections, sorted.
func (b *Buckets) Names() []string { return slices.Sorted(maps.Keys(b.connections)) }

// Stat looks at an object without reading it.
func (b *Buckets) Stat(ctx context.Context, bucket, object string) (faas.ObjectInfo, error) {
	c, err := b.find(bucket, object)
	if err != nil {
		return faas.ObjectInfo{}, err
	}
	info, err := c.core.StatObject(ctx, c.at.Bucket, c.at.path(object), minio.StatObjectOptions{})
	if err != nil {
		return faas.ObjectInfo{}, c.headError(ctx, object, err)
	}
	if info.ETag == "" || info.Size < 0 {
		return faas.ObjectInfo{}, c.objectError(object, errors.New("the store said neither size nor etag"))
	}
	return faas.ObjectInfo{Bucket: bucket, Object: object, Size: info.Size, ETag: info.ETag, Modified: info.LastModified}, nil
}

// Open reads the object if its etag is still the given one. The store is asked to compare, and its answer is compared
// again, since not every store heeds If-Match. The bytes come as they are stored, never unpacked on the way.
func (b *Buckets) Open(ctx context.Context, bucket, object, etag string) (io.ReadCloser, error) {
	c, err := b.find(bucket, object)
	if err != nil {
		return nil, err
	}
	var options minio.GetObjectOptions
	if err := options.SetMatchETag(etag); err != nil || strings.ContainsAny(etag, "\"\r\n") {
		return nil, faas.Invalidf("object", "Check the object %q first: without its etag it is not read.", object)
	}
	body, info, _, err := c.core.GetObject(ctx, c.at.Bucket, c.at.path(object), options)
	if err != nil {
		return nil, c.objectError(object, err)
	}
	if info.ETag != etag {
		return nil, errors.Join(c.changed(object, fmt.Errorf("its etag is %q, not %q", info.ETag, etag)), body.Close())
	}
	return &objectReader{body: body, connection: c, object: object, size: info.Size}, nil
}

func (b *Buckets) find(bucket, object string) (*connection, error) {
	c, ok := b.connections[bucket]
	switch {
	case !ok && len(b.connections) == 0:
		return nil, faas.Invalidf("bucket", "No bucket connection is configured. Upload the file, or ask the operator to configure one.")
	case !ok:
		return nil, faas.Invalidf("bucket", "There is no bucket connection %q. Choose one of %s.", bucket, strings.Join(b.Names(), ", "))
	}
	if err := checkObject(object); err != nil {
		return nil, err
	}
	if n := len(c.at.path(object)); n > 1024 {
		return nil, faas.Invalidf("object", "The object's name has, with the connection's prefix, %d bytes; 1024 are allowed.", n)
	}
	return c, nil
}
