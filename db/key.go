package db

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// keyColumn is a column of the key, with values that lie before and behind all that occur.
type keyColumn struct {
	name     string
	low, top any
}

var (
	numberKey  = keyColumn{"number", int64(-1), int64(math.MaxInt64)}
	changedKey = keyColumn{"changed_at", int64(-1), int64(math.MaxInt64)}
	createdKey = keyColumn{"created_at", int64(-1), int64(math.MaxInt64)}
	timeKey    = keyColumn{"at", int64(-1), int64(math.MaxInt64)}
	nameKey    = keyColumn{"name", "", "~"}
	personKey  = keyColumn{"person", "", "~"}
	idKey      = keyColumn{"id", "", "~"}
)

func columnNames(key []keyColumn) string {
	names := make([]string, len(key))
	for i, k := range key {
		names[i] = k.name
	}
	return strings.Join(names, ", ")
}

// inclusiveMark before a key says that the row with the key belongs to the page. It is needed to go back from a page
// that a filter left empty, and none of the keys begins with it.
const inclusiveMark = "~"

// sumBytes is how much of a hash a page key begins with.
const sumBytes = 6

// encode makes a page key: the row's key behind a sum over it and all that makes the list this one. So a key that was
// cut, changed or taken from another list, filter or project is noticed. It is no secret and needs none: whoever
// calculates a sum by hand gets another place in a list that they may read anyway.
func (l *listing[T]) encode(key []any, inclusive bool) string {
	parts := make([]string, len(key))
	for i, v := range key {
		switch v := v.(type) {
		case int64:
			parts[i] = strconv.FormatInt(v, 10)
		case string:
			parts[i] = v
		}
	}
	text := strings.Join(parts, ":")
	if inclusive {
		text = inclusiveMark + text
	}
	return base64.RawURLEncoding.EncodeToString(append(l.sum(text), text...))
}

// sum covers the order, the scope, the filters and the bounds of the list; lengths keep values apart.
func (l *listing[T]) sum(text string) []byte {
	h := sha256.New()
	add := func(part string, args []any) {
		_, _ = fmt.Fprintf(h, "%d:%s", len(part), part) // a hash takes everything
		for _, arg := range args {
			value := fmt.Sprint(arg)
			_, _ = fmt.Fprintf(h, "%d:%s", len(value), value)
		}
	}
	add(l.table+" "+columnNames(l.key), []any{l.desc})
	for _, list := range [][]cond{l.equal, l.filters} {
		for _, c := range list {
			add(c.text, c.args)
		}
	}
	if l.fixed != nil {
		add(l.fixed.name, []any{l.fixed.low})
	}
	add("low", l.low)
	add("top", l.top)
	add("key", []any{text})
	return h.Sum(nil)[:sumBytes]
}

// decode reads a page key, which anybody may have written.
func (l *listing[T]) decode(text string) (key []any, inclusive, ok bool) {
	data, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(data) < sumBytes {
		return nil, false, false
	}
	rest, inclusive := strings.CutPrefix(string(data[sumBytes:]), inclusiveMark)
	parts := strings.Split(rest, ":")
	if len(parts) != len(l.key) {
		return nil, false, false
	}
	key = make([]any, len(parts))
	for i, part := range parts {
		if key[i], ok = l.key[i].decode(part); !ok {
			return nil, false, false
		}
	}
	return key, inclusive, l.encode(key, inclusive) == text
}

// decode reads the column's part of a page key.
func (k keyColumn) decode(part string) (any, bool) {
	if _, number := k.low.(int64); number {
		n, err := strconv.ParseInt(part, 10, 64)
		return n, err == nil && n >= 0
	}
	return part, part != "" && len(part) <= 255 && storable([]any{part})
}
