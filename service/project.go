package service

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"verso/faas"
)

// CreateProject makes a project; a person who makes it becomes its owner. Conflict on the field "name" when there is one
// of that name.
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
	p := faas.Project{ID: id, Name: name, CreatedAt: s.now(), Protected: faas.ProtectedTags()}
	owner := faas.Member{ProjectID: id, Project: name, Role: faas.Owner, AddedAt: p.CreatedAt, AddedBy: a.Name}
	if a.Door != faas.DoorSystem && a.Door != faas.DoorCommandLine {
		owner.PersonID, owner.Person = a.ID, a.Name
	}
	a.ProjectID = id
	line, err := s.audit(a, "project.create", id, name)
	if err != nil {
		return faas.Project{}, err
	}
	err = s.store.CreateProject(ctx, p, owner, line)
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

// Enter finds the project of that name or id, and makes the identity an actor in it. A project that the identity does
// not belong to is not looked up at all, so it answers as a missing one does, and as quickly. Door, request and address
// are the caller's to add.
func (s *Service) Enter(ctx context.Context, who faas.Identity, nameOrID string) (faas.Project, faas.Actor, error) {
	missing := faas.Errorf(faas.NotFound, "There is no such project.")
	p, err := s.entered(ctx, who, nameOrID)
	if faas.Is(err, faas.NotFound) {
		err = missing
	}
	if err != nil {
		return faas.Project{}, faas.Actor{}, err
	}
	if who.RoleIn(p.ID) == faas.NoRole {
		return faas.Project{}, faas.Actor{}, missing
	}
	return p, who.Actor(p.ID), nil
}

// entered is the project that the identity may mean: an administrator any, others theirs.
func (s *Service) entered(ctx context.Context, who faas.Identity, nameOrID string) (faas.Project, error) {
	if who.Person.Admin {
		return s.Project(ctx, nameOrID)
	}
	for _, m := range who.Members {
		if m.Project == nameOrID || m.ProjectID == nameOrID {
			return s.Project(ctx, m.ProjectID)
		}
	}
	return faas.Project{}, faas.Errorf(faas.NotFound, "There is no such project.")
}

// ProjectsOf lists the projects that an identity may enter, by name.
func (s *Service) ProjectsOf(ctx context.Context, who faas.Identity) ([]faas.Project, error) {
	all, err := s.Projects(ctx)
	if err != nil {
		return nil, err
	}
	var mine []faas.Project
	for _, p := range all {
		if who.RoleIn(p.ID) != faas.NoRole {
			mine = append(mine, p)
		}
	}
	return mine, nil
}

// ProtectTags chooses the tags that only a lead may set, move or remove. Problems on "tags".
func (s *Service) ProtectTags(ctx context.Context, a faas.Actor, tags []string) error {
	if err := a.Need(faas.RightChangeProject); err != nil {
		return err
	}
	if err := faas.CheckTags(tags, s.limits); err != nil {
		return err
	}
	tags = slices.Sorted(slices.Values(tags))
	line, err := s.audit(a, "project.protect-tags", a.ProjectID, cmp.Or(strings.Join(tags, " "), "none"))
	if err != nil {
		return err
	}
	err = s.store.ProtectTags(ctx, a.ProjectID, tags, line)
	s.projects.set(nil, s.now())
	return err
}

// Project finds a project by its name or id, whoever asks. One that the remembered list lacks is looked up.
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
