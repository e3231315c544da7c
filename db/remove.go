package db

import (
	"context"
	"fmt"

	"verso/faas"
)

const (
	// The status guards against a lease for another function.
	removeGuard = `UPDATE functions SET status = status WHERE id = ? AND status = 'deleting'`

	// Newest first: what is left is 1..n without a hole at every moment.
	removeVersions = `DELETE FROM versions WHERE id IN (SELECT id FROM versions WHERE function_id = ? ORDER BY number DESC LIMIT ?)`
	removeMoves    = `DELETE FROM tag_moves WHERE function_id = ? AND id IN (SELECT id FROM tag_moves WHERE function_id = ? ORDER BY id DESC LIMIT ?)`

	removeTags     = `DELETE FROM tags WHERE function_id = ?`
	removeAllMoves = `DELETE FROM tag_moves WHERE function_id = ?`
	removeOldNames = `DELETE FROM old_names WHERE function_id = ?`
	removeFunction = `DELETE FROM functions WHERE id = ? AND status = 'deleting'`
	versionsLeft   = `SELECT count(*) FROM (SELECT 1 FROM versions WHERE function_id = ? LIMIT 1) AS left_over`
)

// RemoveVersions deletes up to limit versions of a function that is being deleted, with as many entries of its tag
// history; 0 when no version is left. Packages stay until DiscardPackage finds that nobody names them.
func (s *Store) RemoveVersions(ctx context.Context, l faas.Lease, functionID string, limit int) (removed int, err error) {
	err = s.tx(ctx, func(t *tx) error {
		if err := t.guarded("check the lease", queueGuard, l.OperationID, l.Token); err != nil {
			return err
		}
		deleting, err := t.exec(removeGuard, functionID)
		if err != nil {
			return fmt.Errorf("lock the function: %w", err)
		}
		if deleting == 0 {
			return nil // gone, or not to be deleted: nothing of it is ours to remove
		}
		if _, err := t.exec(removeTags, functionID); err != nil {
			return fmt.Errorf("remove tags: %w", err)
		}
		n, err := t.exec(removeVersions, functionID, limit)
		if err != nil {
			return fmt.Errorf("remove versions: %w", err)
		}
		removed = int(n)
		if _, err := t.exec(removeMoves, functionID, functionID, 2*limit); err != nil {
			return fmt.Errorf("remove the tag history: %w", err)
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	return removed, nil
}

// RemoveFunction deletes the function, whose versions are gone already, with its tags and names, and ends the
// operation. The name is free then. A function that is gone already only ends the operation.
func (s *Store) RemoveFunction(ctx context.Context, l faas.Lease, functionID string, stages []faas.StageTime, a faas.Audit) error {
	return s.tx(ctx, func(t *tx) error {
		if err := t.guarded("check the lease", queueGuard, l.OperationID, l.Token); err != nil {
			return err
		}
		var left int
		if err := t.row(versionsLeft, functionID).scan(&left); err != nil {
			return fmt.Errorf("look for versions: %w", err)
		}
		if left > 0 {
			return faas.Errorf(faas.Precondition, "The function still has versions.")
		}
		for _, text := range []string{removeTags, removeAllMoves, removeOldNames, removeFunction} {
			if _, err := t.exec(text, functionID); err != nil {
				return fmt.Errorf("remove the function: %w", err)
			}
		}
		if err := t.audit(a); err != nil {
			return err
		}
		return t.finish(l, faas.Succeeded, 0, nil, stages)
	})
}
