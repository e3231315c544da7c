package main

import (
	"context"
	"fmt"
	"os"

	"verso/faas"
	"verso/service"
)

type projectCommand struct {
	Add  projectAdd  `cmd:"" help:"Make a project, and print its id."`
	List projectList `cmd:"" help:"List the projects."`
}

type projectAdd struct {
	location
	Name string `arg:"" help:"3 to 63 of a to z, 0 to 9 and -"`
}

// Run prints the id and nothing else.
func (c projectAdd) Run(ctx context.Context) error {
	return c.administer(ctx, true, func(verbs *service.Service, who faas.Actor) error {
		p, err := verbs.CreateProject(ctx, who, c.Name)
		if err != nil {
			return err
		}
		_, err = fmt.Println(p.ID)
		return err
	})
}

type projectList struct{ location }

// Run prints a table, by name.
func (c projectList) Run(ctx context.Context) error {
	return c.administer(ctx, false, func(verbs *service.Service, _ faas.Actor) error {
		list, err := verbs.Projects(ctx)
		if err != nil {
			return err
		}
		rows := make([][]string, len(list))
		for i, p := range list {
			rows[i] = []string{p.Name, p.ID, moment(p.CreatedAt)}
		}
		return table(os.Stdout, "NAME | ID | ADDED", rows)
	})
}
