package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"strings"
)

// visitor is who asks: a person in a browser, and a program with a token of theirs.
type visitor struct {
	cookie *http.Cookie
	token  string
}

// The person of every site.
const (
	owner    = "owner"
	password = "plumbago tent six"
)

// cookieLine is the header line of a browser that is signed in.
func (v visitor) cookieLine() string { return "Cookie: " + v.cookie.Name + "=" + v.cookie.Value }

// tokenLine is the header line of a program.
func (v visitor) tokenLine() []string { return []string{"Authorization: Bearer " + v.token} }

// invite makes the person and the token with the program's own commands, and signs the person in.
func (b *bench) invite(ctx context.Context, s *site) (err error) {
	if _, err = b.administer(ctx, s, password, "user", "add", owner, "--admin", "--password-stdin"); err != nil {
		return err
	}
	if s.visitor.token, err = b.administer(ctx, s, "", "token", "create", "--user", owner, "--project", "default"); err != nil {
		return err
	}
	if err := b.start(s); err != nil {
		return err
	}
	s.visitor.cookie, err = signIn(ctx, s.addr)
	return err
}

// administer runs another command of the program on a site's facts, and returns what it printed.
func (b *bench) administer(ctx context.Context, s *site, input string, command ...string) (string, error) {
	cmd := exec.CommandContext(ctx, b.binary, append(command, "--data", s.data)...)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + s.data, "DATABASE_URL=" + s.databaseURL()}
	cmd.Stdin = strings.NewReader(input)
	out, err := cmd.CombinedOutput()
	if err != nil {
		err = fmt.Errorf("verso %s: %w: %s", strings.Join(command, " "), err, out)
	}
	return strings.TrimSpace(string(out)), err
}

// signIn sends the form of the login page.
func signIn(ctx context.Context, addr string) (*http.Cookie, error) {
	form := url.Values{"name": {owner}, "password": {password}}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+addr+"/login", strings.NewReader(form.Encode()))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	if cookies := answer.Cookies(); len(cookies) == 1 {
		return cookies[0], nil
	}
	return nil, errors.New("signing in is answered " + answer.Status)
}
