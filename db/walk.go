package db

import (
	"strings"

	"verso/faas"
)

// walk is one way along the list's index from one place.
type walk struct {
	down      bool  // against the key's order
	from      []any // the key to start at
	inclusive bool  // the row with that key belongs to the walk
}

// start turns the page's key into a walk; ok is false when no row can be there.
func (l *listing[T]) start(back bool) (w walk, ok bool, err error) {
	w.down = l.desc != back
	key := l.page.After
	if back {
		key = l.page.Before
	}
	if l.page.Last || key == "" {
		w.from = l.end(w.down)
		return w, true, nil
	}
	w.from, w.inclusive, ok = l.decode(key)
	if !ok {
		return w, false, faas.Invalidf("page", "This link to a page is damaged, or belongs to another list; go back to the first page.")
	}
	return w, true, nil
}

// end is where a walk of the whole list starts.
func (l *listing[T]) end(down bool) []any {
	bound := l.low
	if down {
		bound = l.top
	}
	if bound != nil {
		return bound
	}
	for _, k := range l.key {
		if down {
			bound = append(bound, k.top)
		} else {
			bound = append(bound, k.low)
		}
	}
	return bound
}

// where is the walk's range. A fixed column is compared as part of a row value and not with an equals sign: only then
// is the index that begins with it the sole one in the walk's order, and neither engine tries another.
func (l *listing[T]) where(w walk) (string, []any) {
	var texts []string
	var args []any
	for _, c := range l.equal {
		texts = append(texts, c.text)
		args = append(args, c.args...)
	}
	key, from := l.key, w.from
	if l.fixed != nil {
		key = append([]keyColumn{*l.fixed}, key...)
		from = append([]any{l.fixed.low}, from...)
	}
	if text, values := l.farEnd(w.down); text != "" {
		texts = append(texts, text)
		args = append(args, values...)
	}
	op := " > "
	if w.down {
		op = " < "
	}
	if w.inclusive {
		op = strings.TrimRight(op, " ") + "= "
	}
	return " WHERE " + strings.Join(append(texts, compare(key, op)), " AND "), append(args, from...)
}

// farEnd is where the walk ends: at the bound, or else with the rows of the fixed value; empty for the index's own end.
func (l *listing[T]) farEnd(down bool) (string, []any) {
	bound, op, atFixed := l.top, " < ", " <= "
	if down {
		bound, op, atFixed = l.low, " >= ", " >= "
	}
	switch {
	case l.fixed == nil && bound == nil:
		return "", nil
	case bound == nil:
		return compare([]keyColumn{*l.fixed}, atFixed), []any{l.fixed.low}
	case l.fixed == nil:
		return compare(l.key, op), bound
	}
	return compare(append([]keyColumn{*l.fixed}, l.key...), op), append([]any{l.fixed.low}, bound...)
}

// compare is a comparison of columns with as many values.
func compare(key []keyColumn, op string) string {
	if len(key) == 1 {
		return key[0].name + op + "?"
	}
	return "(" + columnNames(key) + ")" + op + "(" + strings.Repeat(", ?", len(key))[2:] + ")"
}

func (l *listing[T]) order(w walk) string {
	direction := ""
	if w.down {
		direction = " DESC"
	}
	var parts []string
	if l.fixed != nil {
		parts = append(parts, l.fixed.name+direction)
	}
	for _, k := range l.key {
		parts = append(parts, k.name+direction)
	}
	return " ORDER BY " + strings.Join(parts, ", ")
}
