package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"verso/faas"
)

// operationColumns are what lists show; a whole operation has its work order behind them.
const operationColumns = `id, project_id, function_id, function_name, kind, description, state, stages, created_at, modified_at,
created_by, created_by_id, door, request_id, address, attempt, run_at, cancelling, version_id, package_sha256, number, failure`

const (
	operationInsert = `INSERT INTO operations (` + operationColumns + `, work_order, due_at, lease_token, leased_by)
VALUES (?, ?, ?, ?, ?, ?, 'queued', ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, FALSE, ?, ?, 0, '', ?, {now} + ?, 0, '')`
	operationFind = `SELECT ` + operationColumns + `, work_order FROM operations WHERE id = ?`
	operationLook = `SELECT ` + operationColumns + ` FROM operations WHERE id = ?`
	operationByID = operationFind + ` AND project_id = ?`

	// A deletion cannot be undone by half, so it is never cancelled.
	operationCancel = `UPDATE operations SET cancelling = TRUE, modified_at = ?,
state = CASE WHEN state = 'queued' THEN 'cancelled' ELSE state END
WHERE id = ? AND project_id = ? AND state IN ('queued', 'running') AND kind <> 'function.delete'
RETURNING ` + operationColumns + `, work_order`

	keyInsert = `INSERT INTO idempotency (actor_id, key, fingerprint, operation_id, expires_at) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (actor_id, key) DO UPDATE SET fingerprint = excluded.fingerprint, operation_id = excluded.operation_id,
expires_at = excluded.expires_at WHERE idempotency.expires_at <= ?`
	keySelect = `SELECT fingerprint, operation_id FROM idempotency WHERE actor_id = ? AND key = ?`

	functionDeleting = `UPDATE functions SET status = 'deleting', changed_at = ?, changed_by = ?, change = 'deleting' WHERE id = ?`
	deletionActive   = `SELECT count(*) FROM operations WHERE function_id = ? AND ` + activeStates + ` AND kind = 'function.delete'`
)

// AddOperation stores the work order with its idempotency record and audit line; see faas.OperationStore. What it
// returns has the times as they are stored, in microseconds.
func (s *Store) AddOperation(ctx context.Context, op faas.Operation, key faas.IdempotencyKey, a faas.Audit) (faas.Operation, error) {
	stored := op
	err := s.txBy(ctx, a, func(t *tx) error {
		earlier, err := t.claimKey(op, key)
		if err != nil {
			return err
		}
		if earlier != "" {
			stored, err = t.operation(operationFind, earlier)
			return err
		}
		if err := t.namePackage(op.PackageSHA256); err != nil {
			return err
		}
		if op.Kind == faas.DeleteFunction {
			if err := t.beginDeletion(op); err != nil {
				return err
			}
		}
		if err := t.addOperation(op); err != nil {
			return fmt.Errorf("store the operation: %w", err)
		}
		stored, err = t.operation(operationFind, op.ID)
		if err != nil {
			return err
		}
		return t.audit(a)
	})
	if err != nil {
		return faas.Operation{}, err
	}
	s.wake()
	return stored, nil
}

// claimKey stores the key for this operation, or returns the operation it was used for before. A second request that
// comes at the same moment waits at the row until the first has ended.
func (t *tx) claimKey(op faas.Operation, key faas.IdempotencyKey) (earlier string, err error) {
	if key.Key == "" {
		return "", nil
	}
	now := time.Now()
	n, err := t.exec(keyInsert, op.CreatedByID, key.Key, key.Fingerprint, op.ID, micros(now.Add(idempotencyTime)), micros(now))
	if err != nil {
		return "", fmt.Errorf("store the idempotency key: %w", err)
	}
	if n == 1 {
		return "", nil
	}
	var fingerprint string
	if err := t.row(keySelect, op.CreatedByID, key.Key).scan(&fingerprint, &earlier); err != nil {
		return "", fmt.Errorf("read the idempotency key: %w", err)
	}
	if fingerprint != key.Fingerprint {
		return "", errOtherRequest
	}
	return earlier, nil
}

// beginDeletion moves the function to deleting. Whoever sets a tag locks the function first, so none can come between.
func (t *tx) beginDeletion(op faas.Operation) error {
	f, err := t.lockFunction(op.ProjectID, op.FunctionID)
	if err != nil {
		return err
	}
	var deletions int
	if err := t.row(deletionActive, op.FunctionID).scan(&deletions); err != nil {
		return fmt.Errorf("look for a deletion: %w", err)
	}
	if deletions > 0 {
		return faas.Errorf(faas.Precondition, "The function %s is being deleted already.", f.Name)
	}
	tags, err := t.texts(tagNames, op.FunctionID)
	if err != nil {
		return fmt.Errorf("look for tags: %w", err)
	}
	// A function that an earlier attempt has left in deleting may have lost versions, and tags go with those.
	if len(tags) > 0 && f.Status == faas.FunctionActive {
		return faas.Errorf(faas.Precondition, "The function %s still has the tags %s. Remove them first.", f.Name, strings.Join(tags, ", "))
	}
	_, err = t.exec(functionDeleting, micros(op.CreatedAt), op.CreatedBy, op.FunctionID)
	if err != nil {
		return fmt.Errorf("mark the function: %w", err)
	}
	return nil
}

// texts reads a column of texts.
func (t *tx) texts(text string, args ...any) ([]string, error) {
	rows, err := t.rows(text, args...)
	if err != nil {
		return nil, err
	}
	var list []string
	err = each(t.ctx, t.pool.dialect, rows, func(scan func(...any) error) error {
		var s string
		if err := scan(&s); err != nil {
			return err
		}
		list = append(list, s)
		return nil
	})
	return list, err
}

func (t *tx) addOperation(op faas.Operation) error {
	order, err := encode(op.Order)
	if err != nil {
		return err
	}
	stages, err := encode(op.Stages)
	if err != nil {
		return err
	}
	wait := max(0, time.Until(op.RunAt)) // leases and waits go by the database's clock, not by this program's
	_, err = t.exec(operationInsert, op.ID, op.ProjectID, op.FunctionID, op.FunctionName, string(op.Kind), op.Description,
		stages, micros(op.CreatedAt), micros(op.CreatedAt), op.CreatedBy, op.CreatedByID, string(op.Door), op.RequestID,
		op.Address, micros(op.RunAt), op.VersionID, op.PackageSHA256, order, wait.Microseconds())
	if err != nil {
		return err
	}
	return t.notify()
}

// notify tells other processes, once the transaction commits, that an operation may be due.
func (t *tx) notify() error {
	if t.pool.dialect.notify == "" {
		return nil
	}
	_, err := t.exec(t.pool.dialect.notify)
	return err
}

// operation reads a whole operation in the transaction.
func (t *tx) operation(text string, args ...any) (faas.Operation, error) {
	op, err := t.row(text, args...).operation()
	if err != nil {
		return faas.Operation{}, missing(err, "operation")
	}
	return op, nil
}

// operation reads operationColumns and the work order, and into more what a query selects behind them.
func (r row) operation(more ...any) (faas.Operation, error) {
	var raw operationRow
	var order string
	err := r.scan(append(append(raw.dest(), &order), more...)...)
	if err != nil {
		return faas.Operation{}, err
	}
	if err := raw.finish(); err != nil {
		return faas.Operation{}, err
	}
	return raw.op, decode(order, &raw.op.Order)
}

// operationRow is a row on its way to an operation.
type operationRow struct {
	op                       faas.Operation
	stages, failure          string
	created, modified, runAt int64
}

func (r *operationRow) dest() []any {
	op := &r.op
	return []any{
		&op.ID, &op.ProjectID, &op.FunctionID, &op.FunctionName, (*string)(&op.Kind), &op.Description, (*string)(&op.State), &r.stages,
		&r.created, &r.modified, &op.CreatedBy, &op.CreatedByID, (*string)(&op.Door), &op.RequestID, &op.Address, &op.Attempt,
		&r.runAt, &op.Cancelling, &op.VersionID, &op.PackageSHA256, &op.Number, &r.failure,
	}
}

func (r *operationRow) finish() error {
	r.op.CreatedAt, r.op.ModifiedAt, r.op.RunAt = at(r.created), at(r.modified), at(r.runAt)
	if err := decode(r.stages, &r.op.Stages); err != nil {
		return err
	}
	return decode(r.failure, &r.op.Failure)
}

// OperationByID finds an operation of the project.
func (s *Store) OperationByID(ctx context.Context, projectID, id string) (faas.Operation, error) {
	op, err := s.read.row(ctx, operationByID, id, projectID).operation()
	if err != nil {
		return faas.Operation{}, missing(err, "operation")
	}
	return op, nil
}

// FindOperation finds an operation of any project, without its work order; the caller checks the actor's right to it.
// Somebody asks for it every second while an operation runs, and reading the order would be a quarter of the answer.
func (s *Store) FindOperation(ctx context.Context, id string) (faas.Operation, error) {
	var raw operationRow
	err := s.read.row(ctx, operationLook, id).scan(raw.dest()...)
	if err == nil {
		err = raw.finish()
	}
	if err != nil {
		return faas.Operation{}, missing(err, "operation")
	}
	return raw.op, nil
}

// CancelOperation ends a queued operation at once and asks a running one to stop. Precondition when it is done, and for
// a deletion.
func (s *Store) CancelOperation(ctx context.Context, projectID, id string, a faas.Audit) (faas.Operation, error) {
	var op faas.Operation
	err := s.txBy(ctx, a, func(t *tx) error {
		var err error
		op, err = t.row(operationCancel, micros(time.Now()), id, projectID).operation()
		if errors.Is(err, sql.ErrNoRows) {
			return t.whyNotCancelled(projectID, id)
		}
		if err != nil {
			return missing(err, "operation")
		}
		if err := t.audit(a); err != nil || op.State != faas.Cancelled {
			return err
		}
		return t.auditEnd(op, a.At) // a running one ends by its worker's hand
	})
	return op, err
}

func (t *tx) whyNotCancelled(projectID, id string) error {
	op, err := t.operation(operationByID, id, projectID)
	switch {
	case err != nil:
		return err
	case op.State.Done():
		return faas.Errorf(faas.Precondition, "The operation has ended; it cannot be cancelled any more.")
	}
	return faas.Errorf(faas.Precondition, "Deleting a function cannot be cancelled.")
}
