package db

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"maps"

	"verso/faas"
)

// Sealed values lie in three places. Each is walked by its primary key, a few rows at a time, because a row may hold
// megabytes. A work order holds more than its values: the search for the word only spares us most of those without any.
const (
	sealedVersions = `SELECT id, project_id, id, environment FROM versions WHERE id > ? AND environment <> '' ORDER BY id LIMIT 20`
	sealedOrders   = `SELECT id, project_id, version_id, work_order FROM operations WHERE id > ? AND work_order LIKE '%"Environment":{"%' ORDER BY id LIMIT 20`
	sealedKeys     = `SELECT id, project_id, id, sealed FROM tokens WHERE id > ? AND kind = 'key' ORDER BY id LIMIT 20`

	sealedVersion = `SELECT environment FROM versions WHERE id = ? AND project_id = ?`
	sealedOrder   = `SELECT work_order FROM operations WHERE id = ? AND project_id = ?`
	sealedKey     = `SELECT sealed FROM tokens WHERE id = ? AND project_id = ? AND kind = 'key'`

	resealVersion = `UPDATE versions SET environment = ? WHERE id = ? AND project_id = ? AND environment = ?`
	resealOrder   = `UPDATE operations SET work_order = ? WHERE id = ? AND project_id = ? AND work_order = ?`
	resealKey     = `UPDATE tokens SET sealed = ? WHERE id = ? AND project_id = ? AND sealed = ?`
)

// accessKeyName is what an access key calls its only value.
const accessKeyName = "secret"

// sealedPlace is one of the places, with the way its column is read and written.
type sealedPlace struct {
	kind         faas.SealedKind
	walk         string
	look, change string
	read         func(text string) (map[string]faas.Sealed, error)
	write        func(text string, values map[string]faas.Sealed) (string, error)
}

func sealedPlaces() []sealedPlace {
	return []sealedPlace{
		{faas.SealedVersion, sealedVersions, sealedVersion, resealVersion, readEnvironment, writeEnvironment},
		{faas.SealedOrder, sealedOrders, sealedOrder, resealOrder, readOrder, writeOrder},
		{faas.SealedAccessKey, sealedKeys, sealedKey, resealKey, readAccessKey, writeAccessKey},
	}
}

func readEnvironment(text string) (map[string]faas.Sealed, error) {
	var values map[string]faas.Sealed
	return values, decodeInto(text, &values)
}

func writeEnvironment(_ string, values map[string]faas.Sealed) (string, error) { return encode(values) }

func readOrder(text string) (map[string]faas.Sealed, error) {
	var order faas.Order
	err := decodeInto(text, &order)
	return order.Settings.Environment, err
}

// writeOrder changes the environment inside an order and nothing else, be it known to this program or not.
func writeOrder(text string, values map[string]faas.Sealed) (string, error) {
	var order, settings map[string]json.RawMessage
	if err := decodeInto(text, &order); err != nil {
		return "", err
	}
	if err := decodeInto(string(order["settings"]), &settings); err != nil {
		return "", err
	}
	var err error
	if settings["Environment"], err = json.Marshal(values); err != nil {
		return "", fmt.Errorf("encode the environment: %w", err)
	}
	if order["settings"], err = json.Marshal(settings); err != nil {
		return "", fmt.Errorf("encode the settings: %w", err)
	}
	return encode(order)
}

func readAccessKey(text string) (map[string]faas.Sealed, error) {
	if text == "" {
		return nil, nil
	}
	return map[string]faas.Sealed{accessKeyName: faas.Sealed(text)}, nil
}

func writeAccessKey(_ string, values map[string]faas.Sealed) (string, error) {
	return string(values[accessKeyName]), nil
}

// decodeInto is decode without the words of the decoder, which may quote what it read.
func decodeInto(text string, v any) error {
	if decode(text, v) != nil {
		return errors.New("sealed values cannot be read: the column is damaged")
	}
	return nil
}

// EachSealed calls fn for every row with values. No connection is held while fn runs, so fn may reseal the row.
func (s *Store) EachSealed(ctx context.Context, fn func(faas.SealedRow) error) error {
	for _, place := range sealedPlaces() {
		for after, more := "", true; more; {
			list, last, err := s.sealedAfter(ctx, place, after)
			if err != nil {
				return fmt.Errorf("read the sealed values of a %s: %w", place.kind, err)
			}
			for _, row := range list {
				if err := fn(row); err != nil {
					return err
				}
			}
			after, more = last, last != ""
		}
	}
	return nil
}

// sealedAfter reads the rows that follow an id, and tells the last id it saw, empty when there was none.
func (s *Store) sealedAfter(ctx context.Context, place sealedPlace, after string) (list []faas.SealedRow, last string, err error) {
	rows, err := s.read.rows(ctx, place.walk, after)
	if err != nil {
		return nil, "", err
	}
	err = each(ctx, s.dialect, rows, func(scan func(...any) error) error {
		row := faas.SealedRow{Kind: place.kind}
		var text string
		if err := scan(&row.ID, &row.ProjectID, &row.Place, &text); err != nil {
			return err
		}
		last = row.ID
		var err error
		if row.Values, err = place.read(text); err != nil {
			return fmt.Errorf("%s: %w", row.ID, err)
		}
		if len(row.Values) > 0 {
			list = append(list, row)
		}
		return nil
	})
	return list, last, err
}

// Reseal replaces the values of a row if they are still those of old. What the row held is compared again by the
// statement that writes, so two who reseal it at once do not mix.
func (s *Store) Reseal(ctx context.Context, old faas.SealedRow, values map[string]faas.Sealed) (bool, error) {
	for _, place := range sealedPlaces() {
		if place.kind != old.Kind {
			continue
		}
		var done bool
		err := s.tx(ctx, func(t *tx) error {
			var err error
			done, err = t.reseal(place, old, values)
			return err
		})
		if err != nil {
			return false, fmt.Errorf("reseal the %s %s: %w", old.Kind, old.ID, err)
		}
		return done, nil
	}
	return false, fmt.Errorf("no place holds sealed values of the kind %q", old.Kind)
}

func (t *tx) reseal(place sealedPlace, old faas.SealedRow, values map[string]faas.Sealed) (bool, error) {
	var text string
	err := t.row(place.look, old.ID, old.ProjectID).scan(&text)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	now, err := place.read(text)
	if err != nil || !maps.Equal(now, old.Values) {
		return false, err
	}
	next, err := place.write(text, values)
	if err != nil {
		return false, err
	}
	n, err := t.exec(place.change, next, old.ID, old.ProjectID, text)
	return n == 1, err
}
