package db

import (
	"context"
	"fmt"

	"verso/faas"
)

const (
	projectInsert = `INSERT INTO projects (id, name, created_at) VALUES (?, ?, ?)`
	projectSelect = `SELECT id, name, created_at FROM projects`
)

// CreateProject answers Conflict on the field "name" when the name is taken.
func (s *Store) CreateProject(ctx context.Context, p faas.Project, owner faas.Member, a faas.Audit) error {
	return s.tx(ctx, func(t *tx) error {
		_, err := t.exec(projectInsert, p.ID, p.Name, micros(p.CreatedAt))
		if isUnique(err) {
			return taken("A project named %q exists already.", p.Name)
		}
		if err != nil {
			return fmt.Errorf("create project: %w", err)
		}
		return t.audit(a)
	})
}

// taken is the answer to a name that somebody else has.
func taken(format, name string) error {
	err := faas.Errorf(faas.Conflict, format, name)
	err.Field = "name"
	return err
}

// ProjectByName finds a project by its name.
func (s *Store) ProjectByName(ctx context.Context, name string) (faas.Project, error) {
	return s.project(ctx, projectSelect+` WHERE name = ?`, name)
}

// ProjectByID finds a project by its id.
func (s *Store) ProjectByID(ctx context.Context, id string) (faas.Project, error) {
	return s.project(ctx, projectSelect+` WHERE id = ?`, id)
}

func (s *Store) project(ctx context.Context, text, arg string) (faas.Project, error) {
	var p faas.Project
	var created int64
	if err := s.read.row(ctx, text, arg).scan(&p.ID, &p.Name, &created); err != nil {
		return faas.Project{}, missing(err, "project")
	}
	p.CreatedAt = at(created)
	return p, nil
}

// Projects lists all projects by name.
func (s *Store) Projects(ctx context.Context) ([]faas.Project, error) {
	rows, err := s.read.rows(ctx, projectSelect+` ORDER BY name`)
	if err != nil {
		return nil, fmt.Errorf("list projects: %w", err)
	}
	var list []faas.Project
	err = each(ctx, s.dialect, rows, func(scan func(...any) error) error {
		var p faas.Project
		var created int64
		if err := scan(&p.ID, &p.Name, &created); err != nil {
			return err
		}
		p.CreatedAt = at(created)
		list = append(list, p)
		return nil
	})
	return list, err
}
