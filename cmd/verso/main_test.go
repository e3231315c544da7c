package main

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// run reads a command line the way main does and returns what it printed and how it ended; -1 if it went on.
func run(t *testing.T, args ...string) (out string, code int) {
	t.Helper()
	var printed bytes.Buffer
	code = -1
	exit := func(with int) { code = max(code, with) }
	if _, err := understand(args, append(options(t.Context()), kong.Writers(&printed, &printed), kong.Exit(exit))...); err != nil {
		fmt.Fprintln(&printed, oneLine(err))
		exit(1)
	}
	return printed.String(), code
}

func TestTheVersionIsPrinted(t *testing.T) {
	for _, args := range [][]string{{"--version"}, {"serve", "--version"}} {
		if out, code := run(t, args...); code != 0 || out != "verso "+buildVersion()+"\n" {
			t.Errorf("%q ends with %d and prints %q", args, code, out)
		}
	}
}

func TestAMistakeIsAnsweredInOneLine(t *testing.T) {
	for says, args := range map[string][]string{
		"write 50MiB":                        {"serve", "--limit-upload", "50MB"},
		"--workers":                          {"--workers", "many"},
		"unknown flag --so":                  {"check", "--so"},
		"sevre; see: verso --help":           {"sevre"},
		"see: verso serve --help":            {"serve", "all"},
		"see: verso user --help":             {"user"},
		"see: verso user add --help":         {"user", "add", "--password-stdin"},
		"see: verso token create --help":     {"token", "create", "--user", "ann"},
		"write 90m, 24h, 30d or never":       {"token", "create", "--user", "ann", "--project", "p", "--expires", "soon"},
		"unknown flag --password, ":          {"user", "add", "ann", "--password", "canary"},
		"unknown flag --insecure-no-auth":    {"serve", "--insecure-no-auth"},
		"unknown flag --metrics-token":       {"serve", "--metrics-token", "canary"},
		"see: verso accesskey revoke --help": {"accesskey", "revoke"},
	} {
		out, code := run(t, args...)
		if code != 1 || !strings.Contains(out, says) || !strings.Contains(out, "--help") || strings.Count(out, "\n") != 1 || strings.Contains(out, "canary") {
			t.Errorf("%q ends with %d and prints\n%s", args, code, out)
		}
	}
}

func TestSeveralMistakesStandInOneLine(t *testing.T) {
	for want, err := range map[string]error{
		"a":             errors.New("a"),
		"a; b":          errors.Join(errors.New("a"), errors.New("b")),
		"One. Two. end": errors.Join(errors.New("One.\n"), errors.New("Two."), errors.New("end")),
	} {
		if got := oneLine(err); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestATakenPortIsNamed(t *testing.T) {
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	_, port, err := net.SplitHostPort(listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	c := listenFlags{Listen: listener.Addr().String()}
	_, err = (&net.ListenConfig{}).Listen(t.Context(), "tcp", c.Listen)
	want := "Port " + port + " on 127.0.0.1 is taken. Stop what uses it, or choose another with --listen 127.0.0.1:0 (0 takes a free one)."
	if got := c.listenError(err); got.Error() != want {
		t.Errorf("it says %q, want %q", got, want)
	}
	if got := c.listenError(net.ErrClosed); strings.Contains(got.Error(), "taken") {
		t.Errorf("another failure is called %q", got)
	}
}
