package main

import (
	"context"
	"os"

	"verso/faas"
	"verso/service"
)

type memberCommand struct {
	Add    memberAdd    `cmd:"" help:"Add somebody to a project, or change their role in it."`
	Remove memberRemove `cmd:"" help:"Take somebody out of a project at once."`
	List   memberList   `cmd:"" help:"List the members of a project."`
}

type memberAdd struct {
	location
	Project string `arg:""`
	User    string `arg:""`
	Role    string `arg:"" help:"viewer, developer, lead or owner"`
}

// Run prints nothing when it worked.
func (c memberAdd) Run(ctx context.Context) error {
	role, err := faas.RoleByName(c.Role)
	if err != nil {
		return err
	}
	return c.in(ctx, c.Project, func(verbs *service.Service, who faas.Actor) error {
		return verbs.SetMember(ctx, who, c.User, role)
	})
}

type memberRemove struct {
	location
	Project string `arg:""`
	User    string `arg:""`
}

// Run takes effect at the next request.
func (c memberRemove) Run(ctx context.Context) error {
	return c.in(ctx, c.Project, func(verbs *service.Service, who faas.Actor) error {
		return verbs.RemoveMember(ctx, who, c.User)
	})
}

type memberList struct {
	location
	Project string `arg:""`
}

// Run prints a table, by name.
func (c memberList) Run(ctx context.Context) error {
	return c.in(ctx, c.Project, func(verbs *service.Service, who faas.Actor) error {
		var rows [][]string
		err := pages(func(page faas.Page) (faas.List[faas.Member], error) {
			return verbs.Members(ctx, who, page)
		}, func(m faas.Member) {
			rows = append(rows, []string{m.Person, m.Role.String(), moment(m.AddedAt), m.AddedBy})
		})
		if err != nil {
			return err
		}
		return table(os.Stdout, "NAME | ROLE | ADDED | BY", rows)
	})
}
