package faas

import "fmt"

// Door is the language a request came in by. It is kept with everything the request caused.
type Door string

// The doors.
const (
	DoorDashboard     Door = "dashboard"
	DoorYandex        Door = "yandex"
	DoorFunctionGraph Door = "functiongraph"
	DoorQinling       Door = "qinling"
	DoorCommandLine   Door = "command line"
	DoorSystem        Door = "verso" // Verso's own background work
)

// Role is what an actor may do in a project; a higher role includes the lower ones.
type Role uint8

// The roles, from nothing to everything. NoRole is the zero value, so a forgotten role opens nothing.
const (
	NoRole    Role = iota
	Viewer         // reads; environment values are masked
	Developer      // creates functions and versions, moves tags that are not protected
	Lead           // deletes, moves protected tags, manages the project's tokens
	Owner          // members, protected tags and limits
)

var roleNames = [...]string{"none", "viewer", "developer", "lead", "owner"}

// String returns the role's name.
func (r Role) String() string {
	if int(r) < len(roleNames) {
		return roleNames[r]
	}
	return "none"
}

// WithArticle is the role as one says it of somebody: "a developer", "an owner".
func (r Role) WithArticle() string {
	if r == Owner {
		return "an " + r.String()
	}
	return "a " + r.String()
}

// Roles lists the roles that can be given, the lowest first.
func Roles() []Role { return []Role{Viewer, Developer, Lead, Owner} }

// RoleByName finds a role that can be given by its name. Invalid on "role" for any other word.
func RoleByName(name string) (Role, error) {
	for _, r := range Roles() {
		if r.String() == name {
			return r, nil
		}
	}
	return NoRole, Invalidf("role", "Choose a role: viewer, developer, lead or owner.")
}

// Actor is who is asking: a person or a program of theirs, their role in one project, and the way they came.
type Actor struct {
	ID        string // of the person; empty for nobody
	Name      string // shown to people as the author
	Admin     bool   // administrator of the installation
	ProjectID string // the project this request is about; empty for none
	Role      Role   // the actor's role in that project
	SessionID string // the session they came by; empty when by token or command line
	TokenID   string // the token or access key they came by; empty for none
	Token     string // its name
	ReadOnly  bool   // that token may only read
	Door      Door
	RequestID string
	Address   string // the client's network address, without port
}

// Need returns nil when the actor has the right, by the one table of rules; a right that the table lacks is nobody's.
// Otherwise Unauthenticated when nobody is asking, or Forbidden with what is missing.
func (a Actor) Need(right Right) error {
	rule, known := RuleOf(right)
	switch {
	case known && rule.Scope == Everybody:
		return nil
	case a.ID == "":
		return Errorf(Unauthenticated, "Sign in first.")
	}
	if missing := a.missing(rule, known); missing != "" {
		return &Error{Kind: Forbidden, Right: right, Message: missing}
	}
	return nil
}

// missing says what somebody who is known lacks; empty for nothing.
func (a Actor) missing(rule Rule, known bool) string {
	switch {
	case !known:
		return "Nobody may do this."
	case a.TokenID != "" && !rule.Tokens:
		return "A token cannot do this; sign in with a browser."
	case a.ReadOnly && !rule.Reads:
		return "This token may only read. Make one that may write, if you may."
	case rule.Scope == Installation && !a.Admin:
		return "Only an administrator of this installation may do this."
	case rule.Scope == InProject && (a.ProjectID == "" || a.Role < rule.Role):
		return fmt.Sprintf("This needs the role %q in the project; yours is %q. Ask an owner of the project.", rule.Role, a.Role)
	}
	return ""
}
