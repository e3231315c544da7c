package blob

import (
	"context"
	"errors"
	"fmt"
	"net/url"

	"github.com/minio/minio-go/v7"

	"verso/faas"
)

// answer is why a request to an object store failed.
type answer struct {
	kind  faas.Kind // NotFound, Forbidden, Conflict, Unavailable or Internal
	code  string    // the store's own name for it; may be empty
	cause error     // for the log: neither keys nor anything of a foreign body
}

var errRedirect = errors.New("the store answered with a redirect, which is not followed")

// understand sorts a failure of the S3 client. Everything that is not an answer of the store is a failure to reach it.
func understand(err error) answer {
	var said minio.ErrorResponse
	if !errors.As(err, &said) || said.StatusCode == 0 {
		return answer{kind: faas.Unavailable, cause: withoutURL(err)}
	}
	a := answer{code: plainCode(said.Code)}
	a.cause = fmt.Errorf("the store answered %d %s", said.StatusCode, a.code)
	switch status := said.StatusCode; {
	case status == 404:
		a.kind = faas.NotFound
	case status == 401 || status == 403:
		a.kind = faas.Forbidden
	case status == 412:
		a.kind = faas.Conflict
	case status >= 300 && status < 400:
		a.kind = faas.Unavailable
		a.cause = fmt.Errorf("%w (%d)", errRedirect, status)
	case status == 408 || status == 429 || status >= 500:
		a.kind = faas.Unavailable
	default:
		a.kind = faas.Internal
	}
	return a
}

// withoutURL drops the URL that an http error begins with.
func withoutURL(err error) error {
	var failed *url.Error
	if errors.As(err, &failed) {
		return failed.Err
	}
	return err
}

// plainCode lets only letters and digits through: the code comes from a foreign body.
func plainCode(code string) string {
	if len(code) > 64 {
		return ""
	}
	for _, c := range code {
		if (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') {
			return ""
		}
	}
	return code
}

// passes tells the errors that are already what the caller should see.
func passes(err error) bool {
	var known *faas.Error
	return err == nil || errors.As(err, &known) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}

// storeError gives a failure of the package store its kind and a sentence; doing goes to the log.
func storeError(doing string, err error) error {
	if passes(err) {
		return err
	}
	a := understand(err)
	said := &faas.Error{Kind: a.kind, Err: fmt.Errorf("blob: %s: %w", doing, a.cause)}
	switch a.kind {
	case faas.NotFound:
		said.Message = "The stored bytes are missing."
		if a.code == "NoSuchBucket" {
			said.Message = "The bucket of the package store does not exist. Ask the operator to make it or to correct its name."
		}
	case faas.Forbidden:
		said.Message = "The package store refuses the server's keys. Ask the operator to check them and what they allow."
	case faas.Unavailable:
		said.Message = "The package store does not answer now. Try again in a moment."
		if errors.Is(a.cause, errRedirect) {
			said.Message = "The package store answers with a redirect, which is not followed. Ask the operator to check its endpoint and region."
		}
	}
	return said
}
