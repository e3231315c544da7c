package db

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"

	"verso/faas"
)

const (
	secretKeySelect = `SELECT id, used_at FROM secret_keys`
	secretKeyUpsert = `INSERT INTO secret_keys (id, used_at) VALUES (?, ?)
ON CONFLICT (id) DO UPDATE SET used_at = excluded.used_at`
	secretKeyDelete = `DELETE FROM secret_keys WHERE id = ?`
)

// secretKey is a key's id and when it last became the current one.
type secretKey struct {
	id   string
	used int64
}

// SecretKeys lists the ids of the keys that stored values may be sealed with, the current one first.
func (s *Store) SecretKeys(ctx context.Context) ([]string, error) {
	rows, err := s.read.rows(ctx, secretKeySelect)
	if err != nil {
		return nil, fmt.Errorf("list the secret keys: %w", err)
	}
	list, err := secretKeys(ctx, s.dialect, rows)
	ids := make([]string, len(list))
	for i, k := range list {
		ids[i] = k.id
	}
	return ids, err
}

// UseSecretKey makes a key the current one.
func (s *Store) UseSecretKey(ctx context.Context, id string, at time.Time, a faas.Audit) error {
	return s.tx(ctx, func(t *tx) error {
		list, err := t.lockSecretKeys()
		if err != nil {
			return err
		}
		used := micros(at)
		if len(list) > 0 {
			if list[0].id == id {
				return nil
			}
			used = max(used, list[0].used+1) // the clocks of two servers need not agree
		}
		if _, err := t.exec(secretKeyUpsert, id, used); err != nil {
			return fmt.Errorf("use the secret key %s: %w", id, err)
		}
		return t.audit(a)
	})
}

// DropSecretKey forgets a key. Precondition for the current one, NotFound for one that is not known.
func (s *Store) DropSecretKey(ctx context.Context, id string, a faas.Audit) error {
	return s.tx(ctx, func(t *tx) error {
		list, err := t.lockSecretKeys()
		if err != nil {
			return err
		}
		if len(list) > 0 && list[0].id == id {
			return faas.Errorf(faas.Precondition, "The key %s is the current one. Use another one first.", id)
		}
		n, err := t.exec(secretKeyDelete, id)
		if err != nil {
			return missing(err, "secret key")
		}
		if n == 0 {
			return missing(sql.ErrNoRows, "secret key")
		}
		return t.audit(a)
	})
}

// lockSecretKeys reads the keys, which stay as they are until this transaction ends.
func (t *tx) lockSecretKeys() ([]secretKey, error) {
	if _, _, err := t.lockInstallation(); err != nil {
		return nil, err
	}
	rows, err := t.rows(secretKeySelect)
	if err != nil {
		return nil, fmt.Errorf("list the secret keys: %w", err)
	}
	return secretKeys(t.ctx, t.pool.dialect, rows)
}

// secretKeys reads the rows, and puts the current one first.
func secretKeys(ctx context.Context, d dialect, rows *sqlx.Rows) ([]secretKey, error) {
	var list []secretKey
	err := each(ctx, d, rows, func(scan func(...any) error) error {
		var k secretKey
		if err := scan(&k.id, &k.used); err != nil {
			return err
		}
		list = append(list, k)
		return nil
	})
	slices.SortFunc(list, func(a, b secretKey) int {
		return cmp.Or(cmp.Compare(b.used, a.used), strings.Compare(a.id, b.id))
	})
	return list, err
}
