package faas

import (
	"slices"
	"time"
)

// How long a session lives.
const (
	SessionIdle = 12 * time.Hour     // without a request
	SessionLife = 7 * 24 * time.Hour // in all
)

// Session is a browser that somebody signed in with. What its cookie holds is never stored; a hash of it is.
type Session struct {
	ID        string // for lists; opens nothing
	PersonID  string
	CreatedAt time.Time
	SeenAt    time.Time // to the minute
	ExpiresAt time.Time // whatever happens
	Address   string    // the client's, at sign-in
	Agent     string    // the browser's name for itself; data only
}

// Live reports whether a session still opens anything.
func (s Session) Live(now time.Time) bool {
	return now.Before(s.ExpiresAt) && now.Before(s.SeenAt.Add(SessionIdle))
}

// Identity is somebody who is known, by a session or a token, with the projects they belong to.
type Identity struct {
	Person  Person
	Members []Member // by project name
	Session Session  // zero when they came by a token
	Token   Token    // zero when they came by a session
}

// Known reports whether anybody is there.
func (i Identity) Known() bool { return i.Person.ID != "" }

// RoleIn is the role in a project: a token has at most its person's, and none outside its project.
func (i Identity) RoleIn(projectID string) Role {
	role := NoRole
	if i.Person.Admin {
		role = Owner
	}
	at := slices.IndexFunc(i.Members, func(m Member) bool { return m.ProjectID == projectID })
	if at >= 0 {
		role = max(role, i.Members[at].Role)
	}
	if i.Token.ID == "" {
		return role
	}
	if i.Token.ProjectID != projectID {
		return NoRole
	}
	return min(role, i.Token.Role)
}

// Actor is this identity asking about a project; an empty id for none. Door, request and address are the caller's to add.
func (i Identity) Actor(projectID string) Actor {
	a := Actor{
		ID: i.Person.ID, Name: i.Person.Name, Admin: i.Person.Admin && i.Token.ID == "", ProjectID: projectID,
		SessionID: i.Session.ID, TokenID: i.Token.ID, Token: i.Token.Name, ReadOnly: i.Token.ReadOnly,
	}
	if projectID != "" {
		a.Role = i.RoleIn(projectID)
	}
	return a
}
