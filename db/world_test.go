package db_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"testing"
	"time"

	"verso/db"
	"verso/faas"
)

const lease = 30 * time.Second

// world is a store with a project in it and short words for what tests do.
type world struct {
	*db.Store
	t       testing.TB
	ctx     context.Context
	project string
}

func newWorld(t testing.TB, s *db.Store) *world {
	t.Helper()
	w := &world{Store: s, t: t, ctx: context.Background(), project: id()}
	w.must(s.CreateProject(w.ctx, faas.Project{ID: w.project, Name: "p-" + w.project, CreatedAt: now()}, faas.Member{}, w.audit("project.create")))
	return w
}

func id() string { return db.NewID(time.Now()) }

func now() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }

func hash(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) wantKind(err error, kind faas.Kind) {
	w.t.Helper()
	if !faas.Is(err, kind) {
		w.t.Fatalf("got %v, want an error of kind %q", err, kind)
	}
}

func (w *world) audit(action string) faas.Audit {
	return faas.Audit{ID: id(), ProjectID: w.project, At: now(), Actor: "ann", ActorID: "u1", Door: faas.DoorDashboard, Action: action}
}

// function makes a function.
func (w *world) function(name string) faas.Function {
	w.t.Helper()
	at := now()
	f := faas.Function{
		ID: id(), ProjectID: w.project, Name: name, Description: "About " + name, Status: faas.FunctionActive,
		CreatedAt: at, CreatedBy: "ann", ChangedAt: at, ChangedBy: "ann", Change: "created",
	}
	w.must(w.CreateFunction(w.ctx, f, w.audit("function.create")))
	return f
}

// operation is a work order that is not stored yet.
func (w *world) operation(f faas.Function, kind faas.OperationKind) faas.Operation {
	at := now()
	return faas.Operation{
		ID: id(), ProjectID: w.project, FunctionID: f.ID, FunctionName: f.Name, Kind: kind, Description: "Doing it",
		State: faas.Queued, Stages: []faas.StageTime{{Stage: faas.Received, At: at}}, CreatedAt: at, ModifiedAt: at,
		CreatedBy: "ann", CreatedByID: "u1", Door: faas.DoorYandex, RequestID: "r1", Address: "192.0.2.1", RunAt: at,
		Order:     faas.Order{Description: "why", Settings: settings(), Tags: []string{"prod"}, Origin: faas.Origin{Kind: faas.FromUpload, FileName: "a.zip"}},
		VersionID: id(),
	}
}

func settings() faas.Settings {
	return faas.Settings{
		Runtime: "nodejs22", Entrypoint: "index.handler", Memory: 128 * faas.MiB, Timeout: 3 * time.Second,
		ServiceAccountID: "robot", Environment: map[string]faas.Sealed{"A": "s1.1", "B": "ü"}, NetworkID: "net", SubnetIDs: []string{"s1", "s2"},
	}
}

// add stores an operation.
func (w *world) add(op faas.Operation) faas.Operation {
	w.t.Helper()
	stored, err := w.AddOperation(w.ctx, op, faas.IdempotencyKey{}, w.audit("version.create"))
	w.must(err)
	return stored
}

// claim takes the next operation.
func (w *world) claim() (faas.Operation, faas.Lease) {
	w.t.Helper()
	op, l, err := w.Claim(w.ctx, "worker", lease)
	w.must(err)
	return op, l
}

// version is what an operation would publish.
func (w *world) version(op faas.Operation) faas.Version {
	return faas.Version{
		ID: op.VersionID, ProjectID: op.ProjectID, FunctionID: op.FunctionID, Status: faas.VersionActive, Description: "Fixes it",
		Settings: settings(), Package: faas.Package{SHA256: hash(op.ID), Size: 1234, Fingerprint: hash("f"), Files: 3, Unpacked: 5678},
		Origin: faas.Origin{Kind: faas.FromUpload, FileName: "Füße.zip"},
		Author: op.CreatedBy, AuthorID: op.CreatedByID, Door: op.Door, RequestID: op.RequestID, Address: op.Address,
		OperationID: op.ID, CreatedAt: now(),
	}
}

// publish makes a version from beginning to end. The queue must be empty.
func (w *world) publish(f faas.Function, change func(*faas.Version), tags ...string) faas.Version {
	w.t.Helper()
	w.add(w.operation(f, faas.CreateVersion))
	op, l := w.claim()
	v := w.version(op)
	if change != nil {
		change(&v)
	}
	v, err := w.PublishVersion(w.ctx, l, v, tags, op.Stages, w.audit("version.create"))
	w.must(err)
	return v
}

// publishMany makes n versions.
func (w *world) publishMany(f faas.Function, n int) {
	w.t.Helper()
	for i := range n {
		w.publish(f, func(v *faas.Version) { v.Description = fmt.Sprintf("change %d", i+1) })
	}
}
