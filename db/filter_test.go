package db_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"verso/db"
	"verso/db/dbtest"
	"verso/faas"
)

// hostile are texts that mean something to SQL, to a pattern, or to who reads them badly.
func hostile() []string {
	return []string{
		"'", `"`, "`", `\`, `\'`, "''", "%", "_", "!", "!%", "%%", "--", "/*", "*/", ";", "$1", "$1$2", ":name", "?", "??", "{now}", "{skip}",
		"' OR '1'='1", "x'; DROP TABLE audit; --", "ann' --", `ann\`, "an_", "a%", "ANN", "ann ", " ann", "аnn", "ann\u200b", "‘ann’",
		"NULL", "1=1", "ORDER BY 1", strings.Repeat("(", 10_000), strings.Repeat("a", 1<<18), "ann\x00", "\xff\xfe", "\u202eann",
	}
}

// ask uses one text everywhere a filter takes one, and returns how many rows that found.
func (w *world) ask(f faas.Function, text string) int {
	w.t.Helper()
	found := 0
	for _, filter := range []faas.AuditFilter{
		{Actor: text},
		{Kind: faas.AuditKind(text)},
		{FunctionID: text},
		{FunctionID: f.ID, Actor: text},
		{FunctionID: f.ID, Actor: text, Kind: faas.AuditKind(text)},
		{Actor: text, Kind: faas.AuditKind(text)},
		{Actor: text, Until: now()},
	} {
		for _, filter.ProjectID = range []string{w.project, text} {
			list, err := w.Audits(w.ctx, filter)
			w.must(err)
			found += len(list.Items)
		}
	}
	for _, filter := range []faas.FunctionFilter{
		{ProjectID: text},
		{ProjectID: w.project, Text: "x" + text},
		{ProjectID: w.project, Tag: text},
		{ProjectID: w.project, Runtime: text},
		{ProjectID: w.project, Author: "x" + text},
		{ProjectID: w.project, Status: faas.FunctionStatus(text)},
	} {
		for _, filter.Sort = range []faas.FunctionSort{faas.ByName, faas.FunctionSort(text)} {
			list, err := w.Functions(w.ctx, filter)
			w.must(err)
			found += len(list.Items)
		}
	}
	for _, filter := range []faas.VersionFilter{
		{FunctionID: text},
		{FunctionID: f.ID, Text: "x" + text},
		{FunctionID: f.ID, Author: "x" + text},
		{FunctionID: f.ID, Runtime: text},
		{FunctionID: f.ID, Tag: text},
		{FunctionID: f.ID, Source: faas.OriginKind(text)},
	} {
		list, err := w.Versions(w.ctx, filter)
		w.must(err)
		found += len(list.Items)
	}
	members, err := w.Members(w.ctx, faas.MemberFilter{ProjectID: text})
	w.must(err)
	tokens, err := w.Tokens(w.ctx, faas.TokenFilter{ProjectID: w.project, PersonID: text})
	w.must(err)
	of, err := w.AuditsOf(w.ctx, w.project, text)
	w.must(err)
	return found + len(members.Items) + len(tokens.Items) + len(of)
}

func TestS75AFilterIsAnExactTextAndNoSQL(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		w := newWorld(t, s)
		f := w.function("one-function")
		w.publishMany(f, 2)
		for _, text := range hostile() {
			if n := w.ask(f, text); n != 0 {
				t.Errorf("%.20q finds %d rows", text, n)
			}
		}
		for i, text := range hostile() {
			a := w.audit("x")
			a.Actor, a.Detail = text, text
			err := s.AddAudit(w.ctx, a)
			if strings.Contains(text, "\x00") || !utf8.ValidString(text) {
				w.wantKind(err, faas.Invalid)
				continue
			}
			if len(text) > 100_000 {
				continue // longer than an index of PostgreSQL takes, and than any name that is stored
			}
			w.must(err)
			list, err := s.Audits(w.ctx, faas.AuditFilter{ProjectID: w.project, Actor: text})
			w.must(err)
			if len(list.Items) != 1 || list.Items[0].ID != a.ID {
				t.Errorf("%d: %.20q finds %d rows, want its own", i, text, len(list.Items))
			}
		}
		if _, err := s.ProjectByID(w.ctx, w.project); err != nil {
			t.Errorf("the project is gone: %v", err)
		}
	})
}

func TestS76NoStatementIsMadeOfInput(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		w := newWorld(t, s)
		f := w.function("one-function")
		w.ask(f, "harmless")
		before := db.Statements(s)
		for _, text := range hostile() {
			w.ask(f, text)
		}
		if after := db.Statements(s); len(before) == 0 || len(after) != len(before) {
			t.Errorf("%d statements before, %d after %d texts", len(before), len(after), len(hostile()))
		}
		// All shapes of the record's filter: actor, kind and function by their index, from and until.
		count := func() (n int) {
			for _, text := range db.Statements(s) {
				if strings.Contains(text, "FROM audit") {
					n++
				}
			}
			return n
		}
		w.readEveryLine(f)
		known := count()
		w.readEveryLine(f)
		if again := count(); known == 0 || known > 80 || again != known {
			t.Errorf("the record is read by %d statements, then %d", known, again)
		}
	})
}
