package faas

import "time"

// Audit is one line of the record of who did what. It is written in the transaction of the change it tells of, and
// nobody can change or remove it.
type Audit struct {
	ID         string
	ProjectID  string // empty for what belongs to no project: sign-ins, people
	At         time.Time
	Actor      string // name shown to people; a name that is nobody's is never kept
	ActorID    string // empty for nobody known
	Token      string // name of the token or access key they came by; empty for none
	TokenID    string
	Door       Door
	RequestID  string
	Address    string
	Kind       AuditKind
	Action     string // noun.verb: "function.create"
	Result     AuditResult
	Target     string // id of the thing changed
	Detail     string // a few words: "invoice-pdf", "invoice-pdf #42"
	FunctionID string // the function it is about; empty for none

	// What the store compares before it writes the change, and keeps nothing of: the right that the change takes must
	// still be the actor's, by the session or token that they came by.
	Right     Right  // empty for what takes none
	SessionID string // empty when they came by a token, or are Verso itself or its operator
}

// AuditKind groups actions for people who look for something.
type AuditKind string

// The kinds.
const (
	AuditCreate   AuditKind = "create"   // functions, versions, projects
	AuditTag      AuditKind = "tag"      // tags set, moved, removed
	AuditDelete   AuditKind = "delete"   // functions, versions
	AuditSettings AuditKind = "settings" // edits, members, protected tags, people
	AuditAccess   AuditKind = "access"   // sign-ins, sessions, passwords, tokens, access keys
	AuditReveal   AuditKind = "reveal"   // a value of the environment was shown
	AuditDenied   AuditKind = "denied"   // somebody was refused
)

// AuditKinds lists the kinds in the order in which pages offer them.
func AuditKinds() []AuditKind {
	return []AuditKind{AuditCreate, AuditTag, AuditDelete, AuditSettings, AuditAccess, AuditReveal, AuditDenied}
}

// AuditResult says how it ended.
type AuditResult string

// The results.
const (
	AuditDone    AuditResult = "done"
	AuditRefused AuditResult = "refused"
	AuditFailed  AuditResult = "failed" // it was begun, and came to nothing
)

// AuditFilter picks lines, newest first.
type AuditFilter struct {
	ProjectID  string // empty for the lines of no project
	Actor      string // exact name; empty for everybody
	FunctionID string
	Kind       AuditKind
	From       time.Time // zero for the beginning
	Until      time.Time // not included; zero for now
	Page       Page
}
