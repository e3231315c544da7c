package db

import (
	"context"
	"fmt"
	"time"

	"verso/faas"
)

// AddAccessKey stores an access key with its sealed secret, under the rules of AddToken.
func (s *Store) AddAccessKey(ctx context.Context, k faas.AccessKey, a faas.Audit) error {
	return s.txBy(ctx, a, func(t *tx) error { return t.addToken(kindKey, k.Token, "", k.Secret, a) })
}

// AccessKeys reads one page of a project's access keys, newest first.
func (s *Store) AccessKeys(ctx context.Context, f faas.TokenFilter) (faas.List[faas.AccessKey], error) {
	l := tokenListing(kindKey, f, func(raw *tokenRow) faas.AccessKey {
		return faas.AccessKey{Token: raw.finish(), Secret: raw.sealed}
	})
	l.keyOf = func(k *faas.AccessKey) []any { return []any{micros(k.CreatedAt), k.ID} }
	list, err := l.read(ctx, s.read)
	if err != nil {
		return list, fmt.Errorf("list access keys: %w", err)
	}
	return list, nil
}

// RevokeAccessKey marks an access key as revoked, once.
func (s *Store) RevokeAccessKey(ctx context.Context, projectID, personID, id string, at time.Time, a faas.Audit) error {
	return s.revoke(ctx, "access key", []any{id, projectID, kindKey, personID}, at, a)
}
