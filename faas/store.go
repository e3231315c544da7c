package faas

import (
	"context"
	"time"
)

// Store keeps everything but package bytes. Both engines behave alike; dbtest proves it.
//
// Errors: NotFound for a missing row, Conflict for a taken name or a stale lease, Invalid for an unreadable page key,
// Unavailable when the database does not answer; everything else is Internal. Identifiers of another project are
// NotFound. Every method is one transaction; a method that takes Audit writes that line in it.
type Store interface {
	ProjectStore
	FunctionStore
	VersionStore
	OperationStore
	OperationQueue
	Keeper
	PersonStore
	SessionStore
	TokenStore
	MemberStore
	AuditStore
	SecretStore
	// Ping proves that the database answers.
	Ping(ctx context.Context) error
	Close() error
}

// ProjectStore keeps projects.
type ProjectStore interface {
	// CreateProject also makes the owner its first member; an owner without a person makes none.
	CreateProject(ctx context.Context, p Project, owner Member, a Audit) error
	ProjectByName(ctx context.Context, name string) (Project, error)
	ProjectByID(ctx context.Context, id string) (Project, error)
	Projects(ctx context.Context) ([]Project, error) // by name
	// ProtectTags replaces the project's protected tags.
	ProtectTags(ctx context.Context, projectID string, tags []string, a Audit) error
}

// FunctionStore keeps functions and their names.
type FunctionStore interface {
	// CreateFunction answers Conflict on the field "name" when the project has a function of that name. A name that
	// another function only had before is free, and then no longer leads to that one.
	CreateFunction(ctx context.Context, f Function, a Audit) error
	// UpdateFunction writes name, description, labels and the Changed fields. After a rename the old name still leads
	// to the function until another one takes it.
	UpdateFunction(ctx context.Context, f Function, a Audit) error
	FunctionByID(ctx context.Context, projectID, id string) (Function, error)
	// FunctionByName also finds a function by a name it had; the result then bears another name.
	FunctionByName(ctx context.Context, projectID, name string) (Function, error)
	Functions(ctx context.Context, f FunctionFilter) (List[FunctionRow], error)
}

// VersionStore reads versions and tags. Versions are written by OperationQueue.PublishVersion only.
type VersionStore interface {
	VersionByID(ctx context.Context, projectID, id string) (Version, error)
	VersionByNumber(ctx context.Context, functionID string, number int64) (Version, error)
	Versions(ctx context.Context, f VersionFilter) (List[VersionRow], error)
	Tags(ctx context.Context, functionID string) ([]Tag, error) // $latest first, then by name
	// RemoveTag takes the tag off version m.FromNumber and writes the move. NotFound when the tag is not set, Conflict
	// when it is on another version meanwhile.
	RemoveTag(ctx context.Context, projectID string, m TagMove, a Audit) error
}

// OperationStore keeps operations as clients see them.
type OperationStore interface {
	// AddOperation stores the work order, the idempotency record and the audit line. For a key that the same actor has
	// used before it returns the earlier operation in its present state, or Conflict when the fingerprint differs.
	// For DeleteFunction it also moves the function to FunctionDeleting, or answers Precondition while a tag other than
	// $latest is set; the sentence names the tags.
	AddOperation(ctx context.Context, op Operation, key IdempotencyKey, a Audit) (stored Operation, err error)
	// RepeatedOperation finds the operation of an earlier request of the actor with the same key, in its present state.
	// NotFound when there is none within the last 24 hours, Conflict when the fingerprint differs.
	RepeatedOperation(ctx context.Context, actorID string, key IdempotencyKey) (Operation, error)
	OperationByID(ctx context.Context, projectID, id string) (Operation, error)
	// FindOperation finds an operation whose project is not known yet; the caller checks the actor's right to it. It
	// leaves Order out, as the lists of operations do.
	FindOperation(ctx context.Context, id string) (Operation, error)
	Operations(ctx context.Context, f OperationFilter) (List[Operation], error)
	// CancelOperation ends a queued operation at once and asks a running one to stop. Precondition when it is done, and
	// for a deletion.
	CancelOperation(ctx context.Context, projectID, id string, a Audit) (Operation, error)
}

// OperationQueue is the side of the operations table that workers use. Claim, Heartbeat and every finish are single
// guarded statements; the database's own clock decides over leases where there are several processes.
type OperationQueue interface {
	// Claim takes the oldest operation that is due, or whose lease ran out, and begins an attempt.
	// NotFound when there is none.
	Claim(ctx context.Context, worker string, lease time.Duration) (Operation, Lease, error)
	// Heartbeat extends the lease, stores the stages and tells whether cancelling was asked for. Conflict when stale.
	Heartbeat(ctx context.Context, l Lease, lease time.Duration, stages []StageTime) (cancel bool, err error)
	// NamePackage makes the operation name bytes that were just stored, so that the janitor spares them.
	NamePackage(ctx context.Context, l Lease, sha256 string) error
	// PublishVersion takes the next number, writes version, package, tags, tag history and audit, and ends the operation.
	// NotFound when the function is gone or being deleted. The version comes back with its number.
	PublishVersion(ctx context.Context, l Lease, v Version, tags []string, stages []StageTime, a Audit) (Version, error)
	// RemoveVersions deletes up to limit versions of a function that is being deleted; 0 when none is left.
	RemoveVersions(ctx context.Context, l Lease, functionID string, limit int) (removed int, err error)
	// RemoveFunction deletes the function's row, tags and names, and ends the operation.
	RemoveFunction(ctx context.Context, l Lease, functionID string, stages []StageTime, a Audit) error
	// Fail ends the operation with a failure, or as Cancelled when the failure's kind is not to be shown as one.
	Fail(ctx context.Context, l Lease, state OperationState, f Failure, stages []StageTime) error
	// Retry hands the operation back for another attempt, not before the given wait.
	Retry(ctx context.Context, l Lease, wait time.Duration, stages []StageTime) error
	// Release hands the operation back at once without counting the attempt.
	Release(ctx context.Context, l Lease, stages []StageTime) error
	// OperationAdded receives a value, best effort, after any process has added an operation.
	OperationAdded() <-chan struct{}
}

// Keeper is what the janitor and the check command need.
type Keeper interface {
	AddUpload(ctx context.Context, u Upload) error
	UploadByID(ctx context.Context, projectID, ownerID, id string) (Upload, error)
	// PackageBySHA256 finds what is known of a package that some version names.
	PackageBySHA256(ctx context.Context, sha256 string) (Package, error)
	// EachPackage calls fn for every package that a version names, by sha-256.
	EachPackage(ctx context.Context, fn func(Package) error) error
	// DiscardPackage runs remove if, and only if, no version, unfinished operation or upload names the package. While
	// remove runs, AddOperation, AddUpload and NamePackage for the same package wait.
	DiscardPackage(ctx context.Context, sha256 string, remove func() error) (removed bool, err error)
	// Expire deletes what is past its time: uploads, idempotency records, sessions, tries, set-up links, and tokens and
	// access keys that have been of no use for 30 days.
	Expire(ctx context.Context, now time.Time) (removed int, err error)
	// TakeDuty makes the caller the only holder of a recurring duty for a while; false when somebody else is.
	TakeDuty(ctx context.Context, duty, holder string, lease time.Duration) (bool, error)
}
