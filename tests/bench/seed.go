package main

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/google/uuid"

	"verso/db"
	"verso/db/dbtest"
	"verso/faas"
)

// seeds is what the data holds before anything is measured.
type seeds struct {
	functions     int
	histories     []history // for the pages of versions
	copied        []history // for copies
	target        string    // function for uploads, empty at first
	waiting, done string    // ids of operations
}

// history is a function with many versions.
type history struct {
	name     string
	versions int
	from     int // how many there were before copies were made
}

// listed is how many functions with a few versions the project has.
const listed = 300

// filler writes through the store, while no server runs.
type filler struct {
	config  db.Config
	store   *db.Store
	project string
	author  string
}

// seed fills a site.
func (b *bench) seed(ctx context.Context, s *site) (err error) {
	began := time.Now()
	config := db.Config{URL: s.databaseURL(), Dir: s.data, Migrate: true}
	store, err := db.Open(ctx, config)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	f := &filler{config: config, store: store, project: newID(), author: "Ada Lindqvist"}
	err = store.CreateProject(ctx, faas.Project{ID: f.project, Name: faas.DefaultProject, CreatedAt: now()}, faas.Member{}, f.audit("project.create", f.project))
	if err != nil {
		return err
	}
	if s.seeded, err = f.plan(ctx, b.o); err != nil {
		return err
	}
	if s.cluster != nil {
		err = s.cluster.settle(ctx)
	} else {
		err = forgetStatistics(ctx, s.data)
	}
	say("%s: filled in %s", names[s.engine], time.Since(began).Round(100*time.Millisecond))
	return err
}

func (f *filler) plan(ctx context.Context, o options) (seeds, error) {
	have := seeds{target: "upload-target"}
	for i := range listed {
		fn, err := f.function(ctx, fmt.Sprintf("%s-%03d", pick(i%2 == 0, "invoice-render", "media-thumbnail"), i))
		if err != nil {
			return have, err
		}
		for n := range 3 {
			var tags []string
			if n == 1 {
				tags = []string{"prod"}
			}
			if have.done, err = f.publish(ctx, fn, tags); err != nil {
				return have, err
			}
		}
	}
	sizes := []int{100, 10_000, 1_000_000}
	for _, n := range sizes[:pick(o.quick, 2, 3)] {
		h := history{name: fmt.Sprintf("history-%d", n), versions: n}
		if err := f.history(ctx, h); err != nil {
			return have, err
		}
		have.histories = append(have.histories, h)
	}
	for _, n := range []int{100, 10_000} {
		h := history{name: fmt.Sprintf("copied-%d", n), versions: n - 1, from: n - 1}
		if err := f.history(ctx, h); err != nil {
			return have, err
		}
		have.copied = append(have.copied, h)
	}
	var err error
	if _, err = f.function(ctx, have.target); err == nil {
		have.waiting, err = f.wait(ctx)
	}
	have.functions = listed + len(have.histories) + len(have.copied) + 2
	return have, err
}

// function makes a function.
func (f *filler) function(ctx context.Context, name string) (faas.Function, error) {
	at := now()
	fn := faas.Function{
		ID: newID(), ProjectID: f.project, Name: name, Description: "Renders what the shop sends and puts it where it belongs",
		Labels: map[string]string{"team": "billing"}, Status: faas.FunctionActive,
		CreatedAt: at, CreatedBy: f.author, ChangedAt: at, ChangedBy: f.author, Change: "created",
	}
	return fn, f.store.CreateFunction(ctx, fn, f.audit("function.create", fn.ID))
}

// publish makes one version the way a worker does and returns its operation.
func (f *filler) publish(ctx context.Context, fn faas.Function, tags []string) (operation string, err error) {
	op := f.operation(fn)
	if _, err := f.store.AddOperation(ctx, op, faas.IdempotencyKey{}, f.audit("version.create", op.VersionID)); err != nil {
		return "", err
	}
	taken, lease, err := f.store.Claim(ctx, "bench", time.Minute)
	if err != nil {
		return "", err
	}
	v := faas.Version{
		ID: taken.VersionID, ProjectID: f.project, FunctionID: fn.ID, Status: faas.VersionActive,
		Description: op.Order.Description, Settings: op.Order.Settings, Package: op.Order.Package, Origin: op.Order.Origin,
		Author: f.author, AuthorID: op.CreatedByID, Door: op.Door, OperationID: taken.ID, CreatedAt: now(),
	}
	_, err = f.store.PublishVersion(ctx, lease, v, tags, op.Stages, f.audit("version.published", v.ID))
	return taken.ID, err
}

// wait adds an operation that no worker takes as long as the benchmark may last.
func (f *filler) wait(ctx context.Context) (string, error) {
	fn, err := f.function(ctx, "waits-for-ever")
	if err != nil {
		return "", err
	}
	op := f.operation(fn)
	op.RunAt = op.RunAt.Add(24 * time.Hour)
	_, err = f.store.AddOperation(ctx, op, faas.IdempotencyKey{}, f.audit("version.create", op.VersionID))
	return op.ID, err
}

func (f *filler) operation(fn faas.Function) faas.Operation {
	at := now()
	op := faas.Operation{
		ID: newID(), ProjectID: f.project, FunctionID: fn.ID, FunctionName: fn.Name, Kind: faas.CreateVersion,
		Description: "Creating a version of " + fn.Name, State: faas.Queued, CreatedAt: at, ModifiedAt: at, RunAt: at,
		CreatedBy: f.author, CreatedByID: "bench", Door: faas.DoorDashboard, VersionID: newID(),
	}
	op.Order = faas.Order{
		Description: "Rounds the amounts before the tax is added, as finance asked", Settings: someSettings(),
		Origin: faas.Origin{Kind: faas.FromUpload, FileName: fn.Name + ".zip"}, Package: somePackage(op.ID), Limits: faas.DefaultLimits(),
	}
	for _, stage := range faas.StagesOf(op.Kind)[:4] {
		op.Mark(stage, at)
	}
	return op
}

// someSettings has an environment as it was before values were sealed: the server seals it when it starts.
func someSettings() faas.Settings {
	return faas.Settings{
		Runtime: "nodejs22", Entrypoint: "index.handler", Memory: 256 * faas.MiB, Timeout: 5 * time.Second,
		ServiceAccountID: "robot-billing", Environment: map[string]faas.Sealed{"LOG_LEVEL": "info", "REGION": "eu-1"},
	}
}

// somePackage are the facts of bytes that are not there: pages of versions do not look at them.
func somePackage(id string) faas.Package {
	sum := sha256.Sum256([]byte(id))
	sha := hex.EncodeToString(sum[:])
	return faas.Package{SHA256: sha, Size: 123_456, Fingerprint: sha, Files: 12, Unpacked: 345_678}
}

func (f *filler) audit(action, target string) faas.Audit {
	return faas.Audit{ID: newID(), ProjectID: f.project, At: now(), Actor: f.author, ActorID: "bench", Door: faas.DoorSystem, Action: action, Target: target}
}

// newID makes an id; only a machine without randomness could refuse.
func newID() string { return uuid.Must(uuid.NewV7()).String() }

func now() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }

// history makes a function with many versions, which are written in bulk.
func (f *filler) history(ctx context.Context, h history) error {
	fn, err := f.function(ctx, h.name)
	if err != nil {
		return err
	}
	return dbtest.FillVersions(ctx, f.config, f.project, fn.ID, h.versions)
}

// forgetStatistics removes what filling in bulk has gathered for SQLite's planner. Nobody analyses the database of a
// server, and with statistics the engine plans a prepared statement anew at each use.
func forgetStatistics(ctx context.Context, dir string) (err error) {
	conn, err := sql.Open("sqlite", filepath.Join(dir, "verso.db"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	_, err = conn.ExecContext(ctx, "DELETE FROM sqlite_stat1; DELETE FROM sqlite_stat4")
	return err
}
