package main

import (
	"bytes"
	"net"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// run parses a command line the way main does and returns what it printed and how it ended; -1 if it went on.
func run(t *testing.T, args ...string) (out string, code int) {
	t.Helper()
	var p program
	var printed bytes.Buffer
	code = -1
	exit := func(with int) { code = max(code, with) }
	parser, err := kong.New(&p, append(options(t.Context()), kong.Writers(&printed, &printed), kong.Exit(exit))...)
	if err != nil {
		t.Fatal(err)
	}
	_, err = parser.Parse(args)
	parser.FatalIfErrorf(err)
	return printed.String(), code
}

func TestTheVersionIsPrinted(t *testing.T) {
	for _, args := range [][]string{{"--version"}, {"serve", "--version"}} {
		if out, code := run(t, args...); code != 0 || out != "verso "+buildVersion()+"\n" {
			t.Errorf("%q ends with %d and prints %q", args, code, out)
		}
	}
}

func TestAMistakeIsAnsweredBriefly(t *testing.T) {
	for says, args := range map[string][]string{
		"write 50MiB":       {"serve", "--limit-upload", "50MB"},
		"--workers":         {"--workers", "many"},
		"unknown flag --so": {"check", "--so"},
		"unexpected":        {"sevre"},
	} {
		out, code := run(t, args...)
		if code <= 0 || !strings.Contains(out, says) || !strings.Contains(out, "--help") || strings.Count(out, "\n") > 5 {
			t.Errorf("%q ends with %d and prints\n%s", args, code, out)
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
