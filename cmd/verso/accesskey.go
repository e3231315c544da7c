package main

import (
	"context"
	"fmt"
	"os"

	"verso/faas"
	"verso/service"
)

type accessKeyCommand struct {
	Create accessKeyCreate `cmd:"" help:"Make an access key for signed requests, and print its id and secret this once."`
	Revoke accessKeyRevoke `cmd:"" help:"End an access key at once."`
	List   accessKeyList   `cmd:"" help:"List the access keys of a project, without their secrets."`
}

type accessKeyCreate struct{ tokenFlags }

// Run prints id and secret on one line, for `read -r ID SECRET`.
func (c accessKeyCreate) Run(ctx context.Context) error {
	return c.make(ctx, func(verbs *service.Service, owner faas.Actor, in service.TokenInput) error {
		secret, key, err := verbs.CreateAccessKey(ctx, owner, in)
		if err != nil {
			return err
		}
		_, err = fmt.Println(key.ID, string(secret))
		return err
	})
}

type accessKeyRevoke struct {
	location
	ID string `arg:"" help:"The first word that create printed."`
}

// Run takes effect at the next request.
func (c accessKeyRevoke) Run(ctx context.Context) error {
	return c.revoke(ctx, "accesskey", c.ID, (*service.Service).RevokeAccessKey)
}

type accessKeyList struct {
	location
	Project string `required:""`
}

// Run prints a table, newest first.
func (c accessKeyList) Run(ctx context.Context) error {
	return c.in(ctx, c.Project, func(verbs *service.Service, who faas.Actor) error {
		var rows [][]string
		err := pages(func(page faas.Page) (faas.List[faas.AccessKey], error) {
			return verbs.AccessKeys(ctx, who, true, page)
		}, func(k faas.AccessKey) { rows = append(rows, tokenRow(k.Token)) })
		if err != nil {
			return err
		}
		return table(os.Stdout, tokenHead, rows)
	})
}
