package service

import (
	"context"
	"fmt"
	"sync"

	"verso/faas"
)

// ring is the keys of this process. It reads them again when it meets one that it does not know, so that a rotation
// beside a running server makes no read fail. It forgets none: what was sealed a moment ago still opens.
type ring struct {
	read func() ([]Key, error)

	mu    sync.Mutex
	known map[string]sealer
	order []string // ids as last read, newest first
}

// find looks for a key; false when there is none of that id.
func (r *ring) find(id string) (sealer, bool, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if k, ok := r.known[id]; ok {
		return k, true, nil
	}
	err := r.reload()
	k, ok := r.known[id]
	return k, ok, err
}

// ids reads the keys anew, newest first. None is an error.
func (r *ring) ids() ([]string, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.reload(); err != nil {
		return nil, err
	}
	if len(r.order) == 0 {
		return nil, faas.Errorf(faas.Unavailable, "This server has no key to seal secrets with. Tell whoever runs it.")
	}
	return r.order, nil
}

func (r *ring) reload() error {
	if r.read == nil {
		return nil
	}
	keys, err := r.read()
	if err != nil {
		return err
	}
	if r.known == nil {
		r.known = map[string]sealer{}
	}
	r.order = nil
	for _, k := range keys {
		s, err := newSealer(k)
		if err != nil {
			return err
		}
		r.known[s.id] = s
		r.order = append(r.order, s.id)
	}
	return nil
}

// keyByID finds a key, or says which one is missing.
func (s *Service) keyByID(id string) (sealer, error) {
	k, ok, err := s.ring.find(id)
	if err != nil {
		return sealer{}, err
	}
	if !ok {
		return sealer{}, faas.Errorf(faas.Unavailable, "This server lacks the key %s that secrets are sealed with. Tell whoever runs it.", id)
	}
	return k, nil
}

// currentKey is the key that new values are sealed with. The database says which one it is: that is what every process
// goes by.
func (s *Service) currentKey(ctx context.Context) (sealer, error) {
	ids, err := s.store.SecretKeys(ctx)
	if err != nil {
		return sealer{}, err
	}
	if len(ids) == 0 {
		return s.firstKey(ctx)
	}
	return s.keyByID(ids[0])
}

// open opens a value in its place. Internal when it does not belong there; the error names the key and never the value.
func (s *Service) open(at place, v faas.Sealed) (faas.Secret, error) {
	id, ok := keyOf(v)
	if !ok {
		return "", &faas.Error{Kind: faas.Internal, Err: fmt.Errorf("%s of %s %s is not sealed", at.name, at.kind, at.id)}
	}
	k, err := s.keyByID(id)
	if err != nil {
		return "", err
	}
	plain, err := k.open(at, v)
	if err != nil {
		return "", &faas.Error{Kind: faas.Internal, Err: fmt.Errorf("open %s of %s %s with key %s: %w", at.name, at.kind, at.id, id, err)}
	}
	return plain, nil
}

// sealAccessKey seals the secret of an access key.
func (s *Service) sealAccessKey(ctx context.Context, k faas.AccessKey, secret faas.Secret) (faas.Sealed, error) {
	current, err := s.currentKey(ctx)
	if err != nil {
		return "", err
	}
	return current.seal(placeIn(accessKeyRow(k), accessKeySecret), secret), nil
}

// accessKeySecret is the name under which an access key's row holds its secret.
const accessKeySecret = "secret"

func accessKeyRow(k faas.AccessKey) faas.SealedRow {
	return faas.SealedRow{
		Kind: faas.SealedAccessKey, ID: k.ID, ProjectID: k.ProjectID, Place: k.ID,
		Values: map[string]faas.Sealed{accessKeySecret: k.Secret},
	}
}
