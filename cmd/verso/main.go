// Command verso is the control room for serverless functions and their versions: one program that serves the
// dashboard, runs the operations and looks after its own database and package store.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"
)

// commandLine is everything that can be asked for.
type commandLine struct {
	Serve   serveCommand   `cmd:"" default:"withargs" help:"Serve the dashboard and run operations (the default)."`
	Migrate migrateCommand `cmd:"" help:"Bring the database to this program's schema, and stop."`
	Check   checkCommand   `cmd:"" help:"Compare the database with the package store."`
	Demo    demoCommand    `cmd:"" help:"Fill the data folder with believable functions and versions."`
	Version versionCommand `cmd:"" help:"Print the program's version."`

	User      userCommand      `cmd:"" help:"Add, disable, enable and list people, set their passwords, and say who administers."`
	Project   projectCommand   `cmd:"" help:"Make and list projects."`
	Member    memberCommand    `cmd:"" help:"Say who belongs to a project, and as what."`
	Token     tokenCommand     `cmd:"" help:"Make, revoke and list the tokens of programs."`
	AccessKey accessKeyCommand `cmd:"" name:"accesskey" help:"Make, revoke and list the access keys of signed requests."`
	Key       keyCommand       `cmd:"" help:"List, rotate and drop the keys that seal secrets."`

	ShowVersion kong.VersionFlag `name:"version" help:"Print the program's version."`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	// A second signal ends the program at once.
	context.AfterFunc(ctx, stop)
	command, err := understand(os.Args[1:], options(ctx)...)
	if err == nil {
		err = command.Run()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "verso:", oneLine(err))
		os.Exit(1)
	}
}

// understand reads a command line. A mistake comes back with the command that explains more.
func understand(args []string, o ...kong.Option) (*kong.Context, error) {
	parser, err := kong.New(&commandLine{}, o...)
	if err != nil {
		return nil, err
	}
	command, err := parser.Parse(args)
	var mistake *kong.ParseError
	if errors.As(err, &mistake) {
		err = fmt.Errorf("%w; see: %s --help", err, placeOf(mistake.Context, args))
	}
	return command, err
}

// placeOf is the last command that was understood. A first word that is no command leads to the list of commands, and
// not to the one that needs no word.
func placeOf(c *kong.Context, args []string) string {
	at := "verso"
	if c.Selected() != nil && c.Selected().Name == "serve" && !slices.Contains(args, "serve") && !strings.HasPrefix(args[0], "-") {
		return at
	}
	for _, step := range c.Path {
		if step.Command != nil {
			at = step.Command.FullPath()
		}
	}
	return at
}

// oneLine writes an error for who reads a terminal or a log by lines: several mistakes stand one behind the other.
func oneLine(err error) string {
	var b strings.Builder
	for line := range strings.Lines(err.Error()) {
		line = strings.TrimSpace(line)
		switch said := b.String(); {
		case line == "" || said == "":
		case strings.HasSuffix(said, "."):
			b.WriteString(" ")
		default:
			b.WriteString("; ")
		}
		b.WriteString(line)
	}
	return b.String()
}

// options are how the command line behaves.
func options(ctx context.Context) []kong.Option {
	return []kong.Option{
		kong.Name("verso"),
		kong.Description("The self-hosted control room for serverless functions and their versions."),
		kong.Vars{"version": versionLine()},
		kong.BindTo(ctx, (*context.Context)(nil)),
	}
}

type versionCommand struct{}

// Run prints the version as the build recorded it.
func (versionCommand) Run() error {
	_, err := fmt.Println(versionLine())
	return err
}

func versionLine() string { return "verso " + buildVersion() }

// release is the version that tools/release builds; the linker sets it, and nothing else ever does.
var release string

// buildVersion is the release's version, the module's version or revision, or "devel" for a plain build of the working tree.
func buildVersion() string {
	if release != "" {
		return release
	}
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" || info.Main.Version == "(devel)" {
		return "devel"
	}
	return info.Main.Version
}
