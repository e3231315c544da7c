package db_test

import (
	"strings"
	"testing"

	"verso/db"
	"verso/db/dbtest"
	"verso/faas"
)

func TestFunctionIsDeletedInChunks(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		w := newWorld(t, s)
		f, bystander := w.function("one-function"), w.function("other-function")
		w.publishMany(f, 5)
		w.publishMany(bystander, 2)
		renamed := f
		renamed.Name = "renamed-function"
		w.must(s.UpdateFunction(w.ctx, renamed, w.audit("function.update")))

		w.add(w.operation(f, faas.DeleteFunction))
		got, err := s.FunctionByID(w.ctx, w.project, f.ID)
		w.must(err)
		if got.Status != faas.FunctionDeleting {
			t.Errorf("status %s", got.Status)
		}
		w.wantKind(s.UpdateFunction(w.ctx, renamed, w.audit("function.update")), faas.Precondition)
		_, err = s.AddOperation(w.ctx, w.operation(f, faas.DeleteFunction), faas.IdempotencyKey{}, w.audit("function.delete"))
		w.wantKind(err, faas.Precondition)

		op, l := w.claim()
		w.wantKind(s.RemoveFunction(w.ctx, l, f.ID, nil, w.audit("function.delete")), faas.Precondition)
		for _, want := range []int{2, 2, 1, 0} {
			n, err := s.RemoveVersions(w.ctx, l, f.ID, 2)
			w.must(err)
			if n != want {
				t.Errorf("removed %d, want %d", n, want)
			}
		}
		if n, err := s.RemoveVersions(w.ctx, l, bystander.ID, 2); err != nil || n != 0 {
			t.Errorf("removed %d versions of an active function: %v", n, err)
		}
		w.must(s.RemoveFunction(w.ctx, l, f.ID, nil, w.audit("function.delete")))
		_, err = s.FunctionByID(w.ctx, w.project, f.ID)
		w.wantKind(err, faas.NotFound)
		done, err := s.OperationByID(w.ctx, w.project, op.ID)
		w.must(err)
		if done.State != faas.Succeeded {
			t.Errorf("state %s", done.State)
		}
		for _, name := range []string{"one-function", "renamed-function"} {
			_, err = s.FunctionByName(w.ctx, w.project, name)
			w.wantKind(err, faas.NotFound)
			w.function(name)
		}
		for table, want := range map[string]int{"versions": 2, "tags": 1, "tag_moves": 2, "operations": 8} {
			if n, err := db.Count(s, table); err != nil || n != want {
				t.Errorf("%s has %d rows, want %d: %v", table, n, want, err)
			}
		}
	})
}

func TestTaggedFunctionIsNotDeleted(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		w := newWorld(t, s)
		f := w.function("one-function")
		w.publish(f, nil, "prod", "beta")
		_, err := s.AddOperation(w.ctx, w.operation(f, faas.DeleteFunction), faas.IdempotencyKey{}, w.audit("function.delete"))
		w.wantKind(err, faas.Precondition)
		if !strings.Contains(err.Error(), "beta, prod") {
			t.Errorf("the sentence does not name the tags: %v", err)
		}
		got, err := s.FunctionByID(w.ctx, w.project, f.ID)
		w.must(err)
		if got.Status != faas.FunctionActive {
			t.Errorf("status %s", got.Status)
		}
		missing := w.operation(f, faas.DeleteFunction)
		missing.FunctionID = id()
		_, err = s.AddOperation(w.ctx, missing, faas.IdempotencyKey{}, w.audit("function.delete"))
		w.wantKind(err, faas.NotFound)
	})
}

func TestADeletionIsNeverCancelled(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		w := newWorld(t, s)
		f := w.function("one-function")
		w.publish(f, nil)
		op := w.add(w.operation(f, faas.DeleteFunction))
		_, err := s.CancelOperation(w.ctx, w.project, op.ID, w.audit("operation.cancel"))
		w.wantKind(err, faas.Precondition)
		got, err := s.OperationByID(w.ctx, w.project, op.ID)
		w.must(err)
		if got.State != faas.Queued || got.Cancelling {
			t.Errorf("the deletion is %s, cancelling %v", got.State, got.Cancelling)
		}
		_, l := w.claim()
		_, err = s.CancelOperation(w.ctx, w.project, op.ID, w.audit("operation.cancel"))
		w.wantKind(err, faas.Precondition)
		_, err = s.RemoveVersions(w.ctx, l, f.ID, 10)
		w.must(err)
		w.must(s.Fail(w.ctx, l, faas.Failed, faas.Failure{Message: "It broke."}, nil))
		w.add(w.operation(f, faas.DeleteFunction)) // a deletion that broke off can be begun again
		_, l = w.claim()
		w.must(s.RemoveFunction(w.ctx, l, f.ID, nil, w.audit("function.delete")))
	})
}
