package main

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"verso/db/dbtest"
	"verso/faas"
)

// Passwords of the tests. None of them may ever be printed.
const (
	annsPassword = "canary plumbago tent"
	bobsPassword = "canary walnut ferry"
)

// words are the cells of a printed table, row by row without the head.
func words(table string) [][]string {
	var rows [][]string
	for line := range strings.Lines(table) {
		rows = append(rows, strings.Fields(line))
	}
	return rows[min(1, len(rows)):]
}

// begin are words that the first row of a table begins with.
func begins(rows [][]string, want ...string) bool {
	return len(rows) > 0 && len(rows[0]) >= len(want) && slices.Equal(rows[0][:len(want)], want)
}

// Everything that people need can be made before the server was ever started, and each command prints what was asked
// for and nothing else.
func TestTheCommandLineBeforeTheFirstStart(t *testing.T) {
	eachPlace(t, func(p *place) {
		silent := func(input string, args ...string) {
			p.t.Helper()
			if out := p.does(input, args...); out != "" {
				p.t.Errorf("%q prints %q", args, out)
			}
		}
		silent(annsPassword+"\n", "user", "add", "Ann ", "--admin", "--password-stdin")
		silent(bobsPassword, "user", "add", "bob", "--password-stdin")
		id := p.does("", "project", "add", "billing")
		if !faas.IsID(strings.TrimSuffix(id, "\n")) {
			p.t.Errorf("project add prints %q", id)
		}
		if rows := words(p.does("", "project", "list")); len(rows) != 1 || !begins(rows, "billing", strings.TrimSpace(id)) {
			p.t.Errorf("the projects are %q", rows)
		}
		silent("", "member", "add", "billing", "bob", "viewer")
		silent("", "member", "add", "billing", "bob", "developer")
		if rows := words(p.does("", "member", "list", "billing")); len(rows) != 1 || !begins(rows, "bob", "developer") {
			p.t.Errorf("the members are %q", rows)
		}
		p.tokens()
		silent("", "user", "disable", "bob")
		silent("", "user", "disable", "bob")
		if rows := words(p.does("", "user", "list")); len(rows) != 2 || !begins(rows, "ann", "administrator") || !begins(rows[1:], "bob", "person,disabled") {
			p.t.Errorf("the people are %q", rows)
		}
		silent("", "user", "enable", "bob")
		silent(annsPassword, "user", "passwd", "bob", "--password-stdin")
		silent("", "member", "remove", "billing", "bob")
		if rows := words(p.does("", "member", "list", strings.TrimSpace(id))); len(rows) != 0 {
			p.t.Errorf("the members are %q", rows)
		}
		s := p.serve()
		if s.Link != s.URL {
			p.t.Errorf("somebody can sign in, and the server prints %s", s.Link)
		}
		if got := s.browser().signIn("bob", annsPassword); got != http.StatusSeeOther {
			p.t.Errorf("bob with his new password: %d", got)
		}
	})
}

var (
	tokenLine = regexp.MustCompile(`^t1\.([a-z2-7]{16})\.[A-Za-z0-9_-]{51}\n$`)
	keyLine   = regexp.MustCompile(`^([a-z2-7]{16}) [A-Za-z0-9_-]{43}\n$`)
)

// tokens makes, lists and revokes tokens and access keys of bob.
func (p *place) tokens() {
	p.t.Helper()
	for noun, line := range map[string]*regexp.Regexp{"token": tokenLine, "accesskey": keyLine} {
		made := p.does("", noun, "create", "--user", "bob", "--project", "billing", "--role", "viewer", "--expires", "30d", "--name", "night job")
		m := line.FindStringSubmatch(made)
		if m == nil {
			p.t.Fatalf("%s create prints %q", noun, made)
		}
		plain := p.does("", noun, "create", "--user=bob", "--project=billing", "--read-only")
		listed := p.does("", noun, "list", "--project", "billing")
		rows := words(listed)
		if len(rows) != 2 || !begins(rows[1:], m[1], "live", "bob", "viewer") || !strings.HasSuffix(listed, "night job\n") || !begins(rows[:1], rows[0][0], "live", "bob", "developer,read-only") {
			p.t.Errorf("%s list prints\n%s", noun, listed)
		}
		for _, secret := range []string{made, plain} {
			if secret = secret[len(secret)-30 : len(secret)-10]; strings.Contains(listed, secret) {
				p.t.Errorf("%s list shows a secret:\n%s", noun, listed)
			}
		}
		if out := p.does("", noun, "revoke", m[1]); out != "" {
			p.t.Errorf("%s revoke prints %q", noun, out)
		}
		p.does("", noun, "revoke", m[1])
		if rows := words(p.does("", noun, "list", "--project", "billing")); !begins(rows[1:], m[1], "revoked") {
			p.t.Errorf("after revoking: %q", rows)
		}
	}
}

// A command beside a running server takes effect at the next request.
func TestS14TheCommandLineBesideTheServer(t *testing.T) {
	eachPlace(t, func(p *place) {
		s := p.serve()
		p.does(annsPassword, "user", "add", "ann", "--admin", "--password-stdin")
		p.does(bobsPassword, "user", "add", "bob", "--password-stdin")
		p.does("", "member", "add", faas.DefaultProject, "bob", "lead")
		token := strings.TrimSpace(p.does("", "token", "create", "--user", "bob", "--project", faas.DefaultProject))
		page := "/projects/" + faas.DefaultProject + "/functions"
		bob, job := s.browser(), s.caller(token)
		if got := bob.signIn("bob", bobsPassword); got != http.StatusSeeOther {
			p.t.Fatalf("bob signs in: %d", got)
		}
		want := func(when string, browser, program int) {
			p.t.Helper()
			if b, j := bob.get(page), job.get(page); b != browser || j != program {
				p.t.Errorf("%s: the browser gets %d, the token %d; want %d and %d", when, b, j, browser, program)
			}
		}
		want("at first", 200, 200)
		p.does("", "user", "disable", "bob")
		want("disabled", 303, 401)
		if got := bob.signIn("bob", bobsPassword); got != http.StatusUnauthorized {
			p.t.Errorf("disabled, he signs in: %d", got)
		}
		p.does("", "user", "enable", "bob")
		want("enabled again", 303, 200)
		if got := bob.signIn("bob", bobsPassword); got != http.StatusSeeOther {
			p.t.Errorf("enabled again, he signs in: %d", got)
		}
		p.does("", "member", "remove", faas.DefaultProject, "bob")
		want("no member", 404, 401)
		p.does("", "member", "add", faas.DefaultProject, "bob", "viewer")
		want("a viewer, whose token ended when he left", 200, 401)
		token = strings.TrimSpace(p.does("", "token", "create", "--user", "bob", "--project", faas.DefaultProject))
		job = s.caller(token)
		want("with another token", 200, 200)
		if status, _, _ := bob.ask(http.MethodPost, page, map[string][]string{"name": {"greeter"}}); status != http.StatusForbidden {
			p.t.Errorf("a viewer makes a function: %d", status)
		}
		p.does("", "token", "revoke", strings.Split(token, ".")[1])
		want("revoked", 200, 401)
		p.does(annsPassword, "user", "passwd", "bob", "--password-stdin")
		want("another password", 303, 401)
		p.recorded(s)
	})
}

// recorded wants the record to say that it was the command line.
func (p *place) recorded(s *server) {
	p.t.Helper()
	ann := s.browser()
	ann.signIn("ann", annsPassword)
	_, text, _ := ann.ask(http.MethodGet, "/settings/activity/export?format=csv", nil)
	for _, action := range []string{"person.add", "person.disable", "person.enable", "person.password"} {
		found := false
		for line := range strings.Lines(text) {
			found = found || strings.Contains(line, action) && strings.Contains(line, string(faas.DoorCommandLine)) && strings.Contains(line, commandLineActor().Name)
		}
		if !found {
			p.t.Errorf("the record has no line for %s by %s:\n%s", action, commandLineActor().Name, text)
		}
	}
}

func TestMistakesOfTheCommandLine(t *testing.T) {
	eachPlace(t, func(p *place) {
		p.does(annsPassword, "user", "add", "ann", "--admin", "--password-stdin")
		p.does(bobsPassword, "user", "add", "bob", "--password-stdin")
		p.does("", "project", "add", "billing")
		for _, c := range []struct{ says, input, line string }{
			{"--password-stdin", "", "user add eve"},
			{"at least 12", "canary", "user add eve --password-stdin"},
			{"Enter a password", "", "user add eve --password-stdin"},
			{"several lines", "canary canary\ncanary canary\n", "user add eve --password-stdin"},
			{"1024", strings.Repeat("canary äöü ", 200), "user add eve --password-stdin"},
			{"first that anybody would try", "bob bob bob bob canary bob"[:15], "user add bob.bob --password-stdin"},
			{"exists already", annsPassword, "user add BOB --password-stdin"},
			{"2 to 64", annsPassword, "user add e --password-stdin"},
			{`person "eve"`, "", "user disable eve"},
			{`person "eve"`, annsPassword, "user passwd eve --password-stdin"},
			{"administrator", "", "user disable ann"},
			{"exists already", "", "project add billing"},
			{"3 to 63", "", "project add b"},
			{`project "biling"`, "", "member list biling"},
			{"viewer, developer, lead or owner", "", "member add billing bob boss"},
			{"no person of that name", "", "member add billing eve viewer"},
			{"no such member", "", "member remove billing bob"},
			{"not a member of billing", "", "token create --user bob --project billing"},
			{`person "eve"`, "", "token create --user eve --project billing"},
			{`project "biling"`, "", "accesskey create --user ann --project biling"},
			{"ten years", "", "token create --user ann --project billing --expires 9999d"},
			{"no token aaaaaaaaaaaaaaaa", "", "token revoke aaaaaaaaaaaaaaaa"},
			{"no accesskey aaaaaaaaaaaaaaaa", "", "accesskey revoke aaaaaaaaaaaaaaaa"},
			{"16 lower-case", "", "token revoke t1.canary.canary"},
		} {
			out, complaint, code := p.run(c.input, strings.Split(c.line, " ")...)
			if code != 1 || out != "" || strings.Count(complaint, "\n") != 1 || !strings.HasPrefix(complaint, "verso: ") || !strings.Contains(complaint, c.says) {
				p.t.Errorf("%s: ends with %d, prints %q and says %q; want %q", c.line, code, out, complaint, c.says)
			}
			if strings.Contains(complaint, "canary") {
				p.t.Errorf("%s repeats what may be secret: %q", c.line, complaint)
			}
		}
	})
}

// A mistyped folder may become an installation by a command that makes what is missing, but not in silence.
func TestACommandSaysWhatDatabaseItHasMade(t *testing.T) {
	eachPlace(t, func(p *place) {
		where := p.data
		if p.database() != "" {
			where = "postgres://"
		}
		_, complaint, code := p.run("", "project", "add", "b") // which is no name, but the database is there before it is looked at
		if lines := strings.Split(complaint, "\n"); code != 1 || len(lines) != 3 || !strings.HasPrefix(lines[0], madeNew+where) || !strings.HasPrefix(lines[1], "verso: ") {
			p.t.Errorf("a first command that fails: %d %q", code, complaint)
		}
		for _, args := range [][]string{{"project", "add", "billing"}, {"project", "list"}, {"user", "add", "ann", "--password-stdin"}} {
			if _, complaint, code := p.run(annsPassword, args...); code != 0 || complaint != "" {
				p.t.Errorf("%q afterwards: %d %q", args, code, complaint)
			}
		}
	})
	for _, args := range [][]string{{"user", "add", "ann", "--password-stdin"}, {"project", "add", "billing"}} {
		p := newPlace(t)
		if _, complaint, code := p.run(annsPassword, args...); code != 0 || complaint != madeNew+p.data+"\n" {
			t.Errorf("%q: %d %q", args, code, complaint)
		}
	}
	if _, complaint, code := newPlace(t).run("", "migrate"); code != 0 || complaint != "" { // it is there to make one
		t.Errorf("migrate: %d %q", code, complaint)
	}
	u, err := url.Parse(dbtest.Postgres(t))
	if err != nil {
		t.Fatal("the database URL cannot be read")
	}
	password, given := u.User.Password()
	if !given {
		password = "canary-of-a-password" // which a server that trusts everybody does not look at
		u.User = url.UserPassword(u.User.Username(), password)
	}
	_, complaint, code := newPlace(t, "DATABASE_URL="+u.String()).run("", "project", "add", "billing")
	if code != 0 || !strings.HasPrefix(complaint, madeNew) || strings.Contains(complaint, password) {
		t.Errorf("with a password in the URL it ends with %d, and may tell the password", code)
	}
}

// A mistyped folder is not made into an empty installation by a command that only looks.
func TestCommandsThatMakeNothing(t *testing.T) {
	p := newPlace(t)
	for _, line := range []string{"user list", "user disable ann", "project list", "member list default", "token revoke aaaaaaaaaaaaaaaa", "key list"} {
		if _, complaint, code := p.run("", strings.Split(line, " ")...); code != 1 || !strings.Contains(complaint, "is --data right?") {
			t.Errorf("%s: %d %q", line, code, complaint)
		}
	}
}
