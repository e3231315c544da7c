package faas

import (
	"slices"
	"strings"
	"time"
)

// OperationKind is what an operation does.
type OperationKind string

// The kinds of operation.
const (
	CreateVersion  OperationKind = "version.create"
	DeleteFunction OperationKind = "function.delete"
)

// OperationState is where an operation stands. docs/operations.md draws the chart.
type OperationState string

// The states. The last three are final: an operation ends once.
const (
	Queued    OperationState = "queued"
	Running   OperationState = "running"
	Succeeded OperationState = "succeeded"
	Failed    OperationState = "failed"
	Cancelled OperationState = "cancelled"
)

// Done reports whether the state is final.
func (s OperationState) Done() bool { return s == Succeeded || s == Failed || s == Cancelled }

// Stage is a step of an operation that a person sees.
type Stage string

// The stages of creating a version, in their order. Deleting a function has only Received and Published.
const (
	Received  Stage = "received"  // the request is stored
	Fetched   Stage = "fetched"   // the package's bytes are durable in our own store
	Checked   Stage = "checked"   // the archive passed inspection
	Indexed   Stage = "indexed"   // manifest and fingerprint are stored
	Published Stage = "published" // the result is visible
)

// StagesOf lists the stages of a kind, in order.
func StagesOf(kind OperationKind) []Stage {
	if kind == DeleteFunction {
		return []Stage{Received, Published}
	}
	return []Stage{Received, Fetched, Checked, Indexed, Published}
}

// StageTime says when a stage was reached.
type StageTime struct {
	Stage Stage     `json:"stage"`
	At    time.Time `json:"at"`
}

// Operation is a piece of work that a client polls and that a worker claims: one row is both.
type Operation struct {
	ID           string
	ProjectID    string
	FunctionID   string
	FunctionName string // as it was called when the operation was made
	Kind         OperationKind
	Description  string // a short sentence: "Creating a version of invoice-pdf"
	State        OperationState
	Stages       []StageTime
	CreatedAt    time.Time
	ModifiedAt   time.Time
	CreatedBy    string // name shown to people
	CreatedByID  string
	Door         Door
	RequestID    string
	Address      string
	Attempt      int       // attempts begun
	RunAt        time.Time // not before
	Cancelling   bool      // somebody asked for it to be cancelled

	Order         Order  // what is to be done
	VersionID     string // of the version to be made; chosen at the start so that clients can be told
	PackageSHA256 string // of the bytes this operation needs kept; empty until they are received
	Number        int64  // of the version made; 0 before
	Failure       *Failure
}

// Order is the work order of an operation: everything its run needs, so that any process can do it.
type Order struct {
	Description string   `json:"description,omitempty"`
	Settings    Settings `json:"settings"`
	Tags        []string `json:"tags,omitempty"`
	Origin      Origin   `json:"origin"`
	Package     Package  `json:"package"`               // known at the start for uploads and copies
	WantSHA256  string   `json:"want_sha256,omitempty"` // bucket: what the person expects
	Limits      Limits   `json:"limits"`                // of the door it came by
}

// Failure is why an operation did not succeed.
type Failure struct {
	Kind    Kind   `json:"kind"`
	Message string `json:"message"` // a sentence for the user
	Field   string `json:"field,omitempty"`
	Stage   Stage  `json:"stage"` // the stage that was not reached
	// At is when the operation ended, by the clock that its stages go by; zero where nobody noted it.
	At time.Time `json:"at,omitzero"`
}

// Mark notes that a stage was reached; a stage already noted keeps its first time.
func (op *Operation) Mark(stage Stage, at time.Time) {
	for _, s := range op.Stages {
		if s.Stage == stage {
			return
		}
	}
	op.Stages = append(op.Stages, StageTime{Stage: stage, At: at})
}

// Waiting returns the first stage that was not reached; empty when all were.
func (op *Operation) Waiting() Stage {
	for _, stage := range StagesOf(op.Kind) {
		if !slices.ContainsFunc(op.Stages, func(s StageTime) bool { return s.Stage == stage }) {
			return stage
		}
	}
	return ""
}

// Lease is the right to work on an operation for a while. Every write of an attempt names it; a write under a lease
// that was taken over changes nothing and answers Conflict.
type Lease struct {
	OperationID string
	Token       int64
}

// OperationFilter picks operations of one project, newest first. Every field but ProjectID may be empty.
type OperationFilter struct {
	ProjectID  string
	FunctionID string
	Kind       OperationKind
	States     []OperationState // any of these
	Page       Page
}

// IdempotencyKey makes a repeated request find the operation of the first one.
type IdempotencyKey struct {
	Key         string // the client's, see CheckKey; empty for none
	Fingerprint string // sha-256 over everything the request says; same key with another one is refused
}

// keyBytes is the longest key: what fits into an index entry of every engine with much room to spare.
const keyBytes = 128

// CheckKey checks an idempotency key: at most 128 printable ASCII characters, none for no key; the field is "key".
func CheckKey(key string) error {
	printable := func(r rune) bool { return r >= ' ' && r <= '~' }
	if len(key) > keyBytes || strings.ContainsFunc(key, func(r rune) bool { return !printable(r) }) {
		return Invalidf("key", "The idempotency key must have at most %d characters, all of them printable ASCII. Open the form again for a new one.", keyBytes)
	}
	return nil
}
