package main

import (
	"context"
	"os"

	"verso/faas"
	"verso/service"
)

type userCommand struct {
	Add     userAdd     `cmd:"" help:"Add somebody who signs in with a password."`
	Disable userDisable `cmd:"" help:"Keep somebody out at once, with their sessions and tokens."`
	Enable  userEnable  `cmd:"" help:"Let somebody in again who was disabled, with their tokens."`
	Admin   userAdmin   `cmd:"" help:"Make somebody an administrator, or with --off one no more."`
	Passwd  userPasswd  `cmd:"" help:"Give somebody another password, and end their sessions."`
	List    userList    `cmd:"" help:"List the people of the installation."`
}

type userAdd struct {
	location
	passwordFlag
	Name  string `arg:"" help:"2 to 64 of a to z, 0 to 9 and - _ . @ +"`
	Admin bool   `help:"An administrator: owner of every project, and of the list of people."`
}

// Run prints nothing when it worked.
func (c userAdd) Run(ctx context.Context) error {
	password, err := c.read(os.Stdin)
	if err != nil {
		return err
	}
	return c.administer(ctx, true, func(verbs *service.Service, who faas.Actor) error {
		_, err := verbs.AddPerson(ctx, who, c.Name, password, c.Admin)
		return err
	})
}

type userDisable struct {
	location
	Name string `arg:""`
}

// Run takes effect at the next request.
func (c userDisable) Run(ctx context.Context) error { return c.disable(ctx, c.Name, true) }

type userEnable struct {
	location
	Name string `arg:""`
}

// Run brings no session back; tokens open again what they did.
func (c userEnable) Run(ctx context.Context) error { return c.disable(ctx, c.Name, false) }

func (l location) disable(ctx context.Context, name string, disabled bool) error {
	return l.administer(ctx, false, func(verbs *service.Service, who faas.Actor) error {
		_, err := verbs.DisablePerson(ctx, who, name, disabled)
		return named(err, "person", name)
	})
}

type userAdmin struct {
	location
	Name string `arg:""`
	Off  bool   `help:"They administer no more; the last administrator who can sign in stays one."`
}

// Run takes effect at the next request.
func (c userAdmin) Run(ctx context.Context) error {
	return c.administer(ctx, false, func(verbs *service.Service, who faas.Actor) error {
		_, err := verbs.SetAdmin(ctx, who, c.Name, !c.Off)
		return named(err, "person", c.Name)
	})
}

type userPasswd struct {
	location
	passwordFlag
	Name string `arg:""`
}

// Run prints nothing when it worked.
func (c userPasswd) Run(ctx context.Context) error {
	password, err := c.read(os.Stdin)
	if err != nil {
		return err
	}
	return c.administer(ctx, false, func(verbs *service.Service, who faas.Actor) error {
		return named(verbs.SetPassword(ctx, who, c.Name, password), "person", c.Name)
	})
}

type userList struct{ location }

// Run prints a table, by name.
func (c userList) Run(ctx context.Context) error {
	return c.administer(ctx, false, func(verbs *service.Service, who faas.Actor) error {
		var rows [][]string
		err := pages(func(page faas.Page) (faas.List[faas.Person], error) {
			return verbs.People(ctx, who, faas.PersonFilter{Page: page})
		}, func(p faas.Person) {
			rows = append(rows, []string{p.Name, standing(p), moment(p.CreatedAt), moment(p.SeenAt)})
		})
		if err != nil {
			return err
		}
		return table(os.Stdout, "NAME | STANDING | ADDED | LAST SIGN-IN", rows)
	})
}

// standing is what a person is to the installation, in words without spaces.
func standing(p faas.Person) string {
	words := "person"
	if p.Admin {
		words = "administrator"
	}
	if p.Disabled {
		words += ",disabled"
	}
	if p.Issuer != "" {
		words += ",single-sign-on"
	}
	return words
}
