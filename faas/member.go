package faas

import "time"

// Member is a person's place in a project.
type Member struct {
	ProjectID string
	Project   string // its name
	PersonID  string
	Person    string // their name
	Role      Role
	Disabled  bool // the person is
	AddedAt   time.Time
	AddedBy   string // name; "groups" when the identity provider's groups say so
	Federated bool   // comes from the identity provider's groups, and goes with them
}

// MemberFilter picks the members of one project, by name.
type MemberFilter struct {
	ProjectID string
	Page      Page
}
