package faas

import (
	"context"
	"io"
	"strings"
	"time"
)

// Buckets reads objects from the configured bucket connections, and from nothing else. Errors carry a sentence for
// the user: Field "bucket" when the connection is unknown; Field "object" with NotFound when the object is missing,
// Forbidden when the credentials may not read it, Conflict when it is no longer the one with the pinned etag,
// TooLarge over the limit; Unavailable when the store does not answer.
type Buckets interface {
	// Names lists the configured connections, sorted.
	Names() []string
	// Stat looks at an object without reading it.
	Stat(ctx context.Context, bucket, object string) (ObjectInfo, error)
	// Open reads the object if its etag is still the given one. The reader's errors are of the same kinds.
	Open(ctx context.Context, bucket, object, etag string) (io.ReadCloser, error)
}

// ObjectInfo describes an object of a bucket.
type ObjectInfo struct {
	Bucket   string
	Object   string
	Size     int64
	ETag     string // without quotes
	Modified time.Time
}

// CheckObjectName checks an object's name: 1 to 1024 bytes of UTF-8 without control characters; the field is "object".
func CheckObjectName(name string) error {
	switch {
	case name == "":
		return Invalidf("object", "Enter the object's name, for example releases/invoice-1.4.zip.")
	case len(name) > 1024:
		return Invalidf("object", "The object's name has %d bytes; 1024 are allowed.", len(name))
	}
	for _, part := range strings.Split(name, "/") {
		if part == "." || part == ".." {
			return Invalidf("object", "The object's name must not contain the parts . or ..")
		}
	}
	if err := CheckText("object", "The object's name", name, 1024); err != nil {
		return err
	}
	return checkOneLine("object", "The object's name", name)
}
