package db

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"verso/faas"
)

// Memberships lists the projects that a person belongs to, by their names.
func (s *Store) Memberships(ctx context.Context, personID string) ([]faas.Member, error) {
	rows, err := s.read.rows(ctx, membersOf, personID)
	if errors.Is(err, errUnstorable) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("list the memberships: %w", err)
	}
	var list []faas.Member
	err = each(ctx, s.dialect, rows, func(scan func(...any) error) error {
		var raw memberRow
		if err := scan(raw.dest()...); err != nil {
			return err
		}
		list = append(list, raw.finish())
		return nil
	})
	slices.SortFunc(list, func(a, b faas.Member) int { return strings.Compare(a.Project, b.Project) })
	return list, err
}
