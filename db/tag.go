package db

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"verso/faas"
)

const (
	tagSelect = `SELECT function_id, name, version_id, number, moved_at, moved_by FROM tags WHERE function_id = ?`
	tagNames  = `SELECT name FROM tags WHERE function_id = ? AND name <> '$latest' ORDER BY name`

	tagColumns = `(function_id, name, number, version_id, moved_at, moved_by)`
	tagUpsert  = ` ON CONFLICT (function_id, name) DO UPDATE SET number = excluded.number, version_id = excluded.version_id,
moved_at = excluded.moved_at, moved_by = excluded.moved_by`
	moveColumns = `(function_id, id, tag, from_number, to_number, moved_at, moved_by, door, reason)`

	functionTagList = `UPDATE functions SET tag_list = ? WHERE id = ?`
)

// Tags lists a function's tags, $latest first, then by name.
func (s *Store) Tags(ctx context.Context, functionID string) ([]faas.Tag, error) {
	rows, err := s.read.rows(ctx, tagSelect, functionID)
	if err != nil {
		return nil, missing(err, "function")
	}
	var list []faas.Tag
	err = each(ctx, s.dialect, rows, func(scan func(...any) error) error {
		var tag faas.Tag
		var moved int64
		if err := scan(&tag.FunctionID, &tag.Name, &tag.VersionID, &tag.Number, &moved, &tag.MovedBy); err != nil {
			return err
		}
		tag.MovedAt = at(moved)
		list = append(list, tag)
		return nil
	})
	slices.SortFunc(list, func(a, b faas.Tag) int { return faas.CompareTags(a.Name, b.Name) })
	return list, err
}

// putTags sets tags, $latest among them, on a version, with one line of history for each. list is the function's tag
// list before; only setTagList may store what becomes of it, so that the list and the table never part.
func (t *tx) putTags(v faas.Version, tags []string, list string) error {
	before := map[string]int64{faas.Latest: v.Number - 1}
	for _, ref := range tagRefs(0, list) {
		before[ref.Name] = ref.Number
	}
	var rows, moves []any
	for _, tag := range tags {
		rows = append(rows, v.FunctionID, tag, v.Number, v.ID, micros(v.CreatedAt), v.Author)
		moves = append(moves, v.FunctionID, newID(v.CreatedAt), tag, before[tag], v.Number, micros(v.CreatedAt), v.Author,
			string(v.Door), "")
	}
	if _, err := t.exec(insertText("tags ", tagColumns, len(tags))+tagUpsert, rows...); err != nil {
		return fmt.Errorf("set tags: %w", err)
	}
	if _, err := t.exec(insertText("tag_moves ", moveColumns, len(tags)), moves...); err != nil {
		return fmt.Errorf("write the tag history: %w", err)
	}
	if len(tags) == 1 {
		return nil // $latest alone, which the list does not hold
	}
	for _, tag := range tags {
		before[tag] = v.Number
	}
	return t.setTagList(v.FunctionID, before)
}

func (t *tx) setTagList(functionID string, tags map[string]int64) error {
	if _, err := t.exec(functionTagList, tagList(tags), functionID); err != nil {
		return fmt.Errorf("repeat the tags on the function: %w", err)
	}
	return nil
}

// insertText is an INSERT of n rows; columns is the bracketed list.
func insertText(table, columns string, n int) string {
	marks := "(?" + strings.Repeat(", ?", strings.Count(columns, ",")) + ")"
	return "INSERT INTO " + table + columns + " VALUES " + marks + strings.Repeat(", "+marks, n-1)
}

// tagList is how functions.tag_list repeats the tags: "beta 40,prod 38", without $latest, which is the last number.
func tagList(tags map[string]int64) string {
	words := make([]string, 0, len(tags))
	for name, number := range tags {
		if name != faas.Latest {
			words = append(words, name+" "+strconv.FormatInt(number, 10))
		}
	}
	slices.Sort(words)
	return strings.Join(words, ",")
}

// tagRefs reads a tag list, and puts $latest before it when there is a last number.
func tagRefs(last int64, list string) []faas.TagRef {
	if last == 0 && list == "" {
		return nil
	}
	refs := make([]faas.TagRef, 0, 2+strings.Count(list, ","))
	if last > 0 {
		refs = append(refs, faas.TagRef{Name: faas.Latest, Number: last})
	}
	for word := range strings.SplitSeq(list, ",") {
		name, number, found := strings.Cut(word, " ")
		if n, err := strconv.ParseInt(number, 10, 64); found && err == nil {
			refs = append(refs, faas.TagRef{Name: name, Number: n})
		}
	}
	return refs
}
