package service

import (
	"context"
	"maps"
	"slices"

	"verso/faas"
)

// RotateKey makes the newest key of this program the current one and seals everything with it. It may be repeated, also
// after it was killed, and servers may go on working beside it. It tells the key's id and how many rows were sealed anew.
func (s *Service) RotateKey(ctx context.Context, a faas.Actor) (id string, rows int, err error) {
	if err := fromCommandLine(a); err != nil {
		return "", 0, err
	}
	if err := s.OpenKeys(ctx); err != nil { // never leave a key behind that nobody has any more
		return "", 0, err
	}
	ids, err := s.ring.ids()
	if err != nil {
		return "", 0, err
	}
	k, err := s.keyByID(ids[0])
	if err != nil {
		return "", 0, err
	}
	line, err := s.audit(a, "key.use", k.id, "key "+k.id)
	if err != nil {
		return "", 0, err
	}
	if err := s.store.UseSecretKey(ctx, k.id, s.now(), line); err != nil {
		return "", 0, err
	}
	rows, err = s.sealAll(ctx, k)
	return k.id, rows, err
}

// fromCommandLine refuses everybody else: only who can read the keys may change them, and no role gives that.
func fromCommandLine(a faas.Actor) error {
	if a.Door != faas.DoorCommandLine {
		return faas.Errorf(faas.Forbidden, "Keys are changed on the command line of the server only.")
	}
	return nil
}

// KeyUse is a key and what is sealed with it.
type KeyUse struct {
	ID      string
	Current bool // new values are sealed with it
	Stored  bool // the database knows it; without it nothing starts
	Given   bool // this program has it
	Rows    int  // that hold values sealed with it
}

// Keys lists the keys that the database knows or this program has, the current one first. Values from before there were
// keys count under the empty id.
func (s *Service) Keys(ctx context.Context, a faas.Actor) ([]KeyUse, error) {
	if err := fromCommandLine(a); err != nil {
		return nil, err
	}
	stored, err := s.store.SecretKeys(ctx)
	if err != nil {
		return nil, err
	}
	given, err := s.ring.ids()
	if err != nil && !faas.Is(err, faas.Unavailable) {
		return nil, err
	}
	used, err := s.keysInUse(ctx)
	if err != nil {
		return nil, err
	}
	var list []KeyUse
	add := func(id string) {
		if !slices.ContainsFunc(list, func(k KeyUse) bool { return k.ID == id }) {
			list = append(list, KeyUse{
				ID: id, Current: len(stored) > 0 && id == stored[0], Rows: used[id],
				Stored: slices.Contains(stored, id), Given: slices.Contains(given, id),
			})
		}
	}
	for _, id := range append(slices.Concat(stored, given), slices.Sorted(maps.Keys(used))...) {
		add(id)
	}
	return list, nil
}

// keysInUse counts the rows that hold values of each key.
func (s *Service) keysInUse(ctx context.Context) (map[string]int, error) {
	used := map[string]int{}
	err := s.store.EachSealed(ctx, func(row faas.SealedRow) error {
		seen := map[string]bool{}
		for _, v := range row.Values {
			id, _ := keyOf(v)
			seen[id] = true
		}
		for id := range seen {
			used[id]++
		}
		return ctx.Err()
	})
	return used, err
}

// ForgetKey makes the database forget a key that seals nothing any more, so that its owner may throw it away.
// Precondition while it is the current one or still seals something.
func (s *Service) ForgetKey(ctx context.Context, a faas.Actor, id string) error {
	if err := fromCommandLine(a); err != nil {
		return err
	}
	if err := s.unusedKey(ctx, id); err != nil {
		return err
	}
	line, err := s.audit(a, "key.drop", id, "key "+id)
	if err != nil {
		return err
	}
	if err := s.store.DropSecretKey(ctx, id, line); err != nil {
		return err
	}
	// A value may have been written between the look and now. From now on nobody leaves one: settle sees that the key
	// is gone. So a second look settles it.
	current, err := s.currentKey(ctx)
	if err != nil {
		return err
	}
	if _, err := s.sealAll(ctx, current); err != nil {
		return err
	}
	return s.unusedKey(ctx, id)
}

func (s *Service) unusedKey(ctx context.Context, id string) error {
	used, err := s.keysInUse(ctx)
	if err != nil {
		return err
	}
	if n := used[id]; n > 0 {
		return faas.Errorf(faas.Precondition, "The key %s still seals %d %s. Run verso key rotate first.", id, n, plural(n, "row", "rows"))
	}
	return nil
}
