package security_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"verso/handlers/sitetest"
)

// What differs in every answer: sealed drafts; and ids, times, hashes, durations, numbers.
var (
	draft    = regexp.MustCompile(`s1\.[0-9a-f]{8}\.[A-Za-z0-9_-]+`)
	changing = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f-]{27}|\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(Z| UTC)?|[0-9a-f]{64}|[0-9a-f]{12,}…?|(&lt;)?\d+(\.\d+)? ?(ms|s|min|µs|bytes|B)\b|#\d+|/\d+\b`)
)

// extra are fields that no form has. Whoever sends them gets nothing by it.
var extra = url.Values{
	"id": {"01900000-0000-7000-8000-000000000000"}, "ID": {"x"}, "version": {"99"}, "number": {"99"}, "last_number": {"99"}, "project": {"beta"},
	"status": {"deleting"}, "state": {"succeeded"}, "sha256": {strings.Repeat("a", 64)}, "package_sha256": {strings.Repeat("a", 64)}, "size": {"1"}, "owner": {"adam"}, "created_at": {"0"},
	"created_by": {"adam"}, "author": {"adam"}, "author_id": {"x"}, "is_admin": {"true"}, "Admin": {"1"}, "disabled": {"1"}, "issuer": {"https://evil.example"}, "subject": {"x"},
	"person_id": {"x"}, "federated": {"1"}, "last4": {"aaaa"}, "expires_at": {"0"}, "hash": {"x"}, "protected": {"none"}, "door": {"verso"}, "address": {"203.0.113.99"}, "token": {"x"},
	"_method": {"DELETE"}, "function_id": {"x"},
}

// with adds the extra fields that a form does not have itself, and the project's id under every name it could have.
func (w *world) with(form url.Values) url.Values {
	all := url.Values{"project_id": {w.beta.id}, "ProjectID": {w.beta.id}}
	for name, list := range extra {
		all[name] = list
	}
	for name, list := range form {
		all[name] = list
	}
	return all
}

// row reads one row without the columns that are new for every one.
func row(t *testing.T, s *sitetest.Site, query string) string {
	t.Helper()
	list := texts(t, open(t, s), query, "id", "created_at", "changed_at", "moved_at", "request_id", "operation_id", "environment", "password", "hash", "sealed", "last4", "name", "person", "person_id",
		"search", "function_id", "expires_at", "used_at", "added_at", "number")
	if len(list) != 1 {
		t.Fatalf("%s: %q", query, list)
	}
	return list[0]
}

// A form with every field that an attacker would like to set makes the same row as one without.
func TestS40FieldsThatAFormHasNotAreNotTaken(t *testing.T) {
	each(t, func(t *testing.T, s *sitetest.Site) {
		w := newWorld(t, s)
		plain := func(f url.Values) url.Values { return f }
		for i, with := range []func(url.Values) url.Values{plain, w.with} {
			name := fmt.Sprintf("made-%d", i)
			status(t, w.developer.Post(t, w.alpha.functions()+"?name=by-query&project_id="+w.beta.id, with(url.Values{"name": {name}})), http.StatusSeeOther)
			status(t, w.developer.Post(t, w.alpha.functions()+"/"+name+"/edit", with(url.Values{"name": {name}, "description": {"edited"}})), http.StatusSeeOther)
			form := goodVersion()
			form.Del("tags")
			finished(t, w.developer, upload(t, w.developer, w.alpha.functions()+"/"+name+"/versions", with(form), goodZip()))
			status(t, w.admin.Post(t, "/settings/people", with(url.Values{"name": {name}, "password": {string(sitetest.Password)}})), http.StatusSeeOther)
			status(t, w.owner.Post(t, w.alpha.settings()+"/members", with(url.Values{"person": {name}, "role": {"viewer"}})), http.StatusSeeOther)
			status(t, w.developer.Post(t, w.alpha.settings()+"/tokens", with(url.Values{"name": {name}, "role": {"viewer"}, "expires": {"1d"}})), http.StatusOK)
			status(t, w.admin.Post(t, "/projects", with(url.Values{"name": {"project-" + name}})), http.StatusSeeOther)
		}
		for table, key := range map[string]string{"functions": "name", "people": "name", "members": "person", "tokens": "name"} {
			one, two := row(t, s, `SELECT * FROM `+table+` WHERE `+key+` = 'made-0'`), row(t, s, `SELECT * FROM `+table+` WHERE `+key+` = 'made-1'`)
			if one != two {
				t.Errorf("%s: the row is\n%s\ninstead of\n%s", table, two, one)
			}
		}
		const version = `SELECT versions.* FROM versions JOIN functions ON functions.id = versions.function_id WHERE functions.name = '%s' AND versions.number = 1`
		if one, two := row(t, s, fmt.Sprintf(version, "made-0")), row(t, s, fmt.Sprintf(version, "made-1")); one != two {
			t.Errorf("versions: the row is\n%s\ninstead of\n%s", two, one)
		}
		const membership = `SELECT role, person_id FROM members JOIN projects ON projects.id = members.project_id WHERE projects.name = 'project-made-%d'`
		if one, two := texts(t, open(t, s), fmt.Sprintf(membership, 0)), texts(t, open(t, s), fmt.Sprintf(membership, 1)); !slices.Equal(one, two) {
			t.Errorf("members of a new project are %q instead of %q", two, one)
		}
	})
}

// Nobody makes themselves anything by their own forms.
func TestS40NobodyRaisesThemselves(t *testing.T) {
	each(t, func(t *testing.T, s *sitetest.Site) {
		w, conn := newWorld(t, s), open(t, s)
		before := snapshot(t, s, conn)
		raise := url.Values{"admin": {"1"}, "role": {"owner"}, "person": {"dina"}, "name": {"dina"}, "tags": {"none"}}
		for _, route := range unsafeRoutes(t, s) {
			if strings.Contains(route.Path, "/functions") || strings.Contains(route.Path, "/operations/") || route.Path == "/logout" || strings.HasPrefix(route.Path, "/settings/sessions") {
				continue // theirs to use
			}
			path := strings.Replace(w.fill(t, route.Path, w.developer), "/vera/", "/dina/", 1)
			if a := w.developer.Post(t, path, w.with(raise)); a.StatusCode < 400 && a.StatusCode != http.StatusSeeOther {
				t.Errorf("%s: %d", path, a.StatusCode)
			}
		}
		after := snapshot(t, s, conn)
		for _, table := range []string{"people", "members", "projects", "tokens"} {
			same(t, map[string][]string{table: before[table]}, map[string][]string{table: after[table]}, "forms of a developer")
		}
	})
}
