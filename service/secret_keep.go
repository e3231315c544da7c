package service

import (
	"context"
	"errors"

	"verso/faas"
)

// ErrKeyMissing is beneath the error for a key that stored values need and this program lacks, for whoever knows where
// keys come from to say so.
var ErrKeyMissing = errors.New("a key is missing")

// OpenKeys makes sure, before anything is served, that every key which stored values may be sealed with is there.
// Precondition when one is missing; the sentence names its id. At the first start it takes the newest key, and seals
// what was stored before there were keys.
func (s *Service) OpenKeys(ctx context.Context) error {
	known, err := s.store.SecretKeys(ctx)
	if err != nil {
		return err
	}
	if len(known) == 0 {
		if _, err := s.firstKey(ctx); err != nil {
			return err
		}
		if known, err = s.store.SecretKeys(ctx); err != nil { // another process may have taken one too
			return err
		}
	}
	for _, id := range known {
		if err := s.needKey(id); err != nil {
			return err
		}
	}
	return nil
}

// needKey is Precondition when a key that values are sealed with is missing.
func (s *Service) needKey(id string) error {
	_, ok, err := s.ring.find(id)
	if err == nil && !ok {
		err = &faas.Error{
			Kind: faas.Precondition, Err: ErrKeyMissing,
			Message: "Secrets in the database are sealed with the key " + id + ", and this program was not given it.",
		}
	}
	return err
}

// firstKey takes the newest key as the first one of this database. What was stored before there were keys is sealed
// first: the key becomes the current one when that is done, so a process that dies on the way leaves it to the next.
func (s *Service) firstKey(ctx context.Context) (sealer, error) {
	ids, err := s.ring.ids()
	if err != nil {
		return sealer{}, err
	}
	k, err := s.keyByID(ids[0])
	if err != nil {
		return k, err
	}
	if err := s.sealClear(ctx, k); err != nil {
		return k, err
	}
	line, err := s.audit(systemActor(), "key.use", k.id, "key "+k.id)
	if err != nil {
		return k, err
	}
	if err := s.store.UseSecretKey(ctx, k.id, s.now(), line); err != nil {
		return k, err
	}
	return k, nil
}

// sealClear seals what was stored before there were keys, and clears away what it replaced: the database's files would
// keep it for as long as nothing else needs the place. Rows that are sealed already were so by a process that died
// before it came to that.
func (s *Service) sealClear(ctx context.Context, k sealer) error {
	if _, err := s.sealAll(ctx, k); err != nil {
		return err
	}
	used, err := s.keysInUse(ctx)
	if err != nil || len(used) == 0 {
		return err
	}
	return s.store.Compact(ctx)
}

// systemActor is Verso itself.
func systemActor() faas.Actor { return faas.Actor{Name: "verso", Door: faas.DoorSystem} }

// sealAll seals every stored value with one key, and repeats until a pass finds nothing to do: rows are written
// meanwhile. It tells how many rows it sealed anew. A row that cannot be opened does not stop it; the error names the
// first one.
func (s *Service) sealAll(ctx context.Context, k sealer) (rows int, err error) {
	for {
		found, first := 0, error(nil)
		err := s.store.EachSealed(ctx, func(row faas.SealedRow) error {
			values, stale, err := s.sealedWith(k, row)
			if err != nil {
				first = firstOf(first, err)
				return ctx.Err()
			}
			if !stale {
				return nil
			}
			found++
			done, err := s.store.Reseal(ctx, row, values)
			if done {
				rows++
			}
			return err
		})
		if err != nil || found == 0 {
			return rows, firstOf(err, first)
		}
	}
}

func firstOf(a, b error) error {
	if a != nil {
		return a
	}
	return b
}

// sealedWith is a row's values under one key. What is not sealed at all is from before there were keys.
func (s *Service) sealedWith(k sealer, row faas.SealedRow) (values map[string]faas.Sealed, stale bool, err error) {
	values = make(map[string]faas.Sealed, len(row.Values))
	for name, v := range row.Values {
		at := placeIn(row, name)
		id, sealed := keyOf(v)
		plain := faas.Secret(v)
		if sealed && id == k.id {
			values[name] = v
			continue
		}
		if sealed {
			if err := s.needKey(id); err != nil {
				return nil, false, err
			}
			if plain, err = s.open(at, v); err != nil {
				return nil, false, err
			}
		}
		values[name], stale = k.seal(at, plain), true
	}
	return values, stale, nil
}

// settle looks at the current key once more when sealed values have been written: another process may have made
// another key the current one meanwhile, and may even have looked already whether the earlier one is still in use. It is
// best effort, because what it follows has happened: a value that is not sealed anew still opens, and keeps its key from
// being forgotten.
func (s *Service) settle(ctx context.Context, row faas.SealedRow) {
	if len(row.Values) == 0 {
		return
	}
	k, err := s.currentKey(ctx)
	if err != nil {
		return
	}
	if values, stale, err := s.sealedWith(k, row); err == nil && stale {
		_, _ = s.store.Reseal(ctx, row, values)
	}
}
