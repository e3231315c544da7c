package faas

import "log/slog"

// Secret is a value in clear: a password, or a variable's value on its way in or out. It hides itself from logs,
// formatted text and JSON; who needs it converts it to a string and says so.
type Secret string

// masked has one length, whatever it stands for.
const masked = "••••••••"

// Masked is what pages and logs show instead of a secret.
func Masked() string { return masked }

// String returns the mask.
func (Secret) String() string { return masked }

// GoString returns the mask.
func (Secret) GoString() string { return masked }

// LogValue returns the mask.
func (Secret) LogValue() slog.Value { return slog.StringValue(masked) }

// MarshalText returns the mask, so that no encoder writes a secret by accident.
func (Secret) MarshalText() ([]byte, error) { return []byte(masked), nil }

// Sealed is a secret as it is stored: encrypted, bound to its place, with the id of the key. Only service makes and
// opens it.
type Sealed string

// SealedRow is a stored thing that holds sealed values. Place and names are what the values are bound to.
type SealedRow struct {
	Kind      SealedKind
	ID        string // of the row
	ProjectID string
	Place     string // a version's id for versions and work orders, the key's id for access keys
	Values    map[string]Sealed
}

// SealedKind says where a sealed value is stored.
type SealedKind string

// The places that hold sealed values.
const (
	SealedVersion   SealedKind = "version"
	SealedOrder     SealedKind = "order" // the work order of an operation
	SealedAccessKey SealedKind = "access key"
)
