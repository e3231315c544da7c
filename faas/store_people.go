package faas

import (
	"context"
	"time"
)

// PersonStore keeps people and the link that makes the first one.
type PersonStore interface {
	// AddPerson stores a person with the hash of their password (empty for none). Conflict on "name" when it is taken.
	AddPerson(ctx context.Context, p Person, hash string, a Audit) error
	PersonByID(ctx context.Context, id string) (Person, error)
	PersonByName(ctx context.Context, name string) (Person, error)
	PersonBySubject(ctx context.Context, issuer, subject string) (Person, error)
	// PasswordOf returns the stored hash; empty when the person has none.
	PasswordOf(ctx context.Context, personID string) (hash string, err error)
	// SetPassword stores another hash and ends every session of the person but the one to keep (an id, or empty).
	SetPassword(ctx context.Context, personID, hash, keepSession string, a Audit) error
	// RenewPassword stores the hash of the same password under newer parameters, unless the old hash is no longer the one.
	RenewPassword(ctx context.Context, personID, old, hash string) error
	// SetPerson writes Admin and Disabled. Disabling ends the person's sessions. Precondition when no enabled
	// administrator would be left.
	SetPerson(ctx context.Context, p Person, a Audit) error
	// ChangePerson is SetPerson for who changes one of the two: change gets the person as they are in the transaction.
	ChangePerson(ctx context.Context, personID string, change func(*Person), a Audit) error
	People(ctx context.Context, f PersonFilter) (List[Person], error) // by name

	// OfferSetup stores the hash of a set-up secret in place of any earlier one, unless there is a person already.
	OfferSetup(ctx context.Context, hash string, expires time.Time) (offered bool, err error)
	// CheckSetup returns NotFound unless the hash is that of the offer, it has not expired and there is no person.
	CheckSetup(ctx context.Context, hash string, now time.Time) error
	// FinishSetup uses up the offer and stores the first person with the membership, all or nothing. NotFound as CheckSetup.
	FinishSetup(ctx context.Context, hash string, now time.Time, p Person, password string, m Member, a Audit) error
	// AnyPerson reports whether anybody exists.
	AnyPerson(ctx context.Context) (bool, error)

	// TakeTry counts an attempt to sign in under each of the keys and returns zero; or counts nothing and returns how
	// long to wait, when one of them has had its limit within its window. It is one transaction.
	TakeTry(ctx context.Context, tries []Try, now time.Time) (wait time.Duration, err error)
	// GiveBack takes one attempt off each of the keys: it succeeded. Those in forget start from zero.
	GiveBack(ctx context.Context, keys, forget []string) error
}

// Try is a counter of attempts to sign in. It starts with the first attempt and is forgotten a window later.
type Try struct {
	Key    string // a hash; says nothing to who reads the table
	Limit  int
	Window time.Duration
}

// SessionStore keeps sessions by the hash of what their cookie holds.
type SessionStore interface {
	// AddSession answers Unauthenticated when the person is disabled, or when verified (a stored hash, or empty) is not
	// the hash of their password any more.
	AddSession(ctx context.Context, s Session, hash string, verified Secret, a Audit) error
	// IdentityBySession finds who signed in, with their projects, in one query. It compares no times: the caller does.
	IdentityBySession(ctx context.Context, hash string) (Identity, error)
	// SeeSession notes a request.
	SeeSession(ctx context.Context, sessionID string, at time.Time) error
	// EndSession deletes a session of the person. NotFound when there is none.
	EndSession(ctx context.Context, personID, sessionID string, a Audit) error
	// EndSessions deletes all sessions of a person but the one to keep (may be empty), and tells how many.
	EndSessions(ctx context.Context, personID, keepID string, a Audit) (ended int, err error)
	Sessions(ctx context.Context, personID string) ([]Session, error) // last seen first, at most 100
}

// TokenStore keeps tokens by the hash of their secret, and access keys with their sealed one.
type TokenStore interface {
	// AddToken answers Exhausted when the person has 100 live tokens in the project. Forbidden when they are no longer a
	// member with the token's role (an administrator needs no membership).
	AddToken(ctx context.Context, t Token, hash string, a Audit) error
	// IdentityByToken finds whose token it is, with that project's membership only, and the hash to compare.
	IdentityByToken(ctx context.Context, id string) (who Identity, hash string, err error)
	Tokens(ctx context.Context, f TokenFilter) (List[Token], error)
	// RevokeToken marks a token; NotFound in another project, or another person's when personID is given. Revoking twice
	// keeps the first time and writes nothing.
	RevokeToken(ctx context.Context, projectID, personID, id string, at time.Time, a Audit) error
	// SeeToken notes a use of a token or access key.
	SeeToken(ctx context.Context, id string, at time.Time) error

	// AddAccessKey is AddToken for access keys.
	AddAccessKey(ctx context.Context, k AccessKey, a Audit) error
	// IdentityByAccessKey finds whose key it is, with its sealed secret.
	IdentityByAccessKey(ctx context.Context, id string) (Identity, AccessKey, error)
	AccessKeys(ctx context.Context, f TokenFilter) (List[AccessKey], error)
	RevokeAccessKey(ctx context.Context, projectID, personID, id string, at time.Time, a Audit) error
}

// MemberStore keeps who belongs to which project.
type MemberStore interface {
	// SetMember adds a member or changes the role. NotFound without the project or person; Precondition when the project
	// would lose its last owner who can sign in.
	SetMember(ctx context.Context, m Member, a Audit) error
	// RemoveMember answers NotFound and Precondition as SetMember. It revokes the person's tokens and access keys in the
	// project: they must not open again when the person comes back.
	RemoveMember(ctx context.Context, projectID, personID string, a Audit) error
	Members(ctx context.Context, f MemberFilter) (List[Member], error) // by name
	MemberByID(ctx context.Context, projectID, personID string) (Member, error)
	// Memberships lists where a person is a member, by the projects' names.
	Memberships(ctx context.Context, personID string) ([]Member, error)
	// SetFederated makes the memberships that come from groups these ones: it adds, changes and removes federated rows
	// only, and leaves those that were given by hand. Tokens end as by RemoveMember. It also sets Admin. Audit lines are
	// written for what changes. Precondition when no enabled administrator would be left.
	SetFederated(ctx context.Context, p Person, list []Member, a Audit) error
}

// AuditStore keeps the record of who did what. It has no way to change or remove a line.
type AuditStore interface {
	// AddAudit writes a line that belongs to no change: a denial, a failed sign-in.
	AddAudit(ctx context.Context, a Audit) error
	Audits(ctx context.Context, f AuditFilter) (List[Audit], error) // newest first
	// AuditsOf lists the lines about one thing of the project, oldest first, at most 100.
	AuditsOf(ctx context.Context, projectID, target string) ([]Audit, error)
	// EachAudit calls fn for every line, newest first. It holds no connection while fn runs.
	EachAudit(ctx context.Context, f AuditFilter, fn func(Audit) error) error
}

// SecretStore keeps which keys seal values, and lets them be sealed anew.
type SecretStore interface {
	// SecretKeys lists the ids of the keys that stored values may be sealed with, the current one first.
	SecretKeys(ctx context.Context) ([]string, error)
	// UseSecretKey makes a key the current one. Doing so twice changes nothing.
	UseSecretKey(ctx context.Context, id string, at time.Time, a Audit) error
	// DropSecretKey forgets a key that seals nothing any more; the caller has looked. Precondition for the current one.
	DropSecretKey(ctx context.Context, id string, a Audit) error
	// EachSealed calls fn for every row that holds sealed values (or values from before there were keys). It holds no
	// connection while fn runs.
	EachSealed(ctx context.Context, fn func(SealedRow) error) error
	// Reseal replaces the values of a row if they are still those of old; false when they changed or the row is gone.
	Reseal(ctx context.Context, old SealedRow, values map[string]Sealed) (bool, error)
	// Compact clears away what the database's files still hold of values that were replaced. Nobody else writes
	// meanwhile, and reading may have to wait. Unavailable when it cannot be done now.
	Compact(ctx context.Context) error
}
