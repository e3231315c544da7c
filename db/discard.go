package db

import (
	"context"
	"fmt"
	"time"
)

// Removing a package's bytes races with naming them: a request that brings the same bytes again could name them just
// when the janitor, who saw nobody naming them, removes the file. So both first write the package's row in discards and
// hold it until their transaction ends:
//
//   - AddOperation, AddUpload and NamePackage touch the row, then name the package, then commit.
//   - DiscardPackage touches the row, looks whether anybody names the package, removes the bytes while it still holds
//     the row, and deletes the row.
//
// On PostgreSQL the second of two waits at the row and then sees what the first has committed. On SQLite there is one
// writer at a time, so it waits for the writing connection. Either way a namer that waited while bytes were removed goes
// on to name bytes that are gone: callers therefore make sure of the bytes once more after naming (faas.Staged.Keep).
const (
	discardTouch = `INSERT INTO discards (package_sha256, touched_at) VALUES (?, ?)
ON CONFLICT (package_sha256) DO UPDATE SET touched_at = excluded.touched_at`
	discardEnd = `DELETE FROM discards WHERE package_sha256 = ?`

	packageNamed = `SELECT CASE
WHEN EXISTS (SELECT 1 FROM versions WHERE package_sha256 = ?) THEN 1
WHEN EXISTS (SELECT 1 FROM operations WHERE package_sha256 = ? AND package_sha256 <> '' AND ` + activeStates + `) THEN 1
WHEN EXISTS (SELECT 1 FROM uploads WHERE package_sha256 = ?) THEN 1 ELSE 0 END`
	packageForget = `DELETE FROM packages WHERE sha256 = ?`
)

// namePackage makes the transaction wait while the package is being removed, and the remover wait for it.
func (t *tx) namePackage(sha256 string) error {
	if sha256 == "" {
		return nil
	}
	if _, err := t.exec(discardTouch, sha256, micros(time.Now())); err != nil {
		return fmt.Errorf("wait for the package: %w", err)
	}
	return nil
}

// DiscardPackage runs remove if, and only if, nobody names the package, and then forgets the package. remove must not
// use the store: on SQLite the only writing connection is taken meanwhile. When it fails, the package stays known.
func (s *Store) DiscardPackage(ctx context.Context, sha256 string, remove func() error) (removed bool, err error) {
	err = s.tx(ctx, func(t *tx) error {
		if err := t.namePackage(sha256); err != nil {
			return err
		}
		var named int
		if err := t.row(packageNamed, sha256, sha256, sha256).scan(&named); err != nil {
			return fmt.Errorf("look who names the package: %w", err)
		}
		if named > 0 {
			return nil
		}
		if err := remove(); err != nil {
			return err
		}
		removed = true
		for _, text := range []string{packageForget, discardEnd} {
			if _, err := t.exec(text, sha256); err != nil {
				return fmt.Errorf("forget the package: %w", err)
			}
		}
		return nil
	})
	if err != nil {
		return false, fmt.Errorf("discard package: %w", err)
	}
	return removed, nil
}
