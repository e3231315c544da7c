package main

import (
	"strings"
	"testing"
	"time"
)

func TestAdministratorsOfTheCommandLine(t *testing.T) {
	p := newPlace(t)
	p.run(annsPassword, "user", "add", "ann", "--admin", "--password-stdin")
	p.does(bobsPassword, "user", "add", "bob", "--password-stdin")
	stand := func(ann, bob string) {
		t.Helper()
		if rows := words(p.does("", "user", "list")); len(rows) != 2 || !begins(rows, "ann", ann) || !begins(rows[1:], "bob", bob) {
			t.Errorf("the people are %q", rows)
		}
	}
	p.does("", "user", "admin", "bob")
	stand("administrator", "administrator")
	p.does("", "user", "admin", "ann", "--off")
	p.does("", "user", "admin", "ann", "--off")
	stand("person", "administrator")
	for _, c := range []struct{ name, says string }{{"bob", "last administrator"}, {"eve", `person "eve"`}} {
		if _, complaint, code := p.run("", "user", "admin", c.name, "--off"); code != 1 || !strings.Contains(complaint, c.says) {
			t.Errorf("%s: %d %q", c.name, code, complaint)
		}
	}
}

// A token ends some day unless somebody says otherwise, and it is told whose role it cannot exceed.
func TestTokensOfTheCommandLineEnd(t *testing.T) {
	p := newPlace(t)
	p.run(annsPassword, "user", "add", "ann", "--password-stdin")
	p.does("", "project", "add", "billing")
	p.does("", "member", "add", "billing", "ann", "viewer")
	create := []string{"token", "create", "--user", "ann", "--project", "billing"}
	_, complaint, code := p.run("", append(create, "--role", "lead")...)
	if code != 1 || complaint != "verso: A token can have ann's role, viewer, at most.\n" {
		t.Errorf("more than ann: %d %q", code, complaint)
	}
	begun := time.Now().UTC()
	for want, more := range map[string][]string{
		"-": {"--expires=never", "--name", "a"}, begun.AddDate(0, 0, 90).Format("2006-01-02"): {"--name", "b"},
	} {
		p.does("", append(create, more...)...)
		rows := words(p.does("", "token", "list", "--project", "billing"))
		if len(rows) == 0 || len(rows[0]) < 8 || !strings.HasPrefix(rows[0][6], want) {
			t.Errorf("%q ends at another time: %q, want %s", more, rows, want)
		}
	}
}
