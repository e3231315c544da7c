package db_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"verso/db"
	"verso/db/dbtest"
	"verso/faas"
)

// linesOf are the lines about a thing, but the one of the order: action, result, kind, actor, token, detail.
func (w *world) linesOf(target string) (list []string) {
	w.t.Helper()
	all, err := w.AuditsOf(w.ctx, w.project, target)
	w.must(err)
	for _, a := range all {
		if a.Action != "version.create" {
			list = append(list, strings.Join([]string{a.Action, string(a.Result), string(a.Kind), a.Actor, a.Token, a.TokenID, a.Detail}, "|"))
		}
	}
	return list
}

// order stores an operation that was asked for with a token.
func (w *world) order(f faas.Function) faas.Operation {
	w.t.Helper()
	op, line := w.operation(f, faas.CreateVersion), w.audit("version.create")
	line.Target, line.Token, line.TokenID = op.VersionID, "ci", "aaaaaaaaaaaaaaaa"
	_, err := w.AddOperation(w.ctx, op, faas.IdempotencyKey{}, line)
	w.must(err)
	return op
}

// A version's line names the token that it was asked for with, and each tag that was set with it has a line.
func TestVersionsAndTheirTagsInTheRecord(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		w := newWorld(t, s)
		f := w.function("greeter")
		for _, want := range [][]string{
			{"version.published|done|create|ann|ci|aaaaaaaaaaaaaaaa|greeter #1", "tag.set|done|tag|ann|ci|aaaaaaaaaaaaaaaa|prod on greeter #1"},
			{"version.published|done|create|ann|ci|aaaaaaaaaaaaaaaa|greeter #2", "tag.move|done|tag|ann|ci|aaaaaaaaaaaaaaaa|prod of greeter from #1 to #2"},
		} {
			ordered := w.order(f)
			op, l := w.claim()
			line := w.audit("version.published")
			line.Target, line.Detail, line.Kind = op.VersionID, "greeter", faas.AuditCreate
			_, err := s.PublishVersion(w.ctx, l, w.version(op), []string{faas.Latest, "prod"}, nil, line)
			w.must(err)
			if got := w.linesOf(ordered.VersionID); !slices.Equal(got, want) {
				t.Errorf("the record says %q, want %q", got, want)
			}
		}
	})
}

// A version that does not come leaves one line, whoever ends its operation.
func TestVersionsThatDoNotComeInTheRecord(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		w := newWorld(t, s)
		f := w.function("greeter")
		cancel := func(op faas.Operation) {
			_, err := s.CancelOperation(w.ctx, w.project, op.ID, w.audit("operation.cancel"))
			w.must(err)
		}
		const by = "failed|create|ann|ci|aaaaaaaaaaaaaaaa|greeter"
		for name, c := range map[string]struct {
			end  func(op faas.Operation)
			want string
		}{
			"failed": {func(faas.Operation) {
				_, l := w.claim()
				w.must(s.Fail(w.ctx, l, faas.Failed, faas.Failure{Message: "The object is gone. Send it again."}, nil))
			}, "version.failed|" + by + ": The object is gone"},
			"long": {func(faas.Operation) {
				_, l := w.claim()
				w.must(s.Fail(w.ctx, l, faas.Failed, faas.Failure{Message: strings.Repeat("ü", 300), At: now()}, nil))
			}, "version.failed|" + by + ": " + strings.Repeat("ü", 199) + "…"},
			"cancelled before it began": {cancel, "version.cancelled|" + by},
			"cancelled while it ran": {func(op faas.Operation) {
				_, l := w.claim()
				cancel(op)
				w.must(s.Fail(w.ctx, l, faas.Cancelled, faas.Failure{Message: "Cancelled."}, nil))
			}, "version.cancelled|" + by},
			"cancelled before another attempt": {func(op faas.Operation) {
				_, l := w.claim()
				cancel(op)
				w.must(s.Retry(w.ctx, l, time.Minute, nil))
			}, "version.cancelled|" + by},
			"cancelled while the server stopped": {func(op faas.Operation) {
				_, l := w.claim()
				cancel(op)
				w.must(s.Release(w.ctx, l, nil))
			}, "version.cancelled|" + by},
		} {
			op := w.order(f)
			c.end(op)
			if got := w.linesOf(op.VersionID); !slices.Equal(got, []string{c.want}) {
				t.Errorf("%s: the record says %q, want %q", name, got, c.want)
			}
		}
		op := w.order(f)
		_, l := w.claim()
		w.must(s.Retry(w.ctx, l, 0, nil))
		if got := w.linesOf(op.VersionID); len(got) != 0 {
			t.Errorf("an operation that goes on leaves %q", fmt.Sprint(got))
		}
	})
}
