package db

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"verso/faas"
)

const auditColumns = `id, project_id, at, actor, actor_id, token, token_id, door, request_id, address, kind, action, result,
target, detail, function_id`

const (
	auditInsert = `INSERT INTO audit (` + auditColumns + `) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
	auditsOf    = `SELECT ` + auditColumns + ` FROM audit WHERE target = ? AND target <> '' AND project_id = ? ORDER BY at, id LIMIT 100`
)

// audit writes the line in the transaction of the change it tells of. There is no statement that changes or removes one,
// and the database would refuse it.
func (t *tx) audit(a faas.Audit) error {
	if a.At.IsZero() {
		a.At = time.Now()
	}
	if a.ID == "" {
		a.ID = newID(a.At)
	}
	kind, result := cmp.Or(a.Kind, faas.AuditSettings), cmp.Or(a.Result, faas.AuditDone)
	_, err := t.exec(auditInsert, a.ID, a.ProjectID, micros(a.At), a.Actor, a.ActorID, a.Token, a.TokenID, string(a.Door),
		a.RequestID, a.Address, string(kind), a.Action, string(result), a.Target, a.Detail, a.FunctionID)
	if err != nil {
		return fmt.Errorf("write the audit line: %w", err)
	}
	return nil
}

// AddAudit writes a line that belongs to no change.
func (s *Store) AddAudit(ctx context.Context, a faas.Audit) error {
	return s.txBy(ctx, a, func(t *tx) error { return t.audit(a) })
}

// AuditsOf lists the lines about one thing of the project, oldest first, at most 100.
func (s *Store) AuditsOf(ctx context.Context, projectID, target string) ([]faas.Audit, error) {
	rows, err := s.read.rows(ctx, auditsOf, target, projectID)
	if errors.Is(err, errUnstorable) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("list the activity of a thing: %w", err)
	}
	reader := newAuditReader()
	var list []faas.Audit
	err = each(ctx, s.dialect, rows, func(func(...any) error) error {
		a, err := reader.scan(rows)
		list = append(list, a)
		return err
	})
	return list, err
}

// auditReader reads rows of auditColumns. It keeps where the columns go to.
type auditReader struct {
	line faas.Audit
	at   int64
	dest []any
}

func newAuditReader() *auditReader {
	r := &auditReader{}
	a := &r.line
	r.dest = []any{
		&a.ID, &a.ProjectID, &r.at, &a.Actor, &a.ActorID, &a.Token, &a.TokenID, (*string)(&a.Door), &a.RequestID, &a.Address,
		(*string)(&a.Kind), &a.Action, (*string)(&a.Result), &a.Target, &a.Detail, &a.FunctionID,
	}
	return r
}

func (r *auditReader) scan(rows *sqlx.Rows) (faas.Audit, error) {
	if err := rows.Scan(r.dest...); err != nil {
		return faas.Audit{}, err
	}
	r.line.At = at(r.at)
	return r.line, nil
}
