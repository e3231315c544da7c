package db

import (
	"context"
	"time"

	"verso/faas"
)

const keyLook = `SELECT fingerprint, operation_id FROM idempotency WHERE actor_id = ? AND key = ? AND expires_at > ?`

// errOtherRequest says that a key stands for something else.
var errOtherRequest = faas.Errorf(faas.Conflict, "This idempotency key was used for another request within the last 24 hours. Use a new key.")

// RepeatedOperation finds the operation of an earlier request with the same key. AddOperation looks again, in its
// transaction, for a request that comes at the same time.
func (s *Store) RepeatedOperation(ctx context.Context, actorID string, key faas.IdempotencyKey) (faas.Operation, error) {
	var fingerprint, id string
	err := s.read.row(ctx, keyLook, actorID, key.Key, micros(time.Now())).scan(&fingerprint, &id)
	if err != nil {
		return faas.Operation{}, missing(err, "request with this key")
	}
	if fingerprint != key.Fingerprint {
		return faas.Operation{}, errOtherRequest
	}
	op, err := s.read.row(ctx, operationFind, id).operation()
	if err != nil {
		return faas.Operation{}, missing(err, "operation")
	}
	return op, nil
}
