package security_test

import (
	"fmt"
	"html"
	"math"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"verso/db/dbtest"
	"verso/handlers/sitetest"
)

// bookshelf is a world in which every list has more than one page.
type bookshelf struct {
	*world
	lists []string // addresses; each may have a query already
}

func newBookshelf(t *testing.T, s *sitetest.Site) *bookshelf {
	t.Helper()
	w := newWorld(t, s)
	const many = 130
	ctx := t.Context()
	full := fmt.Sprintf("/projects/alpha/functions/%s/versions", w.many(t))
	for _, err := range []error{
		dbtest.FillFunctions(ctx, s.Database, w.alpha.id, many), dbtest.FillOperations(ctx, s.Database, w.alpha.id, w.alpha.version.FunctionID, many),
		dbtest.FillPeople(ctx, s.Database, w.alpha.id, many), dbtest.FillAudit(ctx, s.Database, w.alpha.id, w.alpha.version.FunctionID, many), dbtest.FillAudit(ctx, s.Database, "", "", many),
		dbtest.FillVersions(ctx, s.Database, w.alpha.id, w.functionID(t, "many"), many),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return &bookshelf{w, []string{
		w.alpha.functions(), w.alpha.functions() + "?sort=changed", full, full + "?order=oldest", "/projects/alpha/operations", w.alpha.settings() + "/members",
		w.alpha.settings() + "/tokens?all=1", w.alpha.settings() + "/keys?all=1", "/projects/alpha/activity", "/settings/people", "/settings/activity",
	}}
}

// many makes a function whose versions are filled in.
func (w *world) many(t *testing.T) string {
	t.Helper()
	status(t, w.developer.Post(t, w.alpha.functions(), url.Values{"name": {"many"}}), http.StatusSeeOther)
	return "many"
}

func (w *world) functionID(t *testing.T, name string) string {
	t.Helper()
	f, err := w.Service.Function(t.Context(), actor(t, w.Site, "olga", "alpha"), name)
	if err != nil {
		t.Fatal(err)
	}
	return f.ID
}

var afterRE = regexp.MustCompile(`href="[^"]*[?&]after=([^"&]+)`)

// nextKey is the key with which a list's first page leads on.
func (b *bookshelf) nextKey(t *testing.T, list string) string {
	t.Helper()
	a := b.admin.Get(t, list)
	status(t, a, http.StatusOK)
	m := afterRE.FindStringSubmatch(html.UnescapeString(a.Text))
	if m == nil {
		t.Fatalf("%s has one page only", list)
	}
	key, err := url.QueryUnescape(m[1])
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// ask puts one more value into the query of a list's address.
func ask(list, name, value string) string {
	sign := map[bool]string{true: "&", false: "?"}[strings.Contains(list, "?")]
	return list + sign + name + "=" + url.QueryEscape(value)
}

var (
	bodyRE  = regexp.MustCompile(`(?s)<tbody>.*?</tbody>`)
	timesRE = regexp.MustCompile(`(?s)<time.*?</time>`)
)

// rowsOf are the rows of a page's list, without what changes as time goes by.
func rowsOf(a sitetest.Answer) string {
	return timesRE.ReplaceAllString(strings.Join(bodyRE.FindAllString(strings.Split(a.Text, "<footer")[0], -1), "\n"), "…")
}

// A page's key leads on in its own list and nowhere else; with one character changed it is no key. It is never taken for
// the first page, for another list's, or for another project's.
func TestS74PageKeysBelongToTheirList(t *testing.T) {
	each(t, func(t *testing.T, s *sitetest.Site) {
		b := newBookshelf(t, s)
		keys := map[string]string{}
		for _, list := range b.lists {
			keys[list] = b.nextKey(t, list)
			first, second := b.admin.Get(t, list), b.admin.Get(t, ask(list, "after", keys[list]))
			if status(t, second, http.StatusOK); rowsOf(first) == rowsOf(second) || rowsOf(second) == "" {
				t.Errorf("%s: the second page is the first one", list)
			}
		}
		for list, key := range keys {
			bad := []string{"x", "0", "-1", "null", "'", "%00", "\x00", fmt.Sprint(math.MaxInt64), "9223372036854775808", key[1:], key[:len(key)-1], key + "A", key + "=", key + key, strings.ToUpper(key), strings.Repeat("A", 5000)}
			for i := range key {
				bad = append(bad, key[:i]+map[bool]string{true: "B", false: "A"}[key[i] == 'A']+key[i+1:])
			}
			for other, foreign := range keys {
				if other != list {
					bad = append(bad, foreign)
				}
			}
			for i, no := range bad {
				if no == key {
					continue // it has capitals only
				}
				name := []string{"after", "before"}[i%2]
				if a := b.admin.Get(t, ask(list, name, no)); a.StatusCode != http.StatusUnprocessableEntity || strings.Contains(a.Text, "<tr data-row") {
					t.Errorf("%s with %s=%.80q: %d", list, name, no, a.StatusCode)
				}
			}
			// The same list of another project, and the same list with another filter.
			if there := strings.Replace(list, "/alpha/", "/beta/", 1); there != list {
				there = strings.Replace(there, "/many/", "/"+b.beta.function+"/", 1)
				status(t, b.admin.Get(t, ask(there, "after", key)), http.StatusUnprocessableEntity)
			}
			for name, value := range map[string]string{"q": "a", "who": "ann", "state": "failed", "author": "ann"} {
				a := b.admin.Get(t, ask(ask(list, name, value), "after", key))
				known := map[string]string{"q": "functions", "author": "functions", "who": "activity", "state": "operations"}[name]
				if want := http.StatusUnprocessableEntity; strings.Contains(list, known) && a.StatusCode != want {
					t.Errorf("%s with the key of another filter (%s): %d", list, name, a.StatusCode)
				}
			}
		}
	})
}

// Nobody asks for a page of another size, or for one by its place.
func TestS74APageHasItsSize(t *testing.T) {
	each(t, func(t *testing.T, s *sitetest.Site) {
		b := newBookshelf(t, s)
		for _, list := range b.lists {
			want := strings.Count(rowsOf(b.admin.Get(t, list)), "<tr")
			for _, size := range []string{"0", "-1", "1001", "9223372036854775808", "x"} {
				for _, name := range []string{"size", "pageSize", "limit", "offset", "page"} {
					a := b.admin.Get(t, ask(list, name, size))
					if got := strings.Count(rowsOf(a), "<tr"); a.StatusCode != http.StatusOK || got != want || got == 0 || got > 120 {
						t.Errorf("%s with %s=%s: %d, %d rows instead of %d", list, name, size, a.StatusCode, got, want)
					}
				}
			}
		}
	})
}

// filters are every field of every list that people search by.
func (b *bookshelf) filters() map[string][]string {
	many := "/projects/alpha/functions/many/versions"
	return map[string][]string{
		b.alpha.functions(): {"q", "tag", "runtime", "author", "status", "sort"}, many: {"q", "tag", "runtime", "author", "source", "status", "order"},
		"/projects/alpha/operations": {"state"}, "/projects/alpha/activity": {"who", "fn", "kind", "from", "until"}, "/settings/activity": {"who", "kind", "from"},
		"/projects/alpha/activity/export?format=csv": {"who", "fn", "kind", "until"}, many + "/new": {"source", "from", "copy", "copy_function", "find", "retry"},
		many + "/1": {"folder", "after"}, b.alpha.settings() + "/tokens": {"all", "last"}, "/login": {"next"}, "/setup": {"key"},
	}
}

// What people search for is text: it means itself, or is refused with a sentence. Nothing in it is taken for a part of a
// statement, and neither engine trips over it.
func TestS75WhatIsSearchedForIsText(t *testing.T) {
	each(t, func(t *testing.T, s *sitetest.Site) {
		b, conn := newBookshelf(t, s), open(t, s)
		before := snapshot(t, s, conn)
		for list, fields := range b.filters() {
			for _, field := range fields {
				for _, text := range strange {
					if len(text) > 10000 {
						text = text[:10000] // an address has room for no more
					}
					a := b.admin.Get(t, ask(list, field, text))
					if a.StatusCode >= 500 {
						t.Errorf("%s with %s=%.20q: %d\n%s", list, field, text, a.StatusCode, mainOf(a))
					}
				}
			}
		}
		same(t, before, snapshot(t, s, conn), "searching")
	})
}

// The signs that mean anything to LIKE mean themselves.
func TestS75SignsOfLikeAreLetters(t *testing.T) {
	each(t, func(t *testing.T, s *sitetest.Site) {
		w := newWorld(t, s)
		described := map[string]string{"with-percent": "100%done", "with-underscore": "snake_case", "with-backslash": `back\slash`, "with-quote": "it's", "plain": "100xdone snakexcase backslash its"}
		for name, description := range described {
			status(t, w.developer.Post(t, w.alpha.functions(), url.Values{"name": {name}, "description": {description}}), http.StatusSeeOther)
		}
		for q, want := range map[string]string{
			"%": "with-percent", "0%d": "with-percent", "_": "with-underscore", "e_c": "with-underscore", `\`: "with-backslash", `k\s`: "with-backslash", "'": "with-quote", "t's": "with-quote",
			"%%": "", "__": "", `\\`: "", "''": "", "100%x": "", `\%`: "", "[a-z]": "", "*": "", "?": "", "100?done": "", "with-%": "",
		} {
			text := w.developer.Get(t, w.alpha.functions()+"?q="+url.QueryEscape(q)).Text
			var found []string
			for name := range described {
				if strings.Contains(text, `"functions/`+name+`"`) {
					found = append(found, name)
				}
			}
			if strings.Join(found, " ") != want {
				t.Errorf("a search for %q finds %q, want %q", q, found, want)
			}
		}
	})
}

// An order is one of a few words; anything else is no column.
func TestS75AnOrderIsNoSQL(t *testing.T) {
	each(t, func(t *testing.T, s *sitetest.Site) {
		b := newBookshelf(t, s)
		for list, field := range map[string]string{b.alpha.functions(): "sort", "/projects/alpha/functions/many/versions": "order"} {
			plain := rowsOf(b.admin.Get(t, list))
			for _, order := range []string{"name", "id", "password", "created_at desc", "1", "(select 1)", "changed;", "changed--", "CHANGED", "oldest desc", "random()", "1/0", "name COLLATE x"} {
				a := b.admin.Get(t, ask(list, field, order))
				if a.StatusCode != http.StatusOK && a.StatusCode != http.StatusUnprocessableEntity || a.StatusCode == http.StatusOK && rowsOf(a) != plain {
					t.Errorf("%s ordered by %q: %d", list, order, a.StatusCode)
				}
			}
		}
	})
}
