package service

import (
	"context"

	"verso/faas"
)

// CreateProject makes a project. Conflict on the field "name" when there is one of that name.
func (s *Service) CreateProject(ctx context.Context, a faas.Actor, name string) (faas.Project, error) {
	if err := a.Need(faas.Owner); err != nil {
		return faas.Project{}, err
	}
	if err := faas.CheckName("name", name); err != nil {
		return faas.Project{}, err
	}
	id, err := newID()
	if err != nil {
		return faas.Project{}, err
	}
	p := faas.Project{ID: id, Name: name, CreatedAt: s.now()}
	a.ProjectID = id
	line, err := s.audit(a, "project.create", id, name)
	if err != nil {
		return faas.Project{}, err
	}
	return p, s.store.CreateProject(ctx, p, line)
}

// EnsureProject finds a project by name and makes it when it is missing, also when several processes start at once.
func (s *Service) EnsureProject(ctx context.Context, a faas.Actor, name string) (faas.Project, error) {
	p, err := s.store.ProjectByName(ctx, name)
	if !faas.Is(err, faas.NotFound) {
		return p, err
	}
	p, err = s.CreateProject(ctx, a, name)
	if faas.Is(err, faas.Conflict) {
		return s.store.ProjectByName(ctx, name)
	}
	return p, err
}

// Project finds a project by its name or id.
func (s *Service) Project(ctx context.Context, nameOrID string) (faas.Project, error) {
	if faas.IsID(nameOrID) {
		return s.store.ProjectByID(ctx, nameOrID)
	}
	return s.store.ProjectByName(ctx, nameOrID)
}

// Projects lists the projects by name.
func (s *Service) Projects(ctx context.Context) ([]faas.Project, error) {
	return s.store.Projects(ctx)
}
