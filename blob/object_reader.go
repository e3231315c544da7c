package blob

import (
	"errors"
	"fmt"
	"io"
	"time"
)

// A store that sends less than slowBytes in slowTime of waiting holds up the reader for nothing.
const (
	slowBytes = 30 << 10
	slowTime  = 30 * time.Second
)

// objectReader reads an object's body and gives its failures the sentences of the connection.
type objectReader struct {
	body       io.ReadCloser
	connection *connection
	object     string
	size       int64 // as announced; below zero when it was not
	read       int64

	waited  time.Duration // in reads, not between them: a slow caller is not the store's fault
	carried int64
}

// Read returns io.EOF only after as many bytes as were announced.
func (r *objectReader) Read(p []byte) (int, error) {
	began := time.Now()
	n, err := r.body.Read(p)
	r.read += int64(n)
	switch {
	case errors.Is(err, io.EOF) && r.size >= 0 && r.read != r.size:
		return n, r.connection.unreachable(r.object, fmt.Errorf("%d of %d bytes came", r.read, r.size))
	case err == io.EOF: //nolint:errorlint // a wrapped io.EOF is not the end of a stream
		return n, io.EOF
	case err != nil:
		return n, r.connection.objectError(r.object, err)
	case r.tooSlow(n, time.Since(began)):
		return n, r.connection.unreachable(r.object, fmt.Errorf("fewer than %d bytes came in %s", slowBytes, slowTime))
	}
	return n, nil
}

func (r *objectReader) tooSlow(n int, waited time.Duration) bool {
	r.carried += int64(n)
	r.waited += waited
	if r.waited < slowTime {
		return false
	}
	slow := r.carried < slowBytes
	r.carried, r.waited = 0, 0
	return slow
}

func (r *objectReader) Close() error { return r.body.Close() }
