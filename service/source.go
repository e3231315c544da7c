package service

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"verso/faas"
)

// check checks what a source says without looking at bucket or store.
func (src Source) check(buckets []string) error {
	var p faas.Problems
	switch src.Kind {
	case faas.FromUpload:
	case faas.FromBucket:
		p.Merge(checkBucketName(src.Bucket, buckets))
		p.Merge(faas.CheckObjectName(src.Object))
		if src.SHA256 != "" && !faas.IsSHA256(src.SHA256) {
			p.Add("sha256", "The sha-256 must be 64 hexadecimal digits in lower case; leave it empty to accept what is there.")
		}
	case faas.FromCopy:
		if !faas.IsID(src.CopyOf) {
			p.Add("copy", "Choose the version to copy.")
		}
	default:
		p.Add("source", "Choose where the package comes from: upload, bucket or copy.")
	}
	return p.Err()
}

func checkBucketName(name string, configured []string) error {
	switch {
	case len(configured) == 0:
		return faas.Invalidf("bucket", "No bucket is connected to this server. Start verso with --bucket NAME=s3://… to connect one.")
	case name == "":
		return faas.Invalidf("bucket", "Choose a bucket.")
	case !slices.Contains(configured, name):
		return faas.Invalidf("bucket", "The bucket %q is not connected to this server; connected are: %s.", name, strings.Join(configured, ", "))
	}
	return nil
}

// Buckets lists the names of the configured bucket connections.
func (s *Service) Buckets() []string { return s.buckets.Names() }

// CheckObject looks at a bucket object, so that a person sees what they are about to use. The errors are those of
// Buckets.Stat, and Invalid for wrong names.
func (s *Service) CheckObject(ctx context.Context, a faas.Actor, bucket, object string) (faas.ObjectInfo, error) {
	if err := a.Need(faas.RightCreateVersion); err != nil {
		return faas.ObjectInfo{}, err
	}
	src := Source{Kind: faas.FromBucket, Bucket: bucket, Object: object}
	if err := src.check(s.buckets.Names()); err != nil {
		return faas.ObjectInfo{}, err
	}
	return s.lookAt(ctx, bucket, object)
}

// lookTime is how long a person waits for a bucket to describe an object.
const lookTime = 10 * time.Second

func (s *Service) lookAt(ctx context.Context, bucket, object string) (faas.ObjectInfo, error) {
	limited, stop := context.WithTimeout(ctx, lookTime)
	defer stop()
	info, err := s.buckets.Stat(limited, bucket, object)
	if err != nil && limited.Err() != nil && ctx.Err() == nil {
		return info, &faas.Error{Kind: faas.Unavailable, Field: "object", Err: err, Message: fmt.Sprintf("The bucket %s did not answer within %s. Try again soon.", bucket, lookTime)}
	}
	return info, err
}
