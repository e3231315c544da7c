package program

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// Owner is the administrator whom every server has that is not Fresh, and Password everybody's password.
const (
	Owner    = "owner"
	Password = "plumbago tent six"
)

// Project is the project that every server has from its first start.
const Project = "default"

// facts are what servers share that work on the same data.
type facts struct {
	token sync.Once
	text  string
}

// Token is one of the Owner's for the Project, made at the first call. It outlives restarts.
func (s *Server) Token() string {
	s.tb.Helper()
	s.facts.token.Do(func() { s.facts.text = s.MakeToken(Owner) })
	if s.facts.text == "" {
		s.tb.Fatal("no token could be made")
	}
	return s.facts.text
}

// MakeToken makes a token of somebody for the Project; flags may be "--role", "viewer" or "--read-only".
func (s *Server) MakeToken(person string, flags ...string) string {
	s.tb.Helper()
	return strings.TrimSpace(s.must("", append([]string{"token", "create", "--user", person, "--project", Project}, flags...)...))
}

// AddPerson adds somebody with the Password, who belongs to nothing yet.
func (s *Server) AddPerson(name string) {
	s.tb.Helper()
	s.must(Password, "user", "add", name, "--password-stdin")
}

// AddMember adds somebody with the Password and a role in the Project.
func (s *Server) AddMember(name, role string) {
	s.tb.Helper()
	s.AddPerson(name)
	s.SetRole(name, role)
}

// SetRole gives somebody a role in the Project.
func (s *Server) SetRole(name, role string) {
	s.tb.Helper()
	s.must("", "member", "add", Project, name, role)
}

// addOwner makes the administrator, which makes the database too.
func (s *Server) addOwner() {
	s.tb.Helper()
	s.must(Password, "user", "add", Owner, "--admin", "--password-stdin")
}

// must runs a command that works on the facts alone, and returns what it printed.
func (s *Server) must(input string, command ...string) string {
	s.tb.Helper()
	out, err := s.run(input, s.options.arguments(command...))
	if err != nil {
		s.tb.Fatalf("verso %s: %v: %s", strings.Join(command, " "), err, out)
	}
	return out
}

// takeKey copies the secret key of the server beside, as an operator does.
func takeKey(tb testing.TB, from, to string) {
	tb.Helper()
	if from == to {
		return
	}
	const name = "secret.key"
	key, err := os.ReadFile(filepath.Join(from, name))
	if err == nil {
		err = os.MkdirAll(to, 0o700)
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(to, name), key, 0o600)
	}
	if err != nil {
		tb.Fatalf("share the secret key: %v", err)
	}
}
