package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"verso/faas"
)

// Every text here is one guarded statement. Time is the database's own, so that the clocks of several servers need not
// agree. A lease's token grows with each claim, so whoever was overtaken holds an old one and changes nothing.
const (
	queueClaim = `UPDATE operations SET state = 'running', attempt = attempt + 1, lease_token = lease_token + 1,
due_at = {now} + ?, leased_by = ?, modified_at = {now}
WHERE id = (SELECT id FROM operations WHERE ` + activeStates + ` AND due_at <= (SELECT {now}) ORDER BY due_at, id LIMIT 1 {skip})
RETURNING ` + operationColumns + `, work_order, lease_token`

	leaseGuard = ` WHERE id = ? AND lease_token = ? AND state = 'running'`

	queueHeartbeat = `UPDATE operations SET due_at = {now} + ?, stages = ?, modified_at = {now}` + leaseGuard +
		` RETURNING cancelling`
	queueName   = `UPDATE operations SET package_sha256 = ?, modified_at = {now}` + leaseGuard
	queueGuard  = `UPDATE operations SET modified_at = {now}` + leaseGuard
	queueFinish = `UPDATE operations SET state = ?, stages = ?, number = ?, failure = ?, modified_at = {now}` + leaseGuard
	// An attempt that ends by itself after cancelling was asked for is not followed by another.
	afterAttempt = `state = CASE WHEN cancelling THEN 'cancelled' ELSE 'queued' END`

	queueRetry = `UPDATE operations SET ` + afterAttempt + `, stages = ?, run_at = {now} + ?, due_at = {now} + ?, leased_by = '',
modified_at = {now}` + leaseGuard + ` RETURNING state`
	queueRelease = `UPDATE operations SET ` + afterAttempt + `, stages = ?, attempt = attempt - 1, run_at = {now}, due_at = {now},
leased_by = '', modified_at = {now}` + leaseGuard + ` RETURNING state`
)

// Claim takes the operation that has been due for longest, or whose lease ran out, and begins an attempt. NotFound when
// there is none.
func (s *Store) Claim(ctx context.Context, worker string, lease time.Duration) (faas.Operation, faas.Lease, error) {
	var op faas.Operation
	var token int64
	err := s.tx(ctx, func(t *tx) error {
		var err error
		op, err = t.row(queueClaim, lease.Microseconds(), worker).operation(&token)
		return err
	})
	if errors.Is(err, sql.ErrNoRows) {
		return op, faas.Lease{}, faas.Errorf(faas.NotFound, "No operation is due.")
	}
	if err != nil {
		return faas.Operation{}, faas.Lease{}, fmt.Errorf("claim an operation: %w", err)
	}
	return op, faas.Lease{OperationID: op.ID, Token: token}, nil
}

// Heartbeat extends the lease, stores the stages and tells whether cancelling was asked for.
func (s *Store) Heartbeat(ctx context.Context, l faas.Lease, lease time.Duration, stages []faas.StageTime) (cancel bool, err error) {
	text, err := encode(stages)
	if err != nil {
		return false, err
	}
	err = s.tx(ctx, func(t *tx) error {
		err := t.row(queueHeartbeat, lease.Microseconds(), text, l.OperationID, l.Token).scan(&cancel)
		if errors.Is(err, sql.ErrNoRows) {
			return errStale
		}
		return err
	})
	if err != nil {
		return false, fmt.Errorf("extend the lease: %w", err)
	}
	return cancel, nil
}

// NamePackage makes the operation name bytes that were just stored; see discard.go.
func (s *Store) NamePackage(ctx context.Context, l faas.Lease, sha256 string) error {
	return s.tx(ctx, func(t *tx) error {
		if err := t.namePackage(sha256); err != nil {
			return err
		}
		return t.guarded("name the package", queueName, sha256, l.OperationID, l.Token)
	})
}

// Fail ends the operation as failed or cancelled.
func (s *Store) Fail(ctx context.Context, l faas.Lease, state faas.OperationState, f faas.Failure, stages []faas.StageTime) error {
	if state != faas.Failed && state != faas.Cancelled {
		return fmt.Errorf("an operation cannot fail into the state %q", state)
	}
	var failure *faas.Failure
	if f.Message != "" || state == faas.Failed {
		failure = &f
	}
	return s.tx(ctx, func(t *tx) error {
		if err := t.finish(l, state, 0, failure, stages); err != nil {
			return err
		}
		return t.auditEnded(l, f.At)
	})
}

// finish ends the operation if the lease still holds.
func (t *tx) finish(l faas.Lease, state faas.OperationState, number int64, f *faas.Failure, stages []faas.StageTime) error {
	failure, err := encode(f)
	if err != nil {
		return err
	}
	text, err := encode(stages)
	if err != nil {
		return err
	}
	return t.guarded("end the operation", queueFinish, string(state), text, number, failure, l.OperationID, l.Token)
}

// guarded runs a statement that ends in leaseGuard.
func (t *tx) guarded(what, text string, args ...any) error {
	n, err := t.exec(text, args...)
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	if n == 0 {
		return errStale
	}
	return nil
}

// Retry hands the operation back for another attempt after the wait; it ends as cancelled if somebody asked for that.
func (s *Store) Retry(ctx context.Context, l faas.Lease, wait time.Duration, stages []faas.StageTime) error {
	text, err := encode(stages)
	if err != nil {
		return err
	}
	return s.tx(ctx, func(t *tx) error {
		us := wait.Microseconds()
		return t.handBack(l, queueRetry, text, us, us)
	})
}

// handBack runs a statement that ends an attempt, and perhaps the operation.
func (t *tx) handBack(l faas.Lease, text string, args ...any) error {
	var state string
	err := t.row(text, append(args, l.OperationID, l.Token)...).scan(&state)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return errStale
	case err != nil:
		return fmt.Errorf("hand the operation back: %w", err)
	case state == string(faas.Cancelled):
		return t.auditEnded(l, time.Time{})
	}
	return nil
}

// Release hands the operation back at once without counting the attempt; it ends as cancelled if somebody asked for that.
func (s *Store) Release(ctx context.Context, l faas.Lease, stages []faas.StageTime) error {
	text, err := encode(stages)
	if err != nil {
		return err
	}
	err = s.tx(ctx, func(t *tx) error {
		if err := t.handBack(l, queueRelease, text); err != nil {
			return err
		}
		return t.notify()
	})
	if err == nil {
		s.wake()
	}
	return err
}
