package service

import (
	"context"
	"fmt"

	"verso/faas"
)

// Federated is somebody whom an identity provider vouches for. The caller has made sure that it does.
type Federated struct {
	Issuer  string // the provider's URL
	Subject string // its name for them, which never changes; nothing else tells people apart
	Name    string // what they would be called here
	Groups  []string
}

// GroupRule says what it gives to be in a group of the identity provider: a role in a project, or everything.
type GroupRule struct {
	Group   string
	Project string // name; empty for none
	Role    faas.Role
	Admin   bool
}

// Why somebody whom the provider vouched for is not let in.
const (
	notWelcome   = "You cannot sign in here. Ask an administrator."
	noUsableName = "The provider knows you by no name that can be one here: 2 to 64 letters a to z, digits and - _ . @ +. Ask an administrator."
	notSetUp     = "This server has no administrator yet. Open the set-up link that it printed when it started."
	nameIsTaken  = "Somebody here is called %s already. Sign in with your password if that is you, or ask an administrator."
)

// subjectRunes bounds what a provider may call somebody; the standard allows 255.
const subjectRunes = 255

// SignInFederated finds the person of the provider's account, or makes them at their first sign-in, and gives them the
// memberships of their groups. Of from only door, request and address count. A name that somebody else has is Conflict:
// nobody takes over an account by being called like its owner. Unauthenticated for who is disabled. Every refusal of
// somebody whom the provider vouched for is a line of the record.
func (s *Service) SignInFederated(ctx context.Context, from faas.Actor, f Federated) (faas.Person, error) {
	if f.Issuer == "" || f.Subject == "" || faas.CheckText("", "The account", f.Issuer+f.Subject, 2*subjectRunes) != nil {
		return faas.Person{}, faas.Errorf(faas.Unauthenticated, "Your account at the provider cannot be used here.")
	}
	from.ProjectID = ""
	members, admin, err := s.fromGroups(ctx, f.Groups)
	if err != nil {
		return faas.Person{}, err
	}
	p, err := s.store.PersonBySubject(ctx, f.Issuer, f.Subject)
	if faas.Is(err, faas.NotFound) {
		p, err = s.addFederated(ctx, from, f, admin)
	}
	if err != nil {
		return faas.Person{}, err
	}
	if p.Disabled {
		return faas.Person{}, s.refuseFederated(ctx, from, p.Name, faas.Errorf(faas.Unauthenticated, notWelcome))
	}
	return s.setFederated(ctx, from, p, members, admin)
}

// addFederated makes somebody who is here for the first time.
func (s *Service) addFederated(ctx context.Context, from faas.Actor, f Federated, admin bool) (faas.Person, error) {
	name := faas.PersonName(f.Name)
	if err := s.mayCome(ctx, from, name, admin); err != nil {
		return faas.Person{}, err
	}
	id, err := newID()
	if err != nil {
		return faas.Person{}, err
	}
	p := faas.Person{ID: id, Name: name, Admin: admin, Issuer: f.Issuer, Subject: f.Subject, CreatedAt: s.now()}
	detail := p.Name
	if admin {
		detail += ", administrator"
	}
	actor := from
	actor.ID, actor.Name = p.ID, p.Name
	line, err := s.audit(actor, "person.add", p.ID, detail)
	if err != nil {
		return faas.Person{}, err
	}
	err = s.store.AddPerson(ctx, p, "", line)
	if !faas.Is(err, faas.Conflict) {
		return p, err
	}
	// Two first sign-ins at once make one person.
	if twin, missing := s.store.PersonBySubject(ctx, f.Issuer, f.Subject); !faas.Is(missing, faas.NotFound) {
		return twin, missing
	}
	return faas.Person{}, s.refuseFederated(ctx, from, name, &faas.Error{Kind: faas.Conflict, Err: err, Message: fmt.Sprintf(nameIsTaken, name)})
}

// mayCome refuses who can have no account here.
func (s *Service) mayCome(ctx context.Context, from faas.Actor, name string, admin bool) error {
	if faas.CheckPersonName(name) != nil {
		return s.refuseFederated(ctx, from, "", faas.Errorf(faas.Precondition, noUsableName))
	}
	anybody, err := s.store.AnyPerson(ctx)
	if err != nil {
		return err
	}
	if !anybody && !admin {
		// The first person ends the set-up. Were they no administrator, nobody could ever let anybody in.
		return s.refuseFederated(ctx, from, name, faas.Errorf(faas.Precondition, notSetUp))
	}
	return nil
}

// setFederated gives somebody what their groups say. The last administrator who can sign in remains one, whatever the
// groups say: otherwise a slip in a directory would lock everybody out.
func (s *Service) setFederated(ctx context.Context, from faas.Actor, p faas.Person, members []faas.Member, admin bool) (faas.Person, error) {
	for i := range members {
		members[i].PersonID, members[i].Person = p.ID, p.Name
	}
	from.ID, from.Name = p.ID, p.Name
	line, err := s.audit(from, "member.set", p.ID, p.Name)
	if err != nil {
		return p, err
	}
	was := p.Admin
	p.Admin = admin
	err = s.store.SetFederated(ctx, p, members, line)
	if was && !admin && faas.Is(err, faas.Precondition) {
		p.Admin = true
		err = s.store.SetFederated(ctx, p, members, line)
	}
	return p, err
}

// fromGroups finds what the groups give: in each project the highest role of any of them. A rule for a project that does
// not exist gives nothing.
func (s *Service) fromGroups(ctx context.Context, groups []string) (list []faas.Member, admin bool, err error) {
	in := make(map[string]bool, len(groups))
	for _, group := range groups {
		in[group] = true
	}
	at := map[string]int{} // by project id
	for _, rule := range s.groups {
		if !in[rule.Group] {
			continue
		}
		admin = admin || rule.Admin
		if rule.Project == "" || rule.Role == faas.NoRole {
			continue
		}
		project, err := s.Project(ctx, rule.Project)
		if faas.Is(err, faas.NotFound) {
			continue
		}
		if err != nil {
			return nil, false, err
		}
		i, known := at[project.ID]
		if !known {
			i = len(list)
			at[project.ID] = i
			list = append(list, faas.Member{
				ProjectID: project.ID, Project: project.Name, AddedAt: s.now(), AddedBy: "groups", Federated: true,
			})
		}
		list[i].Role = max(list[i].Role, rule.Role)
	}
	return list, admin, nil
}

// refuseFederated records that somebody whom the provider vouched for was not let in, and returns why.
func (s *Service) refuseFederated(ctx context.Context, from faas.Actor, name string, why *faas.Error) error {
	from.Name = name
	if name == "" {
		from.Name = "(no possible name)"
	}
	line, err := s.audit(from, failedSignIn, "", "by the identity provider")
	if err != nil {
		return err
	}
	line.Result = faas.AuditRefused
	if err := s.store.AddAudit(ctx, line); err != nil {
		return err
	}
	return why
}
