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
	if err := within(a, f.ProjectID, "version"); err != nil {
		return faas.Version{}, err
	}
	return s.store.VersionByNumber(ctx, f.ID, number)
}

// Versions lists versions of a function, whatever function the filter names.
func (s *Service) Versions(ctx context.Context, a faas.Actor, of faas.Function, f faas.VersionFilter) (faas.List[faas.VersionRow], error) {
	if err := a.Need(faas.RightRead); err != nil {
		return faas.List[faas.VersionRow]{}, err
	}
	if err := within(a, of.ProjectID, "function"); err != nil {
		return faas.List[faas.VersionRow]{}, err
	}
	if err := checkSearch(f.Text); err != nil {
		return faas.List[faas.VersionRow]{}, err
	}
	f.FunctionID = of.ID
	return s.store.Versions(ctx, f)
}

// VersionByID finds a version of the actor's project.
func (s *Service) VersionByID(ctx context.Context, a faas.Actor, id string) (faas.Version, error) {
	if err := a.Need(faas.RightRead); err != nil {
		return faas.Version{}, err
	}
	return s.store.VersionByID(ctx, a.ProjectID, id)
}

// within makes sure that a noun that a verb was given is of the actor's project: another project's is not there.
func within(a faas.Actor, projectID, noun string) error {
	if projectID != a.ProjectID || projectID == "" {
		return faas.Errorf(faas.NotFound, "There is no such %s.", noun)
	}
	return nil
}
