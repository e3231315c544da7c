package db

import "context"

// NewID is for tests that need ids and have no service to make them.
var NewID = newID

// TagMoves reads a function's tag history as "tag from>to".
func TagMoves(s *Store, functionID string) ([]string, error) {
	var list []string
	err := s.tx(context.Background(), func(t *tx) error {
		var err error
		list, err = t.texts(`SELECT tag || ' ' || CAST(from_number AS TEXT) || '>' || CAST(to_number AS TEXT) FROM tag_moves WHERE function_id = ?`, functionID)
		return err
	})
	return list, err
}

// Count counts the rows of a table.
func Count(s *Store, table string) (int, error) {
	var n int
	err := s.write.db.QueryRow(`SELECT count(*) FROM ` + table).Scan(&n)
	return n, err
}
