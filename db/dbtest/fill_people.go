package dbtest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"verso/db"
	"verso/faas"
)

// RareKind is the kind of one filled line of the record in a thousand.
const RareKind = faas.AuditReveal

// FilledPerson is the id of one of the people that FillPeople makes, from 0.
func FilledPerson(i int) string { return rowID("p", i) }

// FillPeople makes n people, named filled-000001 and so on, each with a session, a token and an access key, and members
// of the project: one in a thousand is an owner, the others are viewers. It may be called once per database.
func FillPeople(ctx context.Context, cfg db.Config, projectID string, n int) error {
	return fill(ctx, cfg, func(l *loader) error {
		for _, table := range []struct {
			name, columns string
			row           func(i int) []any
		}{
			{"people", `id name admin disabled issuer subject created_at seen_at password`, personRow},
			{"members", `person_id project_id person role federated added_at added_by`, func(i int) []any { return memberRow(projectID, i) }},
			{"sessions", `hash id person_id created_at seen_at expires_at address agent`, sessionRow},
			{"tokens", tokenColumns, func(i int) []any { return tokenRow(projectID, "token", i) }},
			{"tokens", tokenColumns, func(i int) []any { return tokenRow(projectID, "key", i) }},
			{"tries", `key count ends_at`, func(i int) []any { return []any{hashText("try", i), 1, instant(i)} }},
		} {
			if err := l.load(table.name, strings.Fields(table.columns), n, table.row); err != nil {
				return err
			}
		}
		return nil
	})
}

const tokenColumns = `id kind project_id person_id name role read_only last4 created_at expires_at used_at revoked_at hash sealed`

func personRow(i int) []any {
	return []any{FilledPerson(i), fmt.Sprintf("filled-%06d", i+1), i%1000 == 0, i%1000 == 1, "", "", instant(i), instant(i), ""}
}

func memberRow(projectID string, i int) []any {
	role := "viewer"
	if i%1000 == 0 {
		role = "owner"
	}
	return []any{FilledPerson(i), projectID, fmt.Sprintf("filled-%06d", i+1), role, false, instant(i), CommonAuthor}
}

func sessionRow(i int) []any {
	return []any{hashText("session", i), rowID("s", i), FilledPerson(i), instant(i), instant(i), farFuture, "192.0.2.1", "Filled/1.0"}
}

// tokenRow makes every tenth token expire and every tenth other one revoked, all in the far future.
func tokenRow(projectID, kind string, i int) []any {
	expires, revoked := 0, 0
	switch i % 10 {
	case 0:
		expires = farFuture
	case 1:
		revoked = farFuture
	}
	return []any{
		fmt.Sprintf("%s%012d", kind, i), kind, projectID, FilledPerson(i), "filled", "viewer", false, "abcd",
		instant(i), expires, 0, revoked, hashText("token", i), "",
	}
}

// FillAudit writes n lines of the project into the record. Every second one is about the function; one in a thousand is
// by RareAuthor and of RareKind, the others by CommonAuthor and about something created.
func FillAudit(ctx context.Context, cfg db.Config, projectID, functionID string, n int) error {
	columns := `id project_id at actor actor_id token token_id door request_id address kind action result target detail function_id`
	return fill(ctx, cfg, func(l *loader) error {
		return l.load("audit", strings.Fields(columns), n, func(i int) []any {
			actor, kind, function := CommonAuthor, string(faas.AuditCreate), ""
			if i%1000 == 0 {
				actor, kind = RareAuthor, string(RareKind)
			}
			if i%2 == 0 {
				function = functionID
			}
			return []any{
				rowID("a"+projectID, i), projectID, instant(i), actor, "u1", "", "", "dashboard", "r", "192.0.2.1", kind, "filled.in",
				"done", rowID("t"+projectID, i), "filled", function,
			}
		})
	})
}

func hashText(seed string, i int) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %d", seed, i))
	return hex.EncodeToString(sum[:])
}
