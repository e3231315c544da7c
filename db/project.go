package db

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"verso/faas"
)

const (
	projectInsert  = `INSERT INTO projects (id, name, created_at, protected_tags) VALUES (?, ?, ?, ?)`
	projectSelect  = `SELECT id, name, created_at, protected_tags FROM projects`
	projectProtect = `UPDATE projects SET protected_tags = ? WHERE id = ? AND protected_tags <> ?`
)

// CreateProject stores a project with its first owner, if there is one. Conflict on the field "name" when it is taken.
func (s *Store) CreateProject(ctx context.Context, p faas.Project, owner faas.Member, a faas.Audit) error {
	return s.txBy(ctx, a, func(t *tx) error {
		_, err := t.exec(projectInsert, p.ID, p.Name, micros(p.CreatedAt), tagWords(p.Protected))
		if isUnique(err) {
			return taken("A project named %q exists already.", p.Name)
		}
		if err != nil {
			return fmt.Errorf("create project: %w", err)
		}
		if owner.PersonID != "" {
			person, err := t.person(personByID, owner.PersonID)
			if err != nil {
				return err
			}
			owner.ProjectID, owner.Person = p.ID, person.Name
			if err := t.putMember(owner); err != nil {
				return err
			}
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

// tagWords is how a list of tags is stored; tags have no commas.
func tagWords(tags []string) string {
	tags = slices.Clone(tags)
	slices.Sort(tags)
	return strings.Join(slices.Compact(tags), ",")
}

// ProtectTags replaces the project's protected tags. The same ones once more are no change, and no line.
func (s *Store) ProtectTags(ctx context.Context, projectID string, tags []string, a faas.Audit) error {
	return s.txBy(ctx, a, func(t *tx) error {
		n, err := t.exec(projectProtect, tagWords(tags), projectID, tagWords(tags))
		if err != nil {
			return fmt.Errorf("protect tags: %w", err)
		}
		if n == 0 {
			return t.lockProject(projectID) // they are as they were, or there is no such project
		}
		return t.audit(a)
	})
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
	p, err := scanProject(s.read.row(ctx, text, arg).scan)
	if err != nil {
		return faas.Project{}, missing(err, "project")
	}
	return p, nil
}

func scanProject(scan func(...any) error) (faas.Project, error) {
	var p faas.Project
	var created int64
	var tags string
	err := scan(&p.ID, &p.Name, &created, &tags)
	p.CreatedAt = at(created)
	if tags != "" {
		p.Protected = strings.Split(tags, ",")
	}
	return p, err
}

// Projects lists all projects by name.
func (s *Store) Projects(ctx context.Context) ([]faas.Project, error) {
	rows, err := s.read.rows(ctx, projectSelect+` ORDER BY name`)
	if err != nil {
		return nil, fmt.Errorf("list projects: %w", err)
	}
	var list []faas.Project
	err = each(ctx, s.dialect, rows, func(scan func(...any) error) error {
		p, err := scanProject(scan)
		list = append(list, p)
		return err
	})
	return list, err
}
