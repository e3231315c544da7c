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
		for _, k := range l.key {
			if w.down {
				w.from = append(w.from, k.top)
			} else {
				w.from = append(w.from, k.low)
			}
		}
		return w, true, nil
	}
	key, w.inclusive = strings.CutPrefix(key, inclusiveMark)
	w.from, ok = l.decode(key)
	if !ok {
		return w, false, faas.Invalidf("page", "This link to a page is damaged; go back to the first page.")
	}
	return w, true, nil
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
		bound := " <= ?"
		if w.down {
			bound = " >= ?"
		}
		texts = append(texts, l.fixed.name+bound)
		args = append(args, l.fixed.low)
		key = append([]keyColumn{*l.fixed}, key...)
		from = append([]any{l.fixed.low}, from...)
	}
	op := " > "
	if w.down {
		op = " < "
	}
	if w.inclusive {
		op = strings.TrimRight(op, " ") + "= "
	}
	if len(key) == 1 {
		texts = append(texts, key[0].name+op+"?")
	} else {
		marks := strings.Repeat(", ?", len(key))[2:]
		texts = append(texts, "("+columnNames(key)+")"+op+"("+marks+")")
	}
	return " WHERE " + strings.Join(texts, " AND "), append(args, from...)
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
