package main

import (
	"bytes"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"verso/db/dbtest"
	"verso/tests/program"
)

func TestMain(m *testing.M) { os.Exit(program.Main(m)) }

// place is a data folder or database that commands are run on.
type place struct {
	t    *testing.T
	data string
	env  []string // NAME=value
}

// eachPlace runs a test on both engines; nothing was ever started there.
func eachPlace(t *testing.T, test func(p *place)) {
	t.Run("sqlite", func(t *testing.T) { test(newPlace(t)) })
	t.Run("postgres", func(t *testing.T) { test(newPlace(t, "DATABASE_URL="+dbtest.Postgres(t))) })
}

func newPlace(t *testing.T, env ...string) *place {
	return &place{t: t, data: filepath.Join(t.TempDir(), "data"), env: env}
}

// command is the program with these arguments. Nothing of this machine's settings reaches it.
func (p *place) command(args ...string) *exec.Cmd {
	cmd := exec.Command(program.Path(p.t), append(args, "--data", p.data)...)
	cmd.Env = append(slices.DeleteFunc(os.Environ(), func(s string) bool {
		return strings.HasPrefix(s, "VERSO_") || strings.HasPrefix(s, "DATABASE_URL=") || strings.HasPrefix(s, "AWS_")
	}), p.env...)
	return cmd
}

// run runs a command with this on its standard input.
func (p *place) run(input string, args ...string) (out, complaint string, code int) {
	p.t.Helper()
	var printed, complained bytes.Buffer
	cmd := p.command(args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(input), &printed, &complained
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		p.t.Fatalf("run %q: %v", args, err)
	}
	return printed.String(), complained.String(), cmd.ProcessState.ExitCode()
}

// madeNew is what a command says on standard error that has made a database, before the place.
const madeNew = "Made a new database in "

// does runs a command that must work and say nothing on standard error, but that it has made a database; it returns what
// was printed.
func (p *place) does(input string, args ...string) string {
	p.t.Helper()
	out, complaint, code := p.run(input, args...)
	if strings.HasPrefix(complaint, madeNew) {
		_, complaint, _ = strings.Cut(complaint, "\n")
	}
	if code != 0 || complaint != "" {
		p.t.Fatalf("%q ends with %d and says %q", args, code, complaint)
	}
	return out
}

// server is the program at work.
type server struct {
	*program.Server
	p *place
}

// serve starts a server on a free port, and ends it with the test.
func (p *place) serve(args ...string) *server {
	p.t.Helper()
	s := program.Start(p.t, program.Options{Data: p.data, Env: p.env, Args: args, Fresh: true})
	return &server{s, p}
}

// visitor is a browser, or a program with a token.
type visitor struct {
	s      *server
	client *http.Client
	token  string
	sends  http.Header // with every request, besides the usual
	header http.Header // of the last answer
}

func (s *server) browser() *visitor {
	s.p.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		s.p.t.Fatal(err)
	}
	return &visitor{s: s, client: &http.Client{Jar: jar, Timeout: time.Minute, CheckRedirect: func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse
	}}}
}

func (s *server) caller(token string) *visitor {
	v := s.browser()
	v.token = token
	return v
}

// ask sends a request and returns status, body and where the answer leads.
func (v *visitor) ask(method, path string, form url.Values) (status int, body, location string) {
	t := v.s.p.t
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, v.s.URL+path, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	maps.Copy(r.Header, v.sends)
	if v.token != "" {
		r.Header.Set("Authorization", "Bearer "+v.token)
	} else {
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		r.Header.Set("Accept", "text/html")
	}
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	w, err := v.client.Do(r)
	if err != nil {
		t.Errorf("%s %s: %v", method, path, err)
		return 0, "", ""
	}
	defer w.Body.Close()
	v.header = w.Header
	text, err := io.ReadAll(w.Body)
	if err != nil {
		t.Errorf("%s %s: %v", method, path, err)
	}
	return w.StatusCode, string(text), w.Header.Get("Location")
}

// get returns the status of a page.
func (v *visitor) get(path string) int {
	v.s.p.t.Helper()
	status, _, _ := v.ask(http.MethodGet, path, nil)
	return status
}

// signIn posts the form and returns the status: 303 when it worked.
func (v *visitor) signIn(name, password string) int {
	v.s.p.t.Helper()
	status, _, _ := v.ask(http.MethodPost, "/login", url.Values{"name": {name}, "password": {password}})
	return status
}
