package service

import (
	"context"

	"verso/faas"
)

// CreateAccessKey makes an access key of the actor in their project. Its secret is returned here and never again; it is
// stored sealed, because a signature can only be checked by who knows it.
func (s *Service) CreateAccessKey(ctx context.Context, a faas.Actor, in TokenInput) (faas.Secret, faas.AccessKey, error) {
	t, err := s.newToken(a, in, newTokenID())
	if err != nil {
		return "", faas.AccessKey{}, err
	}
	secret := faas.Secret(newSecret())
	t.Last4 = string(secret[len(secret)-4:])
	k := faas.AccessKey{Token: t}
	if k.Secret, err = s.sealAccessKey(ctx, k, secret); err != nil {
		return "", k, err
	}
	maker, detail := in.maker(a, t)
	line, err := s.audit(maker, "accesskey.create", t.ID, detail)
	if err != nil {
		return "", k, err
	}
	if err := s.store.AddAccessKey(ctx, k, line); err != nil {
		return "", k, err
	}
	s.settle(ctx, accessKeyRow(k))
	return secret, k, nil
}

// AccessKeys lists the actor's own access keys in their project, or everybody's, newest first.
func (s *Service) AccessKeys(ctx context.Context, a faas.Actor, everybody bool, page faas.Page) (faas.List[faas.AccessKey], error) {
	f, err := tokenFilter(a, everybody, page)
	if err != nil {
		return faas.List[faas.AccessKey]{}, err
	}
	return s.store.AccessKeys(ctx, f)
}

// RevokeAccessKey ends an access key at once: one's own, or anybody's for who manages them. NotFound for any other.
func (s *Service) RevokeAccessKey(ctx context.Context, a faas.Actor, id string) error {
	owner, err := revoker(a)
	if err != nil {
		return err
	}
	line, err := s.audit(a, "accesskey.revoke", id, "")
	if err != nil {
		return err
	}
	return s.store.RevokeAccessKey(ctx, a.ProjectID, owner, id, s.now(), line)
}
