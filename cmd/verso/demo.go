package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"verso/blob"
	"verso/cmd/verso/demo"
	"verso/db"
	"verso/faas"
	"verso/service"
)

type demoCommand struct {
	settings
	Served bool `hidden:"" help:"The same line of commands serves it afterwards: do not say how."`
}

// Run fills the data folder; run again it adds what is missing. It must not run beside a server, whose workers would
// take its operations and look for its buckets in vain: on SQLite the folder's lock sees to that.
func (c demoCommand) Run(ctx context.Context) (err error) {
	limits, err := c.Limits.limits()
	if err != nil {
		return err
	}
	if err := c.makeFolder(); err != nil {
		return err
	}
	log := c.quietLog()
	blobs, err := blob.Open(ctx, c.BlobURL, c.Data, os.Getenv)
	if err != nil {
		return err
	}
	store, err := db.Open(ctx, db.Config{URL: c.DatabaseURL, Dir: c.Data, Exclusive: true, Migrate: true, Log: log})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	keys := c.keyRing(ctx, store)
	if err := c.openKeys(ctx, service.New(service.Config{Store: store, Now: clock, Keys: keys})); err != nil {
		return err
	}
	began := time.Now()
	made, err := demo.Fill(ctx, demo.Config{
		Store: store, Blobs: blobs, Limits: limits, Now: clock(), Out: os.Stdout, Log: log, Keys: keys,
	})
	if made.Entry != "" {
		defer c.tellEntry(os.Stdout, made.Entry) // also after a failure: nobody is told the password again
	}
	if err != nil {
		return err
	}
	c.tellDone(os.Stdout, made, time.Since(began))
	return nil
}

// tellDone prints what there is now, and where to go on.
func (c demoCommand) tellDone(out io.Writer, made demo.Totals, took time.Duration) {
	fmt.Fprintf(out, "%d projects, %d functions, %d versions; %d operations failed and %d was cancelled, as planned.\n",
		made.Projects, made.Functions, made.Versions, made.Failed, made.Cancelled)
	fmt.Fprintf(out, "%d events added in %.1f s.\n", made.Added, took.Seconds())
	if !c.Served {
		fmt.Fprintln(out, "Look at it:", c.again("serve"))
	}
	if made.Entry == "" {
		fmt.Fprintf(out, "Sign in as %s with the password that the first run printed. To give another: %s\n",
			demo.Administrator(), c.again("user passwd "+demo.Administrator()+" --password-stdin"))
	}
}

// tellEntry prints who can sign in. The password is this demo's alone.
func (c demoCommand) tellEntry(out io.Writer, password faas.Secret) {
	fmt.Fprintf(out, "Sign in with the password %s, which is printed this once, as one of:\n", string(password))
	for _, name := range demo.Names() {
		fmt.Fprintln(out, "  "+name)
	}
}

// again is another command on the same data, with the program called as it was now. A URL may hold a password, so it is
// named and not repeated.
func (c demoCommand) again(command string) string {
	line := fmt.Sprintf("%s %s --data %q", os.Args[0], command, c.Data)
	if c.DatabaseURL != "" {
		line += " --database-url …"
	}
	if c.BlobURL != "" && command == "serve" {
		line += " --blob-url …"
	}
	return line
}
