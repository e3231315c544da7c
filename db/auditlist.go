package db

import (
	"context"
	"fmt"

	"verso/faas"
)

// Audits reads one page of a project's lines, newest first; of no project's where the filter names none. It walks along
// the index of the function, the actor or the kind, in the order in which they can be expected to leave the fewest lines.
func (s *Store) Audits(ctx context.Context, f faas.AuditFilter) (faas.List[faas.Audit], error) {
	l := listing[faas.Audit]{
		table: "audit", columns: auditColumns,
		equal: []cond{{"project_id = ?", []any{f.ProjectID}}},
		fixed: auditFixed(f),
		key:   []keyColumn{timeKey, idKey},
		desc:  true,
		keyOf: func(a *faas.Audit) []any { return []any{micros(a.At), a.ID} },
		page:  f.Page,
		scan:  newAuditReader().scan,
		// A line's id is never empty, so one of that very moment is behind this key.
		low: []any{micros(f.From), ""},
	}
	if !f.Until.IsZero() {
		l.top = []any{micros(f.Until), ""}
	}
	l.filters = auditFilters(f, l.fixed)
	list, err := l.read(ctx, s.read)
	if err != nil {
		return list, fmt.Errorf("list the activity: %w", err)
	}
	return list, nil
}

func auditFixed(f faas.AuditFilter) *keyColumn {
	switch {
	case f.FunctionID != "":
		return &keyColumn{"function_id", f.FunctionID, f.FunctionID}
	case f.Actor != "":
		return &keyColumn{"actor", f.Actor, f.Actor}
	case f.Kind != "":
		return &keyColumn{"kind", string(f.Kind), string(f.Kind)}
	}
	return nil
}

// auditFilters are the conditions that the walk does not answer.
func auditFilters(f faas.AuditFilter, fixed *keyColumn) []cond {
	var list []cond
	if f.Actor != "" && (fixed == nil || fixed.name != "actor") {
		list = append(list, cond{"actor = ?", []any{f.Actor}})
	}
	if f.Kind != "" && (fixed == nil || fixed.name != "kind") {
		list = append(list, cond{"kind = ?", []any{string(f.Kind)}})
	}
	return list
}

// EachAudit calls fn for every line of the filter, newest first. It reads a page at a time and holds no connection while
// fn runs. Lines that are written meanwhile are newer than all that it calls fn for.
func (s *Store) EachAudit(ctx context.Context, f faas.AuditFilter, fn func(faas.Audit) error) error {
	for f.Page = (faas.Page{Size: maxPage}); ; {
		list, err := s.Audits(ctx, f)
		if err != nil {
			return err
		}
		for _, a := range list.Items {
			if err := fn(a); err != nil {
				return err
			}
		}
		if list.Next == "" {
			return nil
		}
		f.Page.After = list.Next
	}
}
