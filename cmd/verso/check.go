package main

import (
	"context"
	"errors"
	"fmt"
)

type checkCommand struct {
	settings
	Deep bool `help:"Read every package and compare it with its sha-256."`
}

// Run prints what is wrong, a line each, and fails when anything is. It may be run beside a server.
func (c checkCommand) Run(ctx context.Context) error {
	h, err := c.open(ctx, access{}, nil)
	if err != nil {
		return err
	}
	found, err := h.service.Check(ctx, c.Deep)
	if err = errors.Join(err, h.store.Close()); err != nil {
		return err
	}
	for _, line := range found.Broken {
		fmt.Println(line)
	}
	fmt.Printf("%d packages, %d broken, %d files that no version names\n", found.Packages, len(found.Broken), found.Orphans)
	if len(found.Broken) > 0 {
		return errors.New("some packages are missing or damaged; restore them from a backup")
	}
	return nil
}
