package service

import (
	"context"

	"verso/faas"
)

// Version finds a version of a function by its number.
func (s *Service) Version(ctx context.Context, a faas.Actor, f faas.Function, number int64) (faas.Version, error) {
	if err := a.Need(faas.RightRead); err != nil {
		return faas.Version{}, err
	}
	return s.store.VersionByNumber(ctx, f.ID, number)
}

// Versions lists versions of a function.
func (s *Service) Versions(ctx context.Context, a faas.Actor, f faas.VersionFilter) (faas.List[faas.VersionRow], error) {
	if err := a.Need(faas.RightRead); err != nil {
		return faas.List[faas.VersionRow]{}, err
	}
	if err := checkSearch(f.Text); err != nil {
		return faas.List[faas.VersionRow]{}, err
	}
	return s.store.Versions(ctx, f)
}

// VersionByID finds a version of the actor's project.
func (s *Service) VersionByID(ctx context.Context, a faas.Actor, id string) (faas.Version, error) {
	if err := a.Need(faas.RightRead); err != nil {
		return faas.Version{}, err
	}
	return s.store.VersionByID(ctx, a.ProjectID, id)
}
