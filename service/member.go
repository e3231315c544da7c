package service

import (
	"context"

	"verso/faas"
)

// Members lists the members of the actor's project by name.
func (s *Service) Members(ctx context.Context, a faas.Actor, page faas.Page) (faas.List[faas.Member], error) {
	if err := a.Need(faas.RightReadMembers); err != nil {
		return faas.List[faas.Member]{}, err
	}
	return s.store.Members(ctx, faas.MemberFilter{ProjectID: a.ProjectID, Page: page})
}

// Member finds a member of the actor's project by the person's name.
func (s *Service) Member(ctx context.Context, a faas.Actor, person string) (faas.Member, error) {
	if err := a.Need(faas.RightReadMembers); err != nil {
		return faas.Member{}, err
	}
	p, err := s.store.PersonByName(ctx, faas.PersonName(person))
	if err == nil {
		var m faas.Member
		if m, err = s.store.MemberByID(ctx, a.ProjectID, p.ID); err == nil {
			return m, nil
		}
	}
	if faas.Is(err, faas.NotFound) {
		err = faas.Errorf(faas.NotFound, "There is no such member of this project.")
	}
	return faas.Member{}, err
}

// MembershipsOf lists where a person is a member, by the projects' names, for an administrator.
func (s *Service) MembershipsOf(ctx context.Context, a faas.Actor, person string) ([]faas.Member, error) {
	p, err := s.Person(ctx, a, person)
	if err != nil {
		return nil, err
	}
	return s.store.Memberships(ctx, p.ID)
}

// AddMember is SetMember for somebody who is no member yet: Conflict on "person" when they are, so that nobody takes a
// role from an owner by adding them once more. Of two who add the same person at the same moment the later one sets
// the role.
func (s *Service) AddMember(ctx context.Context, a faas.Actor, person string, role faas.Role) error {
	if err := a.Need(faas.RightChangeMembers); err != nil {
		return err
	}
	m, err := s.Member(ctx, a, person)
	switch {
	case faas.Is(err, faas.NotFound):
		return s.SetMember(ctx, a, person, role)
	case err != nil:
		return err
	}
	taken := faas.Errorf(faas.Conflict, "%s is %s here already; change the role in the list.", m.Person, m.Role.WithArticle())
	taken.Field = "person"
	return taken
}

// SetMember adds a person to the actor's project, or changes their role. Invalid on "person" when nobody has that name;
// Precondition when the project would be left without an owner.
func (s *Service) SetMember(ctx context.Context, a faas.Actor, person string, role faas.Role) error {
	if err := a.Need(faas.RightChangeMembers); err != nil {
		return err
	}
	if _, err := faas.RoleByName(role.String()); err != nil {
		return err
	}
	p, err := s.store.PersonByName(ctx, faas.PersonName(person))
	if faas.Is(err, faas.NotFound) {
		return faas.Invalidf("person", "There is no person of that name. An administrator adds people, or they sign in once themselves.")
	}
	if err != nil {
		return err
	}
	line, err := s.audit(a, "member.set", p.ID, p.Name+", "+role.String())
	if err != nil {
		return err
	}
	return s.store.SetMember(ctx, faas.Member{
		ProjectID: a.ProjectID, PersonID: p.ID, Person: p.Name, Role: role, AddedAt: s.now(), AddedBy: a.Name,
	}, line)
}

// RemoveMember takes a person out of the actor's project at once. NotFound when they are not in it; Precondition for
// the last owner.
func (s *Service) RemoveMember(ctx context.Context, a faas.Actor, person string) error {
	if err := a.Need(faas.RightChangeMembers); err != nil {
		return err
	}
	m, err := s.Member(ctx, a, person)
	if err != nil {
		return err
	}
	line, err := s.audit(a, "member.remove", m.PersonID, m.Person)
	if err != nil {
		return err
	}
	return s.store.RemoveMember(ctx, a.ProjectID, m.PersonID, line)
}
