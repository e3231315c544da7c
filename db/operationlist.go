package db

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jmoiron/sqlx"

	"verso/faas"
)

// Operations reads one page of the project's operations, newest first, without their work orders.
func (s *Store) Operations(ctx context.Context, f faas.OperationFilter) (faas.List[faas.Operation], error) {
	l := listing[faas.Operation]{
		table: "operations", columns: operationColumns,
		equal: operationScope(f),
		key:   []keyColumn{idKey},
		desc:  true,
		keyOf: func(op *faas.Operation) []any { return []any{op.ID} },
		page:  f.Page,
		scan: func(rows *sqlx.Rows) (faas.Operation, error) {
			var raw operationRow
			if err := rows.Scan(raw.dest()...); err != nil {
				return raw.op, err
			}
			err := raw.finish()
			return raw.op, err
		},
	}
	if len(f.States) > 0 {
		l.filters, l.equal = operationStates(f, l.equal)
	}
	if f.Kind != "" {
		l.filters = append(l.filters, cond{"kind = ?", []any{string(f.Kind)}})
	}
	list, err := l.read(ctx, s.read)
	if err != nil {
		return list, fmt.Errorf("list operations: %w", err)
	}
	return list, nil
}

// operationScope is the index to walk along: a function's operations or the project's. A function belongs to one
// project, so its id alone finds the range; the project is compared all the same.
func operationScope(f faas.OperationFilter) []cond {
	project := cond{"project_id = ?", []any{f.ProjectID}}
	if f.FunctionID == "" {
		return []cond{project}
	}
	return []cond{{"function_id = ?", []any{f.FunctionID}}, project}
}

// operationStates puts the states that have an index of their own among the walk's equal conditions, in the very words
// of the index, and leaves all others to the window.
func operationStates(f faas.OperationFilter, equal []cond) (filters, scope []cond) {
	active := !slices.ContainsFunc(f.States, faas.OperationState.Done)
	failed := !slices.ContainsFunc(f.States, func(s faas.OperationState) bool { return s != faas.Failed })
	switch {
	case active:
		equal = append(equal, cond{text: activeStates})
	case failed && f.FunctionID == "":
		return nil, append(equal, cond{text: "state = 'failed'"})
	}
	if active && slices.Contains(f.States, faas.Queued) && slices.Contains(f.States, faas.Running) {
		return nil, equal
	}
	args := make([]any, len(f.States))
	for i, state := range f.States {
		args[i] = string(state)
	}
	marks := strings.Repeat(", ?", len(args))[2:]
	return []cond{{"state IN (" + marks + ")", args}}, equal
}
