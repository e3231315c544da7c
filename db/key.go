package db

import (
	"encoding/base64"
	"math"
	"strconv"
	"strings"

	"verso/faas"
)

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
			if err != nil || n < 0 {
				return nil, false
			}
			key[i] = n
		default:
			if part == "" || len(part) > 255 || !storable([]any{part}) || (l.key[i] == idKey && !faas.IsID(part)) {
				return nil, false
			}
			key[i] = part
		}
	}
	return key, true
}
