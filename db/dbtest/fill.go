package dbtest

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
	"time"

	"github.com/lib/pq"
	_ "modernc.org/sqlite" // the driver

	"verso/db"
)

// packages is how many different packages filled versions share.
const packages = 100

// farFuture is in the year 2100, in microseconds.
const farFuture = 4_102_444_800_000_000

// fillBatch is how many rows one statement inserts into SQLite.
const fillBatch = 200

// Authors and runtimes that filled versions take turns with; the last of each is on one version in a thousand.
const (
	CommonAuthor  = "ann"
	RareAuthor    = "zoe"
	CommonRuntime = "nodejs22"
	RareRuntime   = "php82"
)

var versionColumns = strings.Fields(`function_id number id status description runtime memory package_size package_sha256
origin file_name origin_more author door created_at search project_id
entrypoint timeout_us service_account_id environment network_id subnet_ids author_id request_id address operation_id`)

// FillVersions gives a function that has none the versions 1 to n, far quicker than by publishing them, and brings the
// engine's statistics up to date. No store may be writing to the database meanwhile.
func FillVersions(ctx context.Context, cfg db.Config, projectID, functionID string, n int) error {
	return fill(ctx, cfg, func(l *loader) error {
		if err := l.packages(); err != nil {
			return err
		}
		if err := l.load("versions", versionColumns, n, func(i int) []any { return versionRow(projectID, functionID, i+1) }); err != nil {
			return err
		}
		id := versionRow(projectID, functionID, n)[2]
		return l.exec(
			statement{`DELETE FROM tags WHERE function_id = ?`, []any{functionID}},
			statement{`INSERT INTO tags (function_id, name, number, version_id, moved_at, moved_by) VALUES (?, '$latest', ?, ?, 0, 'ann')`, []any{functionID, n, id}},
			statement{`UPDATE functions SET last_number = ?, runtime = ? WHERE id = ?`, []any{n, CommonRuntime, functionID}},
		)
	})
}

// FillFunctions gives a project n functions without versions, named filled-000001 and so on.
func FillFunctions(ctx context.Context, cfg db.Config, projectID string, n int) error {
	columns := strings.Fields(`id project_id name description labels status last_number created_at created_by changed_at
changed_by change runtime tag_list search`)
	return fill(ctx, cfg, func(l *loader) error {
		return l.load("functions", columns, n, func(i int) []any {
			name := fmt.Sprintf("filled-%06d", i+1)
			us := instant(i)
			return []any{
				rowID("f"+projectID, i), projectID, name, "Filled in", "", "active", 0, us, CommonAuthor, us, CommonAuthor, "created",
				"", "", name + "\nfilled in",
			}
		})
	})
}

// FillOperations gives a function n operations: most have succeeded, every thousandth has failed, and every twentieth is
// queued for a day in the far future.
func FillOperations(ctx context.Context, cfg db.Config, projectID, functionID string, n int) error {
	columns := strings.Fields(`id project_id function_id function_name kind description state stages created_at modified_at
created_by created_by_id door request_id address attempt run_at cancelling version_id package_sha256 number failure due_at
lease_token leased_by work_order`)
	return fill(ctx, cfg, func(l *loader) error {
		return l.load("operations", columns, n, func(i int) []any {
			us := instant(i)
			state, due := "succeeded", us
			switch {
			case i%1000 == 0:
				state = "failed"
			case i%20 == 0:
				state, due = "queued", farFuture
			}
			return []any{
				rowID("o"+functionID, i), projectID, functionID, "filled", "version.create", "Creating a version of filled", state, "",
				us, us, CommonAuthor, "u1", "dashboard", "r", "192.0.2.1", 1, us, false, rowID("v"+functionID, i), "", i, "", due, 1, "", "",
			}
		})
	})
}

func versionRow(projectID, functionID string, number int) []any {
	author, runtime := CommonAuthor, CommonRuntime
	if number%1000 == 0 {
		author, runtime = RareAuthor, RareRuntime
	}
	description := fmt.Sprintf("Change number %d of many", number)
	return []any{
		functionID, number, rowID("v"+functionID, number), "active", description, runtime, 128 << 20, 4096, packageHash(number % packages),
		"upload", "filled.zip", "", author, "dashboard", instant(number),
		strings.ToLower(description + "\n" + author + "\nfilled.zip"), projectID,
		"index.handler", int64(3 * time.Second / time.Microsecond), "", "", "", "", "u1", "r", "192.0.2.1", "",
	}
}

// instant spreads rows over time, a second apart.
func instant(i int) int64 { return 1_700_000_000_000_000 + int64(i)*1_000_000 }

// rowID is an id in the form of a UUIDv7 that grows with i.
func rowID(seed string, i int) string {
	sum := sha256.Sum256([]byte(seed))
	ms := instant(i) / 1000
	return fmt.Sprintf("%08x-%04x-7%03x-8%03x-%012x", ms>>16, ms&0xffff, sum[0], sum[1], sum[2:8])
}

func packageHash(i int) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "package %d", i))
	return hex.EncodeToString(sum[:])
}

// statement is SQL with its values.
type statement struct {
	text string
	args []any
}

// loader writes many rows in one transaction.
type loader struct {
	ctx  context.Context
	tx   *sql.Tx
	copy bool // PostgreSQL
}

// fill opens a connection of its own, which gives up durability for speed.
func fill(ctx context.Context, cfg db.Config, write func(*loader) error) error {
	driver, name := "postgres", cfg.URL
	if cfg.URL == "" {
		driver = "sqlite"
		path, err := filepath.Abs(filepath.Join(cfg.Dir, "verso.db"))
		if err != nil {
			return err
		}
		q := url.Values{"_pragma": {"busy_timeout(5000)", "synchronous(OFF)", "cache_size(-65536)"}, "_txlock": {"immediate"}}
		name = (&url.URL{Scheme: "file", Path: path, RawQuery: q.Encode()}).String()
	}
	conn, err := sql.Open(driver, name)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	if err := write(&loader{ctx: ctx, tx: tx, copy: cfg.URL != ""}); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	_, err = conn.ExecContext(ctx, `ANALYZE`)
	return err
}

func (l *loader) packages() error {
	for i := range packages {
		err := l.exec(statement{
			`INSERT INTO packages (sha256, size, fingerprint, files, unpacked) VALUES (?, 4096, 'filled', 1, 8192) ON CONFLICT (sha256) DO NOTHING`,
			[]any{packageHash(i)},
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (l *loader) exec(list ...statement) error {
	for _, s := range list {
		if _, err := l.tx.ExecContext(l.ctx, l.native(s.text), s.args...); err != nil {
			return err
		}
	}
	return nil
}

// native numbers the placeholders for PostgreSQL.
func (l *loader) native(text string) string {
	if !l.copy {
		return text
	}
	for i := 1; strings.Contains(text, "?"); i++ {
		text = strings.Replace(text, "?", fmt.Sprintf("$%d", i), 1)
	}
	return text
}

// load writes n rows by COPY or by long INSERTs.
func (l *loader) load(table string, columns []string, n int, row func(int) []any) error {
	if l.copy {
		return l.copyIn(table, columns, n, row)
	}
	for from := 0; from < n; from += fillBatch {
		count := min(fillBatch, n-from)
		var args []any
		for i := range count {
			args = append(args, row(from+i)...)
		}
		marks := "(?" + strings.Repeat(",?", len(columns)-1) + ")"
		text := "INSERT INTO " + table + " (" + strings.Join(columns, ",") + ") VALUES " + marks + strings.Repeat(","+marks, count-1)
		if _, err := l.tx.ExecContext(l.ctx, text, args...); err != nil {
			return err
		}
	}
	return nil
}

func (l *loader) copyIn(table string, columns []string, n int, row func(int) []any) error {
	stmt, err := l.tx.PrepareContext(l.ctx, pq.CopyIn(table, columns...))
	if err != nil {
		return err
	}
	for i := range n {
		if _, err := stmt.ExecContext(l.ctx, row(i)...); err != nil {
			return err
		}
	}
	if _, err := stmt.ExecContext(l.ctx); err != nil {
		return err
	}
	return stmt.Close()
}
