package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"verso/faas"
)

const (
	tagDelete  = `DELETE FROM tags WHERE function_id = ? AND name = ? AND number = ?`
	tagNumber  = `SELECT number FROM tags WHERE function_id = ? AND name = ?`
	tagsOfList = `SELECT tag_list FROM functions WHERE id = ?`

	functionTouch = `UPDATE functions SET changed_at = ?, changed_by = ?, change = ? WHERE id = ?`
)

// RemoveTag takes a tag off the version that the person saw it on, and writes the move to nowhere.
func (s *Store) RemoveTag(ctx context.Context, projectID string, m faas.TagMove, a faas.Audit) error {
	return s.txBy(ctx, a, func(t *tx) error {
		if _, err := t.lockFunction(projectID, m.FunctionID); err != nil {
			return err
		}
		n, err := t.exec(tagDelete, m.FunctionID, m.Tag, m.FromNumber)
		if err != nil {
			return fmt.Errorf("remove the tag: %w", err)
		}
		if n == 0 {
			return t.whyNotRemoved(m)
		}
		if err := t.forgetTag(m); err != nil {
			return err
		}
		_, err = t.exec(insertText("tag_moves ", moveColumns, 1), m.FunctionID, m.ID, m.Tag, m.FromNumber, 0,
			micros(m.At), m.By, string(m.Door), m.Reason)
		if err != nil {
			return fmt.Errorf("write the tag history: %w", err)
		}
		if _, err := t.exec(functionTouch, micros(m.At), m.By, "removed tag "+m.Tag, m.FunctionID); err != nil {
			return fmt.Errorf("note the change: %w", err)
		}
		return t.audit(a)
	})
}

// whyNotRemoved tells a tag that moved meanwhile from one that is not there.
func (t *tx) whyNotRemoved(m faas.TagMove) error {
	var now int64
	err := t.row(tagNumber, m.FunctionID, m.Tag).scan(&now)
	if errors.Is(err, sql.ErrNoRows) {
		return faas.Errorf(faas.NotFound, "The tag %s is not set.", m.Tag)
	}
	if err != nil {
		return fmt.Errorf("look for the tag: %w", err)
	}
	return faas.Errorf(faas.Conflict, "The tag %s is on #%d meanwhile, not on #%d. Look again before you remove it.", m.Tag, now, m.FromNumber)
}

// forgetTag takes the tag out of the list that the function repeats.
func (t *tx) forgetTag(m faas.TagMove) error {
	var list string
	if err := t.row(tagsOfList, m.FunctionID).scan(&list); err != nil {
		return fmt.Errorf("read the tags: %w", err)
	}
	left := map[string]int64{}
	for _, ref := range tagRefs(0, list) {
		if ref.Name != m.Tag {
			left[ref.Name] = ref.Number
		}
	}
	return t.setTagList(m.FunctionID, left)
}
