package main

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"verso/db"
	"verso/db/dbtest"
)

// oldRows is how many versions an old database has, and work orders.
const oldRows = 60

// oldCanary is what the values of an old database begin with.
const oldCanary = "canary-of-before-keys"

// oldDatabase is one from before there were people and keys: its values stand in clear. Some are so long that they have
// pages of their own.
func oldDatabase(t *testing.T, cfg db.Config) {
	t.Helper()
	list := []string{
		`INSERT INTO projects (id, name, created_at) VALUES ('01890000-0000-7000-8000-000000000001', 'default', 1)`,
		`INSERT INTO functions (id, project_id, name, description, labels, status, last_number, created_at, created_by, changed_at, changed_by, change,
runtime, tag_list, search) VALUES ('01890000-0000-7000-8000-000000000002', '01890000-0000-7000-8000-000000000001', 'greeter', '', '', 'active', 60, 1, '', 1, '', '', 'nodejs22', '', '')`,
		`INSERT INTO packages (sha256, size, fingerprint, files, unpacked) VALUES ('0', 1, '', 1, 1)`,
	}
	for i := range oldRows {
		var value strings.Builder
		fmt.Fprintf(&value, "%s-%d-", oldCanary, i)
		for j := range 1 + i%10*20 {
			fmt.Fprintf(&value, "%x", sha256.Sum256(fmt.Appendf(nil, "%d %d", i, j)))
		}
		list = append(list,
			fmt.Sprintf(`INSERT INTO versions (function_id, number, id, status, description, runtime, memory, package_size, package_sha256, origin, file_name,
origin_more, author, door, created_at, search, project_id, entrypoint, timeout_us, service_account_id, environment, network_id, subnet_ids, author_id,
request_id, address, operation_id) VALUES ('01890000-0000-7000-8000-000000000002', %d, 'v%d', 'active', '', 'nodejs22', 1, 1, '0', 'upload', '', '', '', 'dashboard',
1, '', '01890000-0000-7000-8000-000000000001', 'index.handler', 1, '', '{"PLAIN":"%s"}', '', '', '', '', '', 'o%d')`, i+1, i, value.String(), i),
			fmt.Sprintf(`INSERT INTO operations (id, project_id, function_id, function_name, kind, description, state, stages, created_at, modified_at,
created_by, created_by_id, door, request_id, address, attempt, run_at, cancelling, version_id, package_sha256, number, failure, due_at, lease_token, leased_by,
work_order) VALUES ('o%d', '01890000-0000-7000-8000-000000000001', '01890000-0000-7000-8000-000000000002', 'greeter', 'version.create', '', 'succeeded', '', 1, 1, '', '', '', '', '', 1, 1, FALSE, 'v%d', '0', %d, '', 1, 1, '',
'{"settings":{"Environment":{"PLAIN":"%s"}}}')`, i, i, i+1, value.String()))
	}
	dbtest.Old(t, cfg, 2, append(list, `ANALYZE`)...)
}

// The first start after an upgrade seals what was stored in clear; and the files, where deleted bytes live on for as long
// as nobody needs the place, hold none of it either.
func TestS44AnUpgradeLeavesNothingInClear(t *testing.T) {
	eachPlace(t, func(p *place) {
		cfg := db.Config{URL: p.database(), Dir: p.data}
		oldDatabase(p.t, cfg)
		if !bytes.Contains(dbtest.Files(p.t, cfg), []byte(oldCanary)) {
			p.t.Fatal("the old database holds no values in clear: the search proves nothing")
		}
		s := p.serve()
		p.nothingInClear("while the server runs", cfg)
		if listed := p.does("", "key", "list"); !strings.Contains(listed, fmt.Sprintf("  current  %d\n", 2*oldRows)) {
			p.t.Errorf("not everything is sealed:\n%s", listed)
		}
		s.Stop()
		p.nothingInClear("after its end", cfg)
	})
}

// nothingInClear looks for the values in every file of the database and of the data folder.
func (p *place) nothingInClear(when string, cfg db.Config) {
	p.t.Helper()
	files := map[string][]byte{"the database": dbtest.Files(p.t, cfg)}
	names, err := filepath.Glob(filepath.Join(p.data, "*"))
	if err != nil || len(names) == 0 {
		p.t.Fatalf("files %q, error %v", names, err)
	}
	for _, name := range names {
		if info, err := os.Stat(name); err == nil && info.Mode().IsRegular() {
			if files[name], err = os.ReadFile(name); err != nil {
				p.t.Fatal(err)
			}
		}
	}
	for name, data := range files {
		if n := bytes.Count(data, []byte(oldCanary)); n > 0 {
			p.t.Errorf("%s: %s has %d values in clear", when, filepath.Base(name), n)
		}
	}
}
