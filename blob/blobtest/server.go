package blobtest

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

// Server is a real S3-speaking server on a free port of this machine, with its files in the test's folder.
type Server struct {
	Endpoint  string // http://127.0.0.1:port
	AccessKey string // of the owner, who may do everything
	SecretKey string
	// The stranger is a user whom the server knows, and who may read nothing.
	StrangerAccessKey string
	StrangerSecretKey string

	tb      testing.TB
	program string
	client  *minio.Client
}

// S3 starts a server that ends with the test. Where versitygw is missing and cannot be built, the test is skipped
// with the command that installs it; with CI=true it fails.
func S3(tb testing.TB) *Server {
	tb.Helper()
	s := &Server{
		AccessKey: "verso-owner", SecretKey: "owner-secret-of-a-test",
		StrangerAccessKey: "verso-stranger", StrangerSecretKey: "stranger-secret-of-a-test",
		tb: tb,
	}
	s.start(tb, findGateway(tb))
	client, err := minio.New(strings.TrimPrefix(s.Endpoint, "http://"), &minio.Options{
		Creds:        credentials.NewStaticV4(s.AccessKey, s.SecretKey, ""),
		Region:       "us-east-1",
		BucketLookup: minio.BucketLookupPath,
	})
	if err != nil {
		tb.Fatal(err)
	}
	s.client = client
	s.addStranger()
	return s
}

// URL is the bucket's address for --blob-url and for bucket connections.
func (s *Server) URL(bucket string) string {
	query := url.Values{"endpoint": {s.Endpoint}, "region": {"us-east-1"}, "path-style": {"true"}}
	return "s3://" + bucket + "?" + query.Encode()
}

// Getenv answers like os.Getenv of a process that has the owner's keys as AWS_… and nothing else.
func (s *Server) Getenv(name string) string {
	switch name {
	case "AWS_ACCESS_KEY_ID":
		return s.AccessKey
	case "AWS_SECRET_ACCESS_KEY":
		return s.SecretKey
	}
	return ""
}

// MakeBucket makes a bucket that belongs to the owner.
func (s *Server) MakeBucket(name string) {
	s.tb.Helper()
	if err := s.client.MakeBucket(s.tb.Context(), name, minio.MakeBucketOptions{}); err != nil {
		s.tb.Fatalf("make the bucket %s: %v", name, err)
	}
}

// PutObject stores an object, replacing what is there, and returns its etag.
func (s *Server) PutObject(bucket, key string, data []byte) (etag string) {
	s.tb.Helper()
	info, err := s.client.PutObject(s.tb.Context(), bucket, key, bytes.NewReader(data), int64(len(data)),
		minio.PutObjectOptions{DisableMultipart: true})
	if err != nil {
		s.tb.Fatalf("put %s into %s: %v", key, bucket, err)
	}
	return info.ETag
}

// RemoveObject removes an object.
func (s *Server) RemoveObject(bucket, key string) {
	s.tb.Helper()
	if err := s.client.RemoveObject(s.tb.Context(), bucket, key, minio.RemoveObjectOptions{}); err != nil {
		s.tb.Fatalf("remove %s from %s: %v", key, bucket, err)
	}
}

func (s *Server) addStranger() {
	s.tb.Helper()
	add := exec.Command(s.program, "admin", "--allow-insecure", "--endpoint-url", s.Endpoint, "create-user", "--role", "user",
		"--access", s.StrangerAccessKey, "--secret", s.StrangerSecretKey)
	add.Env = append(os.Environ(), "ADMIN_ACCESS_KEY_ID="+s.AccessKey, "ADMIN_SECRET_ACCESS_KEY="+s.SecretKey, "ADMIN_REGION=us-east-1")
	if said, err := add.CombinedOutput(); err != nil {
		s.tb.Fatalf("add a user: %v: %s", err, said)
	}
}

// answers waits until the server says that it is well.
func answers(endpoint string, ended <-chan error) error {
	client := &http.Client{Timeout: time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	failed := fmt.Errorf("nothing was asked")
	for start := time.Now(); time.Since(start) < 15*time.Second; time.Sleep(20 * time.Millisecond) {
		select {
		case err := <-ended:
			return fmt.Errorf("it ended at once: %w", err)
		default:
		}
		response, err := client.Get(endpoint + "/health")
		if err != nil {
			failed = err
			continue
		}
		if err := response.Body.Close(); err != nil {
			return err
		}
		if response.StatusCode == http.StatusOK {
			return nil
		}
		failed = fmt.Errorf("it answers %s", response.Status)
	}
	return failed
}
