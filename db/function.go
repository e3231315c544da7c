package db

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"

	"verso/faas"
)

const functionColumns = `id, project_id, name, description, labels, status, last_number, created_at, created_by,
changed_at, changed_by, change, runtime, tag_list`

const (
	functionInsert = `INSERT INTO functions (` + functionColumns + `, search)
VALUES (?, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?, ?, '', '', ?)`
	functionByID   = `SELECT ` + functionColumns + ` FROM functions WHERE id = ? AND project_id = ?`
	functionByName = `SELECT ` + functionColumns + ` FROM functions WHERE project_id = ? AND name = ?`
	functionByOld  = `SELECT ` + functionColumns + ` FROM functions
WHERE id = (SELECT function_id FROM old_names WHERE project_id = ? AND name = ?)`
	functionUpdate = `UPDATE functions SET name = ?, description = ?, labels = ?, changed_at = ?, changed_by = ?, change = ?, search = ?
WHERE id = ? AND project_id = ? AND status = 'active'`
	functionLock = `UPDATE functions SET status = status WHERE id = ? AND project_id = ? RETURNING name, status`

	oldNameInsert = `INSERT INTO old_names (project_id, name, function_id) VALUES (?, ?, ?)
ON CONFLICT (project_id, name) DO UPDATE SET function_id = excluded.function_id`
	oldNameDelete = `DELETE FROM old_names WHERE project_id = ? AND name = ?`
)

const functionTaken = "This project has a function named %q already; choose another name."

// CreateFunction answers Conflict on the field "name" when the project has a function of that name. A name that a
// function had before is free, and then no longer leads to it.
func (s *Store) CreateFunction(ctx context.Context, f faas.Function, a faas.Audit) error {
	labels, err := encode(f.Labels)
	if err != nil {
		return err
	}
	return s.txBy(ctx, a, func(t *tx) error {
		_, err := t.exec(functionInsert, f.ID, f.ProjectID, f.Name, f.Description, labels, string(faas.FunctionActive),
			micros(f.CreatedAt), f.CreatedBy, micros(f.ChangedAt), f.ChangedBy, f.Change, searchable(f.Name, f.Description))
		if isUnique(err) {
			return taken(functionTaken, f.Name)
		}
		if err != nil {
			return fmt.Errorf("create function: %w", err)
		}
		if _, err := t.exec(oldNameDelete, f.ProjectID, f.Name); err != nil {
			return fmt.Errorf("take the name over: %w", err)
		}
		return t.audit(a)
	})
}

// UpdateFunction writes name, description, labels and the Changed fields; Precondition while it is being deleted.
func (s *Store) UpdateFunction(ctx context.Context, f faas.Function, a faas.Audit) error {
	labels, err := encode(f.Labels)
	if err != nil {
		return err
	}
	return s.txBy(ctx, a, func(t *tx) error {
		before, err := t.lockFunction(f.ProjectID, f.ID)
		if err != nil {
			return err
		}
		if before.Status != faas.FunctionActive {
			return faas.Errorf(faas.Precondition, "The function %s is being deleted.", before.Name)
		}
		_, err = t.exec(functionUpdate, f.Name, f.Description, labels, micros(f.ChangedAt), f.ChangedBy, f.Change,
			searchable(f.Name, f.Description), f.ID, f.ProjectID)
		if isUnique(err) {
			return taken(functionTaken, f.Name)
		}
		if err != nil {
			return fmt.Errorf("update function: %w", err)
		}
		if err := t.rename(f.ProjectID, f.ID, before.Name, f.Name); err != nil {
			return fmt.Errorf("keep the old name: %w", err)
		}
		return t.audit(a)
	})
}

// lockFunction makes other changes of the function wait until this transaction ends. It fills name and status.
func (t *tx) lockFunction(projectID, id string) (faas.Function, error) {
	var f faas.Function
	if err := t.row(functionLock, id, projectID).scan(&f.Name, &f.Status); err != nil {
		return f, missing(err, "function")
	}
	return f, nil
}

// rename lets the old name lead on and the new one stand for itself.
func (t *tx) rename(projectID, id, before, after string) error {
	if before == after {
		return nil
	}
	if _, err := t.exec(oldNameDelete, projectID, after); err != nil {
		return err
	}
	_, err := t.exec(oldNameInsert, projectID, before, id)
	return err
}

// FunctionByID finds a function of the project.
func (s *Store) FunctionByID(ctx context.Context, projectID, id string) (faas.Function, error) {
	return s.function(ctx, functionByID, id, projectID)
}

// FunctionByName finds a function by its name, or else by a name it had.
func (s *Store) FunctionByName(ctx context.Context, projectID, name string) (faas.Function, error) {
	f, err := s.function(ctx, functionByName, projectID, name)
	if faas.Is(err, faas.NotFound) {
		return s.function(ctx, functionByOld, projectID, name)
	}
	return f, err
}

func (s *Store) function(ctx context.Context, text string, args ...any) (faas.Function, error) {
	r := newFunctionReader()
	if err := s.read.row(ctx, text, args...).scan(r.dest[:len(r.dest)-1]...); err != nil {
		return faas.Function{}, missing(err, "function")
	}
	row, err := r.finish()
	return row.Function, err
}

// functionReader reads rows of functionColumns, and of a list also the running operation. It keeps where the columns go
// to; plain strings, because database/sql is quicker with those than with named types.
type functionReader struct {
	row              faas.FunctionRow
	labels, tags     string
	created, changed int64
	dest             []any
}

func newFunctionReader() *functionReader {
	r := &functionReader{}
	f := &r.row
	r.dest = []any{
		&f.ID, &f.ProjectID, &f.Name, &f.Description, &r.labels, (*string)(&f.Status), &f.LastNumber, &r.created,
		&f.CreatedBy, &r.changed, &f.ChangedBy, &f.Change, &f.Runtime, &r.tags, &f.Running,
	}
	return r
}

func (r *functionReader) scan(rows *sqlx.Rows) (faas.FunctionRow, error) {
	if err := rows.Scan(r.dest...); err != nil {
		return faas.FunctionRow{}, err
	}
	return r.finish()
}

// finish turns what was read into a row of its own.
func (r *functionReader) finish() (faas.FunctionRow, error) {
	row := r.row
	row.CreatedAt, row.ChangedAt = at(r.created), at(r.changed)
	row.Tags = tagRefs(row.LastNumber, r.tags)
	return row, decode(r.labels, &row.Labels)
}
