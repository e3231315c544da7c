package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"verso/db"
	"verso/faas"
)

func checkOf(dir string) checkCommand {
	limits := limitFlags{Upload: 1, Bucket: 1, Unpacked: 1, Entries: 1, Memory: size(faas.GiB), Timeout: time.Minute}
	return checkCommand{settings: settings{location: location{Data: dir}, Limits: limits}}
}

func TestCheckMakesNothing(t *testing.T) {
	parent := t.TempDir()
	missing := filepath.Join(parent, "dta")
	for name, c := range map[string]checkCommand{
		"no folder": checkOf(missing), "an empty folder": checkOf(parent),
		"PostgreSQL, no packages": {settings: settings{location: location{Data: missing, DatabaseURL: "postgres://127.0.0.1:1/verso"}, Limits: checkOf("").Limits}},
	} {
		err := c.Run(t.Context())
		if err == nil || !strings.Contains(err.Error(), "There is no ") || !strings.Contains(err.Error(), "is --data right?") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if left, err := os.ReadDir(parent); err != nil || len(left) != 0 {
		t.Errorf("it left %v, error %v", left, err)
	}
}

func TestCheckDoesNotMigrate(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "verso.db"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := checkOf(dir).Run(t.Context()); err == nil || !strings.Contains(strings.ToLower(err.Error()), "run verso migrate") {
		t.Errorf("an older schema: %v", err)
	}
	if _, err := db.Migrate(t.Context(), db.Config{Dir: dir}); err != nil {
		t.Fatal(err)
	}
	if err := checkOf(dir).Run(t.Context()); err != nil {
		t.Errorf("the right schema: %v", err)
	}
}
