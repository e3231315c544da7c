package db

import (
	"context"
	"errors"
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
	low, top    []any       // the list begins at the one key and ends before the other; nil for no such bound
	filters     []cond      // looked at within the window
	scan        func(*sqlx.Rows) (T, error)
	keyOf       func(*T) []any
	page        faas.Page
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
		edge = l.encode(l.keyOf(&list.Items[size-1]), false)
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
	l.link(&list, w, back, edge)
	return list, nil
}

// link sets the keys that lead on. edge is where the walk stopped with rows left, empty when it saw the last one.
func (l *listing[T]) link(list *faas.List[T], w walk, back bool, edge string) {
	if !back {
		list.Next = edge
		switch {
		case l.page.After == "":
		case len(list.Items) > 0:
			list.Prev = l.encode(l.keyOf(&list.Items[0]), false)
		default:
			list.Prev = l.encode(w.from, true)
		}
		return
	}
	slices.Reverse(list.Items)
	list.Prev = edge
	switch {
	case l.page.Last:
	case len(list.Items) > 0:
		list.Next = l.encode(l.keyOf(&list.Items[len(list.Items)-1]), false)
	default:
		list.Next = l.encode(w.from, true)
	}
}

func (l *listing[T]) size() int {
	if l.page.Size <= 0 {
		return faas.PageSize
	}
	return min(l.page.Size, maxPage)
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

// windowEdge returns the key of the window's last row, empty when no row lies beyond it.
func (l *listing[T]) windowEdge(ctx context.Context, p *pool, w walk) (string, error) {
	where, args := l.where(w)
	text := "SELECT " + columnNames(l.key) + " FROM " + l.table + where + l.order(w) +
		" LIMIT 2 OFFSET " + strconv.Itoa(window-1)
	rows, err := p.rows(ctx, text, args...)
	if err != nil {
		return "", err
	}
	dest := l.keyDest()
	seen := 0
	err = each(ctx, p.dialect, rows, func(scan func(...any) error) error {
		if seen++; seen > 1 {
			return nil // the row beyond: that it is there is all we want to know
		}
		return scan(dest...)
	})
	if err != nil || seen < 2 {
		return "", err
	}
	key := make([]any, len(dest))
	for i := range dest {
		switch d := dest[i].(type) {
		case *int64:
			key[i] = *d
		case *string:
			key[i] = *d
		}
	}
	return l.encode(key, false), nil
}

// keyDest is where a row's key is read to.
func (l *listing[T]) keyDest() []any {
	dest := make([]any, len(l.key))
	for i, k := range l.key {
		switch k.low.(type) {
		case int64:
			dest[i] = new(int64)
		default:
			dest[i] = new(string)
		}
	}
	return dest
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
