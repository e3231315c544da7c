package db

import (
	"context"
	"database/sql"
	"encoding/base64"
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/jmoiron/sqlx"

	"verso/faas"
)

// How a list is read. A list walks along one index: columns that are equal for all its rows ("function_id"), perhaps
// one more that a filter fixes ("author"), then the key that orders it. A page is the range of that index behind, or
// before, a key. Filters that no index serves look at a window of that many rows along the walk and no further, so a
// search costs the same however long the list is; the page then says where the next window begins.
const window = 2000

// maxPage is the largest page; see faas.Page.
const maxPage = 1000

// pageSteps are the row counts that a statement asks for: few, so that the set of statements stays small, and written
// into the text, because PostgreSQL plans a page badly when it does not know its size.
var pageSteps = [...]int{1, 10, 20, 50, 100, 200, 500, maxPage}

// cond is a condition with its values.
type cond struct {
	text string
	args []any
}

// keyColumn is a column of the key, with values that lie before and behind all that occur.
type keyColumn struct {
	name     string
	low, top any
}

var (
	numberKey  = keyColumn{"number", int64(-1), int64(math.MaxInt64)}
	changedKey = keyColumn{"changed_at", int64(-1), int64(math.MaxInt64)}
	nameKey    = keyColumn{"name", "", "~"}
	idKey      = keyColumn{"id", "", "~"}
)

// listing is a list to be read one page of.
type listing[T any] struct {
	table       string
	columns     string      // what scan reads
	related     string      // what scan reads besides, from other tables, for the rows of the page only
	relatedArgs []any       // the values in it
	extra       string      // further columns that filters look at
	equal       []cond      // the same for all rows; each begins with its column
	fixed       *keyColumn  // one more column that a filter fixes, low and top both being its value
	key         []keyColumn // in the order of the index
	desc        bool        // the list goes against the key's order
	filters     []cond      // looked at within the window
	scan        func(*sqlx.Rows) (T, error)
	keyOf       func(*T) []any
	page        faas.Page
}

// walk is one way along the list's index from one place.
type walk struct {
	down      bool  // against the key's order
	from      []any // the key to start at
	inclusive bool  // the row with that key belongs to the walk
}

// read reads the page that was asked for.
func (l *listing[T]) read(ctx context.Context, p *pool) (faas.List[T], error) {
	var list faas.List[T]
	back := l.page.Last || l.page.Before != ""
	w, ok, err := l.start(back)
	if err != nil || !ok {
		return list, err
	}
	size := l.size()
	list.Items, err = l.fetch(ctx, p, w, size+1)
	if errors.Is(err, errUnstorable) {
		return faas.List[T]{}, nil // nothing that is stored can match
	}
	if err != nil {
		return list, err
	}
	edge := ""
	if len(list.Items) > size {
		list.Items = list.Items[:size]
		edge = l.encode(l.keyOf(&list.Items[size-1]))
	} else if len(l.filters) > 0 {
		edge, err = l.windowEdge(ctx, p, w)
		if err != nil {
			return list, err
		}
		list.More = edge != "" && !back
	}
	if back && len(list.Items) == 0 && edge == "" && !l.page.Last {
		l.page = faas.Page{Size: l.page.Size}
		return l.read(ctx, p) // nothing lies before: that is the first page
	}
	l.link(&list, back, edge)
	return list, nil
}

// link sets the keys that lead on. edge is where the walk stopped with rows left, empty when it saw the last one.
func (l *listing[T]) link(list *faas.List[T], back bool, edge string) {
	if !back {
		list.Next = edge
		switch {
		case l.page.After == "":
		case len(list.Items) > 0:
			list.Prev = l.encode(l.keyOf(&list.Items[0]))
		default:
			list.Prev = inclusiveMark + strings.TrimPrefix(l.page.After, inclusiveMark)
		}
		return
	}
	slices.Reverse(list.Items)
	list.Prev = edge
	switch {
	case l.page.Last:
	case len(list.Items) > 0:
		list.Next = l.encode(l.keyOf(&list.Items[len(list.Items)-1]))
	default:
		list.Next = inclusiveMark + strings.TrimPrefix(l.page.Before, inclusiveMark)
	}
}

func (l *listing[T]) size() int {
	if l.page.Size <= 0 {
		return faas.PageSize
	}
	return min(l.page.Size, maxPage)
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

// fetch reads up to n rows along the walk that pass the filters.
func (l *listing[T]) fetch(ctx context.Context, p *pool, w walk, n int) ([]T, error) {
	limit := " LIMIT " + strconv.Itoa(stepFor(n))
	where, whereArgs := l.where(w)
	args := append(slices.Clone(l.relatedArgs), whereArgs...)
	order := l.order(w)
	text := "SELECT " + l.columns + l.related + " FROM " + l.table + where + order + limit
	if len(l.filters) > 0 {
		var texts []string
		for _, f := range l.filters {
			texts = append(texts, f.text)
			args = append(args, f.args...)
		}
		text = "SELECT " + l.columns + l.related + " FROM (SELECT " + l.columns + l.extra + " FROM " + l.table + where +
			order + " LIMIT " + strconv.Itoa(window) + ") AS " + l.table + " WHERE " + strings.Join(texts, " AND ") + order + limit
	}
	rows, err := p.rows(ctx, text, args...)
	if err != nil {
		return nil, err
	}
	items := make([]T, 0, n)
	for len(items) < n && rows.Next() {
		item, err := l.scan(rows)
		if err != nil {
			return nil, errors.Join(p.dialect.failure(ctx, err), rows.Close())
		}
		items = append(items, item)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return nil, p.dialect.failure(ctx, err)
	}
	return items, nil
}

// windowEdge returns the key of the window's last row, empty when the list ends inside the window.
func (l *listing[T]) windowEdge(ctx context.Context, p *pool, w walk) (string, error) {
	where, args := l.where(w)
	text := "SELECT " + columnNames(l.key) + " FROM " + l.table + where + l.order(w) +
		" LIMIT 1 OFFSET " + strconv.Itoa(window-1)
	key := make([]any, len(l.key))
	dest := make([]any, len(l.key))
	for i, k := range l.key {
		switch k.low.(type) {
		case int64:
			dest[i] = new(int64)
		default:
			dest[i] = new(string)
		}
	}
	err := p.row(ctx, text, args...).scan(dest...)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	for i := range dest {
		switch d := dest[i].(type) {
		case *int64:
			key[i] = *d
		case *string:
			key[i] = *d
		}
	}
	return l.encode(key), nil
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

func columnNames(key []keyColumn) string {
	names := make([]string, len(key))
	for i, k := range key {
		names[i] = k.name
	}
	return strings.Join(names, ", ")
}

// stepFor is the row count a statement asks for when n rows are wanted: one more than a step, as n is.
func stepFor(n int) int {
	for _, step := range pageSteps {
		if n <= step+1 {
			return step + 1
		}
	}
	return maxPage + 1
}

// inclusiveMark before a key says that the row with the key belongs to the page. It is needed to go back from a page
// that a filter left empty, and none of the keys begins with it.
const inclusiveMark = "~"

// encode makes a page key: readable when it is one column, opaque otherwise.
func (l *listing[T]) encode(key []any) string {
	parts := make([]string, len(key))
	for i, v := range key {
		switch v := v.(type) {
		case int64:
			parts[i] = strconv.FormatInt(v, 10)
		case string:
			parts[i] = v
		}
	}
	if len(parts) == 1 {
		return parts[0]
	}
	return base64.RawURLEncoding.EncodeToString([]byte(strings.Join(parts, ":")))
}

// decode reads a page key, which anybody may have written.
func (l *listing[T]) decode(text string) ([]any, bool) {
	parts := []string{text}
	if len(l.key) > 1 {
		data, err := base64.RawURLEncoding.DecodeString(text)
		if err != nil {
			return nil, false
		}
		parts = strings.Split(string(data), ":")
	}
	if len(parts) != len(l.key) {
		return nil, false
	}
	key := make([]any, len(parts))
	for i, part := range parts {
		switch l.key[i].low.(type) {
		case int64:
			n, err := strconv.ParseInt(part, 10, 64)
			if err != nil {
				return nil, false
			}
			key[i] = n
		default:
			if part == "" || len(part) > 255 || !storable([]any{part}) {
				return nil, false
			}
			key[i] = part
		}
	}
	return key, true
}
