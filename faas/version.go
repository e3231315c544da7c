package faas

import (
	"time"
)

// VersionStatus says whether a version can be used. It and the tags are all that changes about a visible version.
type VersionStatus string

// The states of a visible version. One that is still being made is an operation, not a version.
const (
	VersionActive   VersionStatus = "active"
	VersionDeleting VersionStatus = "deleting"
)

// Version is an immutable snapshot of a function: package and settings, under a number.
type Version struct {
	ID          string
	ProjectID   string
	FunctionID  string
	Number      int64 // 1, 2, … per function, consecutive, never reused
	Status      VersionStatus
	Description string
	Settings    Settings
	Package     Package
	Origin      Origin
	Author      string // name shown to people
	AuthorID    string
	Door        Door
	RequestID   string
	Address     string // client's network address
	OperationID string
	CreatedAt   time.Time
}

// VersionRow is a version as lists show it: without environment and connectivity.
type VersionRow struct {
	ID          string
	Number      int64
	Status      VersionStatus
	Description string
	Runtime     string
	Memory      int64 // bytes
	Size        int64 // of the package, bytes
	SHA256      string
	Origin      Origin
	Author      string
	Door        Door
	CreatedAt   time.Time
	Tags        []string // $latest first, then by name
}

// Settings is everything of a version that is not its package.
type Settings struct {
	Runtime          string
	Entrypoint       string
	Memory           int64 // bytes
	Timeout          time.Duration
	ServiceAccountID string
	Environment      map[string]Sealed // by name
	NetworkID        string
	SubnetIDs        []string
}

// VersionFilter picks versions of one function. Every field but FunctionID may be empty.
type VersionFilter struct {
	FunctionID string
	Text       string // part of description, author or file name in any case, the start of the package's sha-256, or a number, #42 or 42
	Tag        string // holds this tag now
	Runtime    string
	Author     string
	Source     OriginKind
	Status     VersionStatus
	Oldest     bool // by number ascending instead of newest first
	Page       Page
}

// Origin says where a version's package came from.
type Origin struct {
	Kind     OriginKind
	FileName string // upload: the client's name for the file; data only, never a path
	Bucket   string // bucket: name of the configured connection
	Object   string // bucket: the object's name
	ETag     string // bucket: the object's etag when it was fetched
	// Copies: the version whose package this is.
	CopiedID       string
	CopiedFunction string
	CopiedNumber   int64
}

// OriginKind is the way a package came in.
type OriginKind string

// The three ways in.
const (
	FromUpload OriginKind = "upload"
	FromBucket OriginKind = "bucket"
	FromCopy   OriginKind = "copy"
)

// OriginKinds lists the three ways in, in the order in which pages offer them.
func OriginKinds() []OriginKind { return []OriginKind{FromUpload, FromBucket, FromCopy} }
