package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/user"
	"strings"
	"text/tabwriter"
	"time"

	"verso/db"
	"verso/faas"
	"verso/service"
)

// administer does one thing as an administrator on the facts alone: packages and buckets stay closed. The server may be
// running beside it. With makeIt a missing database is made, which is told: the folder may be a mistyped one. Its schema is
// brought up to date either way.
func (l location) administer(ctx context.Context, makeIt bool, do func(*service.Service, faas.Actor) error) (err error) {
	if !makeIt {
		if err := l.exists(); err != nil {
			return err
		}
	}
	store, err := db.Open(ctx, db.Config{URL: l.DatabaseURL, Dir: l.Data, Migrate: true, Log: l.quietLog()})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	if store.IsNew() {
		fmt.Fprintf(os.Stderr, "Made a new database in %s\n", l.database())
	}
	verbs := service.New(service.Config{Store: store, Limits: faas.DefaultLimits(), Now: clock, Keys: l.keyRing(ctx, store)})
	return do(verbs, commandLineActor())
}

// quietLog tells only what goes wrong: a command's own words are what its user came for.
func (l location) quietLog() *slog.Logger {
	return slog.New(slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: max(l.LogLevel, slog.LevelWarn)}))
}

// in does one thing as an administrator in a project.
func (l location) in(ctx context.Context, project string, do func(*service.Service, faas.Actor) error) error {
	return l.administer(ctx, false, func(verbs *service.Service, who faas.Actor) error {
		p, err := verbs.Project(ctx, project)
		if err != nil {
			return named(err, "project", project)
		}
		who.ProjectID = p.ID
		return do(verbs, who)
	})
}

// commandLineActor is whoever may read and write the database itself. The record calls them by the name they have on
// this machine, which proves nothing, and says which door it was.
func commandLineActor() faas.Actor {
	name := "command line"
	if u, err := user.Current(); err == nil {
		name = cmp.Or(u.Username, name)
	}
	return faas.Actor{
		ID: "verso", Name: name, Admin: true, Role: faas.Owner, Door: faas.DoorCommandLine, RequestID: strings.ToLower(rand.Text()),
	}
}

// named says which name leads to nothing, for who mistyped one of several on a line.
func named(err error, noun, name string) error {
	if faas.Is(err, faas.NotFound) {
		return faas.Errorf(faas.NotFound, "There is no %s %q.", noun, name)
	}
	return err
}

// table prints rows of cells under their heads, in columns.
func table(out io.Writer, head string, rows [][]string) error {
	w := tabwriter.NewWriter(out, 0, 8, 2, ' ', 0)
	fmt.Fprintln(w, strings.ReplaceAll(head, " | ", "\t"))
	for _, row := range rows {
		fmt.Fprintln(w, strings.Join(row, "\t"))
	}
	return w.Flush()
}

// moment writes a time to the minute; a dash for never.
func moment(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.UTC().Format("2006-01-02T15:04Z")
}

// pages calls one page of a list after the other until the last.
func pages[T any](list func(faas.Page) (faas.List[T], error), each func(T)) error {
	for page := (faas.Page{Size: 1000}); ; {
		l, err := list(page)
		if err != nil {
			return err
		}
		for _, item := range l.Items {
			each(item)
		}
		if l.Next == "" {
			return nil
		}
		page.After = l.Next
	}
}
