package service

import (
	"context"

	"verso/faas"
)

// CreateFunction makes a function without versions. Conflict on the field "name" when the name is taken.
func (s *Service) CreateFunction(ctx context.Context, a faas.Actor, in faas.FunctionInput) (faas.Function, error) {
	if err := a.Need(faas.RightCreateFunction); err != nil {
		return faas.Function{}, err
	}
	if err := s.CheckFunction(in); err != nil {
		return faas.Function{}, err
	}
	id, err := newID()
	if err != nil {
		return faas.Function{}, err
	}
	now := s.now()
	f := faas.Function{
		ID: id, ProjectID: a.ProjectID, Name: in.Name, Description: in.Description, Labels: in.Labels,
		Status: faas.FunctionActive, CreatedAt: now, CreatedBy: a.Name, ChangedAt: now, ChangedBy: a.Name, Change: "created",
	}
	line, err := s.auditOf(a, id, "function.create", id, in.Name)
	if err != nil {
		return faas.Function{}, err
	}
	return f, s.store.CreateFunction(ctx, f, line)
}

// CheckFunction returns every problem with the input of a function; creating and editing check the same.
func (s *Service) CheckFunction(in faas.FunctionInput) error { return in.Check(s.limits) }

// EditFunction changes name, description and labels. The old name keeps leading to the function.
func (s *Service) EditFunction(ctx context.Context, a faas.Actor, id string, in faas.FunctionInput) (faas.Function, error) {
	if err := a.Need(faas.RightEditFunction); err != nil {
		return faas.Function{}, err
	}
	f, err := s.usableFunction(ctx, a, id)
	if err != nil {
		return faas.Function{}, err
	}
	if err := s.CheckFunction(in); err != nil {
		return faas.Function{}, err
	}
	f.Name, f.Description, f.Labels = in.Name, in.Description, in.Labels
	f.ChangedAt, f.ChangedBy, f.Change = s.now(), a.Name, "edited"
	line, err := s.auditOf(a, id, "function.edit", id, in.Name)
	if err != nil {
		return faas.Function{}, err
	}
	return f, s.store.UpdateFunction(ctx, f, line)
}

// DeleteFunction starts the operation that removes a function and its versions. Precondition while a tag other than
// $latest is set on one of them.
func (s *Service) DeleteFunction(ctx context.Context, a faas.Actor, id, key string) (faas.Operation, error) {
	if err := a.Need(faas.RightDeleteFunction); err != nil {
		return faas.Operation{}, err
	}
	if err := faas.CheckKey(key); err != nil {
		return faas.Operation{}, err
	}
	print, err := fingerprint(faas.DeleteFunction, id)
	if err != nil {
		return faas.Operation{}, err
	}
	once := faas.IdempotencyKey{Key: key, Fingerprint: print}
	if op, done, err := s.repeated(ctx, a, once); done {
		return op, err
	}
	f, err := s.store.FunctionByID(ctx, a.ProjectID, id)
	if err != nil {
		return faas.Operation{}, err
	}
	op, err := s.newOperation(a, f, faas.DeleteFunction, "Deleting "+f.Name)
	if err != nil {
		return faas.Operation{}, err
	}
	line, err := s.auditOf(a, f.ID, "function.delete", f.ID, f.Name)
	if err != nil {
		return faas.Operation{}, err
	}
	return s.store.AddOperation(ctx, op, once, line)
}

// removeChunk is how many versions one transaction of a deletion removes: short enough to let others write in between.
const removeChunk = 500

// removeFunction is the background half of DeleteFunction. Every chunk is a transaction of its own, so it is safe to
// run twice: a second attempt goes on where the first one stopped.
func (s *Service) removeFunction(ctx context.Context, at *faas.Attempt) error {
	op := at.Operation
	for {
		n, err := s.store.RemoveVersions(ctx, at.Lease, op.FunctionID, removeChunk)
		if err != nil {
			return err
		}
		if n == 0 {
			break
		}
	}
	line, err := s.auditOf(actorOf(op), op.FunctionID, "function.deleted", op.FunctionID, op.FunctionName)
	if err != nil {
		return err
	}
	return s.store.RemoveFunction(ctx, at.Lease, op.FunctionID, at.StagesWith(faas.Published, s.now()), line)
}

// Function finds a function by name, by a name it had, or by id. The caller compares names to redirect.
func (s *Service) Function(ctx context.Context, a faas.Actor, nameOrID string) (faas.Function, error) {
	if err := a.Need(faas.RightRead); err != nil {
		return faas.Function{}, err
	}
	if faas.IsID(nameOrID) {
		f, err := s.store.FunctionByID(ctx, a.ProjectID, nameOrID)
		if !faas.Is(err, faas.NotFound) {
			return f, err
		}
	}
	return s.store.FunctionByName(ctx, a.ProjectID, nameOrID) // a name may look like an id
}

// Functions lists functions of the actor's project.
func (s *Service) Functions(ctx context.Context, a faas.Actor, f faas.FunctionFilter) (faas.List[faas.FunctionRow], error) {
	if err := a.Need(faas.RightRead); err != nil {
		return faas.List[faas.FunctionRow]{}, err
	}
	if err := checkSearch(f.Text); err != nil {
		return faas.List[faas.FunctionRow]{}, err
	}
	f.ProjectID = a.ProjectID
	return s.store.Functions(ctx, f)
}

// usableFunction finds a function that may be changed.
func (s *Service) usableFunction(ctx context.Context, a faas.Actor, id string) (faas.Function, error) {
	f, err := s.store.FunctionByID(ctx, a.ProjectID, id)
	if err != nil {
		return f, err
	}
	if f.Status != faas.FunctionActive {
		return f, faas.Errorf(faas.Precondition, "The function %s is being deleted; it can no longer be changed.", f.Name)
	}
	return f, nil
}
