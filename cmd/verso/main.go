// Command verso is the control room for serverless functions and their versions: one program that serves the
// dashboard, runs the operations and looks after its own database and package store.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/alecthomas/kong"
)

// program is the command line.
type program struct {
	Serve   serveCommand   `cmd:"" default:"withargs" help:"Serve the dashboard and run operations (the default)."`
	Migrate migrateCommand `cmd:"" help:"Bring the database to this program's schema, and stop."`
	Check   checkCommand   `cmd:"" help:"Compare the database with the package store."`
	Demo    demoCommand    `cmd:"" help:"Fill the data folder with believable functions and versions."`
	Version versionCommand `cmd:"" help:"Print the program's version."`

	User      userCommand      `cmd:"" help:"Add, disable, enable and list people, and set their passwords."`
	Project   projectCommand   `cmd:"" help:"Make and list projects."`
	Member    memberCommand    `cmd:"" help:"Say who belongs to a project, and as what."`
	Token     tokenCommand     `cmd:"" help:"Make, revoke and list tokens for programs."`
	AccessKey accessKeyCommand `cmd:"" name:"accesskey" help:"Make, revoke and list access keys for signed requests."`
	Key       keyCommand       `cmd:"" help:"List, rotate and drop the keys that seal secrets."`

	ShowVersion kong.VersionFlag `name:"version" help:"Print the program's version."`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	// A second signal ends the program at once.
	context.AfterFunc(ctx, stop)
	var p program
	parsed := kong.Parse(&p, options(ctx)...)
	if err := parsed.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "verso:", err)
		os.Exit(1)
	}
}

// options are how the command line behaves: a mistake is answered with a line on how to ask for help, not all of it.
func options(ctx context.Context) []kong.Option {
	return []kong.Option{
		kong.Name("verso"),
		kong.Description("The self-hosted control room for serverless functions and their versions."),
		kong.Vars{"version": versionLine()},
		kong.ShortUsageOnError(),
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
