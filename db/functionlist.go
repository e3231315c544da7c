package db

import (
	"context"
	"fmt"

	"verso/faas"
)

// activeStates is written out wherever a partial index is meant: both engines compare the words.
const activeStates = `state IN ('queued', 'running')`

const functionRunning = `, COALESCE((SELECT min(o.id) FROM operations AS o WHERE o.function_id = functions.id AND o.` + activeStates + `), '')`

// Functions reads one page of the project's functions in one statement.
func (s *Store) Functions(ctx context.Context, f faas.FunctionFilter) (faas.List[faas.FunctionRow], error) {
	if len(f.Text) > searchBytes {
		return faas.List[faas.FunctionRow]{}, nil
	}
	l := listing[faas.FunctionRow]{
		table: "functions", columns: functionColumns, extra: ", search",
		equal:   []cond{{"project_id = ?", []any{f.ProjectID}}},
		key:     []keyColumn{nameKey},
		keyOf:   func(r *faas.FunctionRow) []any { return []any{r.Name} },
		filters: functionFilters(f),
		page:    f.Page,
		related: functionRunning,
		scan:    newFunctionReader().scan,
	}
	if f.Sort == faas.ByChange {
		l.key, l.desc = []keyColumn{changedKey, idKey}, true
		l.keyOf = func(r *faas.FunctionRow) []any { return []any{micros(r.ChangedAt), r.ID} }
	}
	list, err := l.read(ctx, s.read)
	if err != nil {
		return list, fmt.Errorf("list functions: %w", err)
	}
	return list, nil
}

func functionFilters(f faas.FunctionFilter) []cond {
	var list []cond
	if f.Text != "" {
		list = append(list, cond{"search LIKE ? ESCAPE '!'", []any{contains(f.Text)}})
	}
	if f.Tag != "" {
		list = append(list, cond{"EXISTS (SELECT 1 FROM tags AS t WHERE t.function_id = functions.id AND t.name = ?)", []any{f.Tag}})
	}
	if f.Runtime != "" {
		list = append(list, cond{"runtime = ?", []any{f.Runtime}})
	}
	if f.Status != "" {
		list = append(list, cond{"status = ?", []any{string(f.Status)}})
	}
	if f.Author != "" {
		list = append(list, cond{"changed_by = ?", []any{f.Author}})
	}
	return list
}
