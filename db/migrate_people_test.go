package db_test

import (
	"context"
	"slices"
	"testing"

	"verso/db"
	"verso/db/dbtest"
	"verso/faas"
)

// What was written before there were people gets its place in the fuller record.
func TestOldLinesGetTheirKindAndFunction(t *testing.T) {
	line := func(id, action, target string) string {
		return `INSERT INTO audit (id, project_id, at, actor, actor_id, door, request_id, address, action, target, detail)
VALUES ('` + id + `', 'p1', 1, 'local', 'local', 'dashboard', 'r', '', '` + action + `', '` + target + `', '')`
	}
	eachEmpty(t, func(t *testing.T, cfg db.Config) {
		ctx := context.Background()
		err := db.MigrateTo(ctx, cfg, 2,
			`INSERT INTO projects (id, name, created_at) VALUES ('p1', 'default', 1)`,
			`INSERT INTO operations (id, project_id, function_id, function_name, kind, description, state, stages, created_at, modified_at,
created_by, created_by_id, door, request_id, address, attempt, run_at, cancelling, version_id, package_sha256, number, failure, due_at,
lease_token, leased_by, work_order) VALUES ('o1', 'p1', 'f1', 'f', 'version.create', '', 'failed', '', 1, 1, '', '', '', '', '', 1, 1,
FALSE, 'v1', '', 0, '', 1, 1, '', '')`,
			line("a1", "project.create", "p1"), line("a2", "function.create", "f1"), line("a3", "function.edit", "f1"),
			line("a4", "version.create", "v1"), line("a5", "version.published", "v1"), line("a6", "operation.cancel", "o1"),
			line("a7", "tag.remove", "f1"), line("a8", "function.delete", "f1"), line("a9", "function.deleted", "f1"),
			line("b1", "version.create", "gone"))
		if err != nil {
			t.Fatal(err)
		}
		cfg.Migrate = true
		s := dbtest.Open(t, cfg)
		got, err := db.Texts(s, `SELECT action || ' ' || kind || ' ' || result || ' ' || function_id FROM audit ORDER BY id`)
		if err != nil {
			t.Fatal(err)
		}
		want := []string{
			"project.create create done ", "function.create create done f1", "function.edit settings done f1",
			"version.create create done f1", "version.published create done f1", "operation.cancel settings done f1",
			"tag.remove tag done f1", "function.delete delete done f1", "function.deleted delete done f1", "version.create create done ",
		}
		if !slices.Equal(got, want) {
			t.Errorf("lines\n got %q\nwant %q", got, want)
		}
		p, err := s.ProjectByName(ctx, "default")
		if err != nil || !slices.Equal(p.Protected, faas.ProtectedTags()) {
			t.Errorf("project %+v: %v", p, err)
		}
	})
}
