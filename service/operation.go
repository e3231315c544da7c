package service

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"verso/faas"
)

// newOperation makes the operation of a verb, received now.
func (s *Service) newOperation(a faas.Actor, f faas.Function, kind faas.OperationKind, title string) (faas.Operation, error) {
	id, err := newID()
	if err != nil {
		return faas.Operation{}, err
	}
	now := s.now()
	op := faas.Operation{
		ID: id, ProjectID: a.ProjectID, FunctionID: f.ID, FunctionName: f.Name, Kind: kind, Description: title,
		State: faas.Queued, CreatedAt: now, ModifiedAt: now, RunAt: now,
		CreatedBy: a.Name, CreatedByID: a.ID, Door: a.Door, RequestID: a.RequestID, Address: a.Address,
	}
	op.Mark(faas.Received, now)
	return op, nil
}

// actorOf is the person behind an operation, for the lines that its background half writes.
func actorOf(op faas.Operation) faas.Actor {
	return faas.Actor{
		ID: op.CreatedByID, Name: op.CreatedBy, ProjectID: op.ProjectID,
		Door: op.Door, RequestID: op.RequestID, Address: op.Address,
	}
}

// Operation finds an operation of the actor's project, with its work order.
func (s *Service) Operation(ctx context.Context, a faas.Actor, id string) (faas.Operation, error) {
	if err := a.Need(faas.RightRead); err != nil {
		return faas.Operation{}, err
	}
	return s.store.OperationByID(ctx, a.ProjectID, id)
}

// EnterOperation finds an operation by its id alone, without its work order, and makes the identity an actor in its
// project. NotFound when there is none, or when the identity does not belong there.
func (s *Service) EnterOperation(ctx context.Context, who faas.Identity, id string) (faas.Operation, faas.Project, faas.Actor, error) {
	missing := faas.Errorf(faas.NotFound, "There is no such operation.")
	op, err := s.store.FindOperation(ctx, id)
	if err == nil && who.RoleIn(op.ProjectID) == faas.NoRole {
		err = missing
	}
	if faas.Is(err, faas.NotFound) {
		err = missing
	}
	if err != nil {
		return faas.Operation{}, faas.Project{}, faas.Actor{}, err
	}
	p, a, err := s.Enter(ctx, who, op.ProjectID)
	return op, p, a, err
}

// Operations lists operations of the actor's project, newest first.
func (s *Service) Operations(ctx context.Context, a faas.Actor, f faas.OperationFilter) (faas.List[faas.Operation], error) {
	if err := a.Need(faas.RightRead); err != nil {
		return faas.List[faas.Operation]{}, err
	}
	f.ProjectID = a.ProjectID
	return s.store.Operations(ctx, f)
}

// CancelOperation asks for an operation to stop. Precondition when it has ended, or when it is a deletion: that cannot
// be stopped half way.
func (s *Service) CancelOperation(ctx context.Context, a faas.Actor, id string) (faas.Operation, error) {
	if err := a.Need(faas.RightCancelOperation); err != nil {
		return faas.Operation{}, err
	}
	op, err := s.Operation(ctx, a, id)
	if err != nil {
		return op, err
	}
	if op.Kind == faas.DeleteFunction {
		return op, faas.Errorf(faas.Precondition, "Deleting a function cannot be cancelled: part of its versions may be gone already.")
	}
	line, err := s.auditOf(a, op.FunctionID, "operation.cancel", id, op.Description)
	if err != nil {
		return op, err
	}
	return s.store.CancelOperation(ctx, op.ProjectID, id, line)
}

// Run makes one attempt at an operation that the worker has claimed. On success it has ended the operation itself. A
// failure's kind tells the worker whether trying again makes sense.
func (s *Service) Run(ctx context.Context, at *faas.Attempt) error {
	switch at.Operation.Kind {
	case faas.CreateVersion:
		return s.publishVersion(ctx, at)
	case faas.DeleteFunction:
		return s.removeFunction(ctx, at)
	}
	return faas.Errorf(faas.Invalid, "This program does not know operations of the kind %q.", at.Operation.Kind)
}

// repeated finds the operation of an earlier request with the same key. It comes before every look at what may have
// changed since: the answer is the same although the object, the copied version or the function is gone by now.
func (s *Service) repeated(ctx context.Context, a faas.Actor, key faas.IdempotencyKey) (op faas.Operation, done bool, err error) {
	if key.Key == "" {
		return op, false, nil
	}
	op, err = s.store.RepeatedOperation(ctx, a.ID, key)
	if faas.Is(err, faas.NotFound) {
		return op, false, nil
	}
	if err == nil && op.ProjectID != a.ProjectID {
		err = faas.Errorf(faas.Conflict, "This idempotency key was used in another project. Use a new key.")
	}
	return op, true, err
}

// fingerprint hashes what a request says, for telling a repeated request from another one under the same key.
func fingerprint(parts ...any) (string, error) {
	data, err := json.Marshal(parts) // maps are written with sorted keys
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:]), nil
}
