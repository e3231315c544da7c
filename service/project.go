package service

import (
	"context"
	"sync"
	"time"

	"verso/faas"
)

// CreateProject makes a project. Conflict on the field "name" when there is one of that name.
func (s *Service) CreateProject(ctx context.Context, a faas.Actor, name string) (faas.Project, error) {
	if err := a.Need(faas.RightCreateProject); err != nil {
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
	err = s.store.CreateProject(ctx, p, line)
	s.projects.set(nil, p.CreatedAt)
	return p, err
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

// Project finds a project by its name or id. One that the remembered list lacks is looked up.
func (s *Service) Project(ctx context.Context, nameOrID string) (faas.Project, error) {
	list, err := s.Projects(ctx)
	if err != nil {
		return faas.Project{}, err
	}
	for _, p := range list {
		if p.Name == nameOrID || p.ID == nameOrID {
			return p, nil
		}
	}
	if faas.IsID(nameOrID) {
		p, err := s.store.ProjectByID(ctx, nameOrID)
		if !faas.Is(err, faas.NotFound) {
			return p, err
		}
	}
	return s.store.ProjectByName(ctx, nameOrID) // a name may look like an id
}

// Projects lists the projects by name. Every page asks for them and they hardly ever change, so the answer is
// remembered for a moment; a project that another process has made appears after it.
func (s *Service) Projects(ctx context.Context) ([]faas.Project, error) {
	now := s.now()
	if list, ok := s.projects.get(now); ok {
		return list, nil
	}
	list, err := s.store.Projects(ctx)
	if err != nil {
		return nil, err
	}
	s.projects.set(list, now)
	return list, nil
}

// projectsFresh is how long a list of projects is remembered.
const projectsFresh = 2 * time.Second

// recentProjects is the list of projects as it was a moment ago.
type recentProjects struct {
	mu   sync.Mutex
	list []faas.Project
	at   time.Time
}

func (r *recentProjects) get(now time.Time) ([]faas.Project, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	age := now.Sub(r.at)
	return r.list, r.list != nil && age >= 0 && age < projectsFresh
}

func (r *recentProjects) set(list []faas.Project, now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.list, r.at = list, now
}
