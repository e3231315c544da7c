package faas

import "time"

// Upload is a package that was received and found sound, and that no version names yet: it waits while the person
// corrects another field of the form. The janitor removes it when it expires.
type Upload struct {
	ID        string
	ProjectID string
	OwnerID   string // only this actor may use it
	FileName  string
	Package   Package
	CreatedAt time.Time
	ExpiresAt time.Time
}
