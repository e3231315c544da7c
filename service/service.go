// Package service holds the verbs: what can be done in Verso, and who may do it. It is the only place where a rule
// spans two nouns, a blob and the queue. The background half of a verb stands beside it.
//
// It knows nothing of HTTP, SQL or HTML, and it does not log: a failure is returned with a sentence for the user.
package service

import (
	"time"

	"github.com/google/uuid"

	"verso/faas"
)

// Service does the verbs on a store, a blob store and the configured buckets.
type Service struct {
	store   faas.Store
	blobs   faas.Blobs
	buckets faas.Buckets
	limits  faas.Limits
	now     func() time.Time

	ring     ring // the keys that seal secrets
	groups   []GroupRule
	hashing  hashTurns
	denials  denials // of people who lacked a right
	limited  denials // of names and addresses that had too many attempts
	projects recentProjects
	decoding chan struct{} // a turn for each manifest that is being decoded
}

// Config is what a Service works on. All fields are needed.
type Config struct {
	Store   faas.Store
	Blobs   faas.Blobs
	Buckets faas.Buckets
	Limits  faas.Limits
	Now     func() time.Time // the clock; a test or the demo gives its own
	// Keys reads the keys that seal secrets, newest first. It is called again when a key is met that it did not give.
	Keys func() ([]Key, error)
	// Groups is what groups of an identity provider give; empty when nobody signs in elsewhere.
	Groups []GroupRule
}

// New makes a Service.
func New(c Config) *Service {
	return &Service{
		store: c.Store, blobs: c.Blobs, buckets: c.Buckets, limits: c.Limits, now: c.Now,
		ring: ring{read: c.Keys}, groups: c.Groups, hashing: newHashTurns(), decoding: make(chan struct{}, decodings),
	}
}

// Limits returns the limits that creation checks, for forms to repeat.
func (s *Service) Limits() faas.Limits { return s.limits }

// newID makes an id. UUIDv7 sorts by time, which lists of operations rely on.
func newID() (string, error) {
	id, err := uuid.NewV7()
	if err != nil {
		return "", err
	}
	return id.String(), nil
}
