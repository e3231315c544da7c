package program

import (
	"os"
	"slices"
	"strings"

	"verso/blob/blobtest"
)

// Options are what a test wants of its server. The zero value is one on SQLite, with an owner.
type Options struct {
	Data     string            // empty for a new folder
	Database string            // a postgres URL; empty for SQLite in the data folder
	Blobs    string            // an s3 URL; empty for a folder in the data folder
	Buckets  map[string]string // connections by name
	S3       *blobtest.Server  // whose keys the server gets; nil for none
	Env      []string          // NAME=value
	Args     []string          // further flags of `verso serve`
	Beside   *Server           // whose facts, people, token and secret key this server shares; nil for none
	Fresh    bool              // nobody is there yet, and the printed link leads to the set-up
}

// arguments are a command's with what says where the facts are.
func (o Options) arguments(command ...string) []string {
	args := append(slices.Clone(command), "--data", o.Data)
	if o.Database != "" {
		args = append(args, "--database-url", o.Database)
	}
	return args
}

// packages are the flags of commands that touch packages.
func (o Options) packages() []string {
	var args []string
	if o.Blobs != "" {
		args = append(args, "--blob-url", o.Blobs)
	}
	for name, url := range o.Buckets {
		args = append(args, "--bucket", name+"="+url)
	}
	return args
}

// environment is this process's without what Verso, S3 and the runtime would read in it, so that nothing depends on the
// machine.
func (o Options) environment() []string {
	env := slices.DeleteFunc(os.Environ(), func(v string) bool {
		return slices.ContainsFunc([]string{"VERSO_", "DATABASE_URL=", "AWS_", "GOGC=", "GOMEMLIMIT="}, func(p string) bool { return strings.HasPrefix(v, p) })
	})
	if o.S3 != nil {
		env = append(env, "AWS_ACCESS_KEY_ID="+o.S3.AccessKey, "AWS_SECRET_ACCESS_KEY="+o.S3.SecretKey)
	}
	return append(env, o.Env...)
}
