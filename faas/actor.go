package faas

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
	Developer      // creates functions and versions
	Lead           // deletes, moves protected tags
	Owner          // members and limits
)

var roleNames = [...]string{"none", "viewer", "developer", "lead", "owner"}

// String returns the role's name.
func (r Role) String() string {
	if int(r) < len(roleNames) {
		return roleNames[r]
	}
	return "none"
}

// Actor is who is asking: a person or a program, their role in one project, and the way they came.
type Actor struct {
	ID        string // stable id of the person or token
	Name      string // shown to people as the author
	ProjectID string // the project this request is about
	Role      Role   // the actor's role in that project
	Door      Door
	RequestID string
	Address   string // the client's network address, without port
}

// Need returns nil when the actor holds at least the role, and otherwise Forbidden with the missing right named.
func (a Actor) Need(role Role) error {
	if a.Role >= role {
		return nil
	}
	return Errorf(Forbidden, "This needs the role %q in the project; yours is %q. Ask an owner of the project.", role, a.Role)
}
