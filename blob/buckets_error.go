package blob

import (
	"context"
	"errors"
	"fmt"

	"github.com/minio/minio-go/v7"

	"verso/faas"
)

// objectError gives a failed request its sentence: what is wrong, with which object of which bucket, and the cure.
func (c *connection) objectError(object string, err error) error {
	if passes(err) {
		return err
	}
	a := understand(err)
	cause := fmt.Errorf("bucket %s: %w", c.name, a.cause)
	switch {
	case a.kind == faas.NotFound && a.code == minio.NoSuchBucket:
		return &faas.Error{Kind: faas.NotFound, Field: "bucket", Err: cause, Message: fmt.Sprintf(
			"The bucket behind the connection %s does not exist. Ask the operator to correct the connection.", c.name)}
	case a.kind == faas.NotFound:
		return &faas.Error{Kind: faas.NotFound, Field: "object", Err: cause, Message: fmt.Sprintf(
			"There is no object %q in the bucket %s. Check its name; capital and small letters differ.", object, c.name)}
	case a.kind == faas.Forbidden:
		return &faas.Error{Kind: faas.Forbidden, Field: "object", Err: cause, Message: fmt.Sprintf(
			"The server's keys may not read the object %q in the bucket %s. "+
				"Ask the operator to allow it, and check the name: some stores answer so for a missing object too.", object, c.name)}
	case a.kind == faas.Conflict:
		return c.changed(object, cause)
	case a.kind == faas.Unavailable:
		return c.unreachable(object, cause)
	}
	return &faas.Error{Kind: faas.Internal, Err: cause}
}

// headError is objectError for a request whose answer has no body: whether the object is missing or the whole bucket,
// only a second question tells.
func (c *connection) headError(ctx context.Context, object string, err error) error {
	if !passes(err) && understand(err).kind == faas.NotFound {
		if exists, failed := c.core.BucketExists(ctx, c.at.Bucket); failed == nil && !exists {
			err = minio.ErrorResponse{StatusCode: 404, Code: minio.NoSuchBucket}
		}
	}
	return c.objectError(object, err)
}

func (c *connection) changed(object string, cause error) error {
	return &faas.Error{Kind: faas.Conflict, Field: "object", Err: cause, Message: fmt.Sprintf(
		"The object %q in the bucket %s was changed after it was checked. Check it again, then repeat.", object, c.name)}
}

func (c *connection) unreachable(object string, cause error) error {
	sentence := "The bucket %s does not answer, so the object %q could not be read. " +
		"Try again in a moment; if it stays so, ask the operator to check the connection."
	if errors.Is(cause, errRedirect) {
		sentence = "The bucket %s answers with a redirect, which is not followed, so the object %q could not be read. " +
			"Ask the operator to correct the connection's endpoint or region."
	}
	return &faas.Error{Kind: faas.Unavailable, Err: cause, Message: fmt.Sprintf(sentence, c.name, object)}
}
