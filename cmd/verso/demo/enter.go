package demo

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"
	"time"

	"verso/faas"
	"verso/service"
)

// operator is whoever runs the demo.
func operator(projectID string) faas.Actor {
	return faas.Actor{ID: "verso", Name: "demo", Admin: true, ProjectID: projectID, Role: faas.Owner, Door: faas.DoorCommandLine}
}

// as is a person at work in a project, on the request of this name; those who come by a door for programs, by token.
func (s *stage) as(p person, project, request string) faas.Actor {
	role := p.roleIn(project)
	if p.admin {
		role = faas.Owner
	}
	t := s.tokens[project+" "+p.name]
	return faas.Actor{
		ID: s.ids[p.name], Name: p.name, Admin: p.admin, ProjectID: s.projects[project], Role: role,
		TokenID: t.ID, Token: t.Name, Door: p.door, RequestID: request, Address: p.address,
	}
}

// ensureProjects makes the projects that are missing.
func (s *stage) ensureProjects(ctx context.Context, at time.Time) error {
	for _, p := range projects() {
		made, err := s.serviceAt(at).EnsureProject(ctx, operator(""), p.name)
		if err != nil {
			return fmt.Errorf("make the project %s: %w", p.name, err)
		}
		s.projects[p.name] = made.ID
	}
	return nil
}

// recallPeople finds the people of earlier runs.
func (s *stage) recallPeople(ctx context.Context) error {
	for _, p := range people() {
		found, err := s.serviceAt(s.config.Now).Person(ctx, operator(""), p.name)
		if err == nil {
			s.ids[p.name] = found.ID
		} else if !faas.Is(err, faas.NotFound) {
			return err
		}
	}
	return nil
}

// ensurePeople makes the people who are missing, with one new password, and their memberships and tokens. The first one
// comes by the command line and lets the others in. The password is returned also when something fails after it was used.
func (s *stage) ensurePeople(ctx context.Context, at time.Time) (used faas.Secret, err error) {
	password := newPassword()
	all := people()
	for i, p := range all {
		verbs := s.serviceAt(at.Add(time.Duration(i) * time.Minute))
		who := operator("")
		if i > 0 {
			who = s.as(all[0], "", "demo/people/"+p.name)
		}
		if s.ids[p.name] == "" {
			made, err := verbs.AddPerson(ctx, who, p.name, password, p.admin)
			if err != nil {
				return used, fmt.Errorf("make %s: %w", p.name, err)
			}
			s.ids[p.name], used = made.ID, password
		}
		if err := s.ensurePlaces(ctx, verbs, all[0], p); err != nil {
			return used, fmt.Errorf("let %s in: %w", p.name, err)
		}
	}
	return used, nil
}

// ensurePlaces makes a person a member of their projects, and gives them a token where they come by a door for programs.
func (s *stage) ensurePlaces(ctx context.Context, verbs *service.Service, admin, p person) error {
	for _, project := range projects() {
		role := p.roleIn(project.name)
		if role == faas.NoRole {
			continue
		}
		who := s.as(admin, project.name, "demo/people/"+p.name)
		_, err := verbs.Member(ctx, who, p.name)
		if faas.Is(err, faas.NotFound) {
			err = verbs.SetMember(ctx, who, p.name, role)
		}
		if err == nil && p.door != faas.DoorDashboard {
			err = s.ensureToken(ctx, verbs, p, project.name)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// tokenName is what the demo's tokens are for. Nobody keeps their secrets.
const tokenName = "deploy"

// ensureToken finds or makes the token by which a person's programs come.
func (s *stage) ensureToken(ctx context.Context, verbs *service.Service, p person, project string) error {
	who := s.as(p, project, "demo/people/"+p.name)
	who.Door = faas.DoorDashboard
	list, err := verbs.Tokens(ctx, who, false, faas.Page{})
	if err != nil {
		return err
	}
	for _, t := range list.Items {
		if t.Name == tokenName {
			s.tokens[project+" "+p.name] = t
			return nil
		}
	}
	text, t, err := verbs.CreateToken(ctx, who, service.TokenInput{Name: tokenName})
	s.tokens[project+" "+p.name], s.secrets[project+" "+p.name] = t, text
	return err
}

// show presents the token of who comes by one, as each of their requests does, so that it has a last use. The text of a
// token that an earlier run made is not known any more.
func (s *stage) show(ctx context.Context, e *event) error {
	text, ok := s.secrets[e.f.project.name+" "+e.who.name]
	if !ok {
		return nil
	}
	_, err := s.serviceAt(e.at).IdentityOfToken(ctx, string(text))
	return err
}

// newPassword makes a password of 100 random bits that can be typed from paper.
func newPassword() faas.Secret {
	text := strings.ToLower(rand.Text())
	return faas.Secret(text[:5] + "-" + text[5:10] + "-" + text[10:15] + "-" + text[15:20])
}
