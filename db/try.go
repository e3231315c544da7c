package db

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"verso/faas"
)

const (
	// A counter whose window has ended starts anew.
	tryCount = `INSERT INTO tries (key, count, ends_at) VALUES (?, 1, ?)
ON CONFLICT (key) DO UPDATE SET
count = CASE WHEN tries.ends_at <= ? THEN 1 ELSE tries.count + 1 END,
ends_at = CASE WHEN tries.ends_at <= ? THEN excluded.ends_at ELSE tries.ends_at END
RETURNING count, ends_at`
	tryBack   = `UPDATE tries SET count = count - 1 WHERE key = ? AND count > 0`
	tryForget = `DELETE FROM tries WHERE key = ?`
)

// errTooMany undoes the transaction of an attempt that is one too many.
var errTooMany = errors.New("too many attempts")

// TakeTry counts an attempt under each key, or under none and tells how long to wait. A counter's row is locked from
// its count until the transaction ends, and always in the keys' order, so attempts at the same moment neither pass each
// other nor wait in a circle.
func (s *Store) TakeTry(ctx context.Context, tries []faas.Try, now time.Time) (wait time.Duration, err error) {
	tries = slices.SortedFunc(slices.Values(tries), func(a, b faas.Try) int { return strings.Compare(a.Key, b.Key) })
	us := micros(now)
	err = s.tx(ctx, func(t *tx) error {
		for _, try := range tries {
			var count int
			var ends int64
			if err := t.row(tryCount, try.Key, us+try.Window.Microseconds(), us, us).scan(&count, &ends); err != nil {
				return fmt.Errorf("count the attempt: %w", err)
			}
			if count > try.Limit {
				wait = max(wait, time.Duration(ends-us)*time.Microsecond)
			}
		}
		if wait > 0 {
			return errTooMany
		}
		return nil
	})
	if err != nil && !errors.Is(err, errTooMany) {
		return 0, err
	}
	return wait, nil
}

// GiveBack takes one attempt off each of the keys, and forgets the others, in the same order as TakeTry.
func (s *Store) GiveBack(ctx context.Context, keys, forget []string) error {
	all := slices.Concat(keys, forget)
	slices.Sort(all)
	return s.tx(ctx, func(t *tx) error {
		for _, key := range slices.Compact(all) {
			text := tryBack
			if slices.Contains(forget, key) {
				text = tryForget
			}
			if _, err := t.exec(text, key); err != nil {
				return fmt.Errorf("give the attempt back: %w", err)
			}
		}
		return nil
	})
}
