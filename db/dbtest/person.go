package dbtest

import (
	"context"
	"testing"
	"time"

	"verso/db"
	"verso/faas"
)

// Person stores a person who has no password and belongs to no project. The id follows from the name.
func Person(tb testing.TB, s *db.Store, name string) faas.Person {
	tb.Helper()
	p := faas.Person{ID: rowID(name, 0), Name: name, CreatedAt: time.Now().UTC().Truncate(time.Microsecond)}
	if err := s.AddPerson(context.Background(), p, "", faas.Audit{Action: "person.add", Target: p.ID, Detail: name}); err != nil {
		tb.Fatalf("add the person %s: %v", name, err)
	}
	return p
}

// Member gives a person a role in a project.
func Member(tb testing.TB, s *db.Store, projectID string, p faas.Person, role faas.Role) {
	tb.Helper()
	m := faas.Member{ProjectID: projectID, PersonID: p.ID, Role: role, AddedAt: p.CreatedAt, AddedBy: "test"}
	if err := s.SetMember(context.Background(), m, faas.Audit{ProjectID: projectID, Action: "member.set", Target: p.ID}); err != nil {
		tb.Fatalf("make %s a member: %v", p.Name, err)
	}
}
