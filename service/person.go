package service

import (
	"context"

	"verso/faas"
)

// AddPerson makes a person with a password. Problems on "name" and "password"; Conflict on "name" when it is taken.
func (s *Service) AddPerson(ctx context.Context, a faas.Actor, name string, password faas.Secret, admin bool) (faas.Person, error) {
	if err := a.Need(faas.RightChangePeople); err != nil {
		return faas.Person{}, err
	}
	p, hash, err := s.newPerson(ctx, name, password)
	if err != nil {
		return faas.Person{}, err
	}
	p.Admin = admin
	a.ProjectID = ""
	detail := p.Name
	if admin {
		detail += ", administrator"
	}
	line, err := s.audit(a, "person.add", p.ID, detail)
	if err != nil {
		return faas.Person{}, err
	}
	return p, s.store.AddPerson(ctx, p, hash, line)
}

// newPerson checks a name and a password, and hashes it.
func (s *Service) newPerson(ctx context.Context, name string, password faas.Secret) (faas.Person, string, error) {
	name = faas.PersonName(name)
	var problems faas.Problems
	problems.Merge(faas.CheckPersonName(name))
	problems.Merge(faas.CheckPassword(name, password))
	if err := problems.Err(); err != nil {
		return faas.Person{}, "", err
	}
	id, err := newID()
	if err != nil {
		return faas.Person{}, "", err
	}
	hash, err := s.hashPassword(ctx, password)
	return faas.Person{ID: id, Name: name, CreatedAt: s.now()}, hash, err
}

// Person finds somebody by name, for an administrator.
func (s *Service) Person(ctx context.Context, a faas.Actor, name string) (faas.Person, error) {
	if err := a.Need(faas.RightReadPeople); err != nil {
		return faas.Person{}, err
	}
	return s.store.PersonByName(ctx, faas.PersonName(name))
}

// People lists everybody by name, for an administrator.
func (s *Service) People(ctx context.Context, a faas.Actor, f faas.PersonFilter) (faas.List[faas.Person], error) {
	if err := a.Need(faas.RightReadPeople); err != nil {
		return faas.List[faas.Person]{}, err
	}
	return s.store.People(ctx, f)
}

// DisablePerson keeps somebody out, or lets them in again: their sessions end at once, their tokens open nothing.
// Precondition for the last administrator.
func (s *Service) DisablePerson(ctx context.Context, a faas.Actor, name string, disabled bool) (faas.Person, error) {
	if err := a.Need(faas.RightChangePeople); err != nil {
		return faas.Person{}, err
	}
	p, err := s.Person(ctx, a, name)
	if err != nil || p.Disabled == disabled {
		return p, err
	}
	action := map[bool]string{true: "person.disable", false: "person.enable"}[disabled]
	return s.changePerson(ctx, a, p, action, func(p *faas.Person) { p.Disabled = disabled })
}

// SetAdmin makes somebody an administrator of the installation, or takes that from them: at once, in every session.
// Precondition for the last administrator who can sign in.
func (s *Service) SetAdmin(ctx context.Context, a faas.Actor, name string, admin bool) (faas.Person, error) {
	if err := a.Need(faas.RightChangePeople); err != nil {
		return faas.Person{}, err
	}
	p, err := s.Person(ctx, a, name)
	if err != nil || p.Admin == admin {
		return p, err
	}
	action := map[bool]string{true: "person.admin", false: "person.no-admin"}[admin]
	return s.changePerson(ctx, a, p, action, func(p *faas.Person) { p.Admin = admin })
}

// changePerson changes one thing of a person, whatever others change of them meanwhile.
func (s *Service) changePerson(ctx context.Context, a faas.Actor, p faas.Person, action string, change func(*faas.Person)) (faas.Person, error) {
	a.ProjectID = ""
	line, err := s.audit(a, action, p.ID, p.Name)
	if err != nil {
		return p, err
	}
	change(&p)
	return p, s.store.ChangePerson(ctx, p.ID, change, line)
}

// SetPassword gives somebody another password and ends all their sessions, for an administrator. Precondition for one's
// own: whoever finds a browser open must not get to keep the account.
func (s *Service) SetPassword(ctx context.Context, a faas.Actor, name string, password faas.Secret) error {
	if err := a.Need(faas.RightChangePeople); err != nil {
		return err
	}
	p, err := s.Person(ctx, a, name)
	if err != nil {
		return err
	}
	if p.ID == a.ID && a.SessionID != "" {
		return faas.Errorf(faas.Precondition, "This is your own password. Change it under Account, where the current one is asked for.")
	}
	return s.storePassword(ctx, a, faas.RightChangePeople, p, password)
}

// ChangePassword changes the actor's own password and ends all their sessions: the caller begins another. Invalid on
// "old" when that is wrong.
func (s *Service) ChangePassword(ctx context.Context, a faas.Actor, old, next faas.Secret) error {
	if err := a.Need(faas.RightAccount); err != nil {
		return err
	}
	p, err := s.store.PersonByID(ctx, a.ID)
	if err != nil {
		return err
	}
	if err := faas.CheckPassword(p.Name, next); err != nil {
		return err
	}
	a.ProjectID = ""
	if err := s.checkOwnPassword(ctx, a, purpose{target: a.ID, detail: "to change it"}, old); err != nil {
		return onField(err, "old")
	}
	if next == old {
		return faas.Invalidf("password", "This is the current password. Choose another.")
	}
	return s.storePassword(ctx, a, faas.RightAccount, p, next)
}

// storePassword is by the right of changing one's own, or anybody's.
func (s *Service) storePassword(ctx context.Context, a faas.Actor, by faas.Right, p faas.Person, password faas.Secret) error {
	if err := faas.CheckPassword(p.Name, password); err != nil {
		return err
	}
	hash, err := s.hashPassword(ctx, password)
	if err != nil {
		return err
	}
	a.ProjectID = ""
	line, err := s.audit(a, "person.password", p.ID, p.Name)
	if err != nil {
		return err
	}
	line.Right = by
	return s.store.SetPassword(ctx, p.ID, hash, "", line)
}

// onField says which field of a form an Invalid error is about.
func onField(err error, field string) error {
	list := faas.ProblemsOf(err)
	if len(list) != 1 || list[0].Kind != faas.Invalid {
		return err
	}
	one := *list[0]
	one.Field = field
	return &one
}

// ActorFor is a person in a project, for a command of an administrator that does something in their name. NotFound when
// there is no such person or project, or the person does not belong to it.
func (s *Service) ActorFor(ctx context.Context, a faas.Actor, person, project string) (faas.Actor, error) {
	if err := a.Need(faas.RightChangePeople); err != nil {
		return faas.Actor{}, err
	}
	p, err := s.Person(ctx, a, person)
	if err != nil {
		return faas.Actor{}, err
	}
	in, err := s.Project(ctx, project)
	if err != nil {
		return faas.Actor{}, err
	}
	who := faas.Identity{Person: p}
	m, err := s.store.MemberByID(ctx, in.ID, p.ID)
	if err == nil {
		who.Members = []faas.Member{m}
	} else if !faas.Is(err, faas.NotFound) {
		return faas.Actor{}, err
	}
	b := who.Actor(in.ID)
	b.Door, b.RequestID, b.Address = a.Door, a.RequestID, a.Address
	if b.Role == faas.NoRole {
		return b, faas.Errorf(faas.NotFound, "%s is not a member of %s. Add them first: verso member add %s %s ROLE.", p.Name, in.Name, in.Name, p.Name)
	}
	return b, nil
}
