package main

import (
	"context"
	"fmt"

	"verso/db"
)

type migrateCommand struct {
	settings
}

// Run applies what is missing. It may be run beside a server, and twice.
func (c migrateCommand) Run(ctx context.Context) error {
	applied, err := db.Migrate(ctx, db.Config{URL: c.DatabaseURL, Dir: c.Data})
	if err != nil {
		return err
	}
	_, err = fmt.Printf("%d migrations applied; the database is at this program's schema.\n", applied)
	return err
}
