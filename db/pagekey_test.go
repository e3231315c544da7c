package db_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"verso/db"
	"verso/db/dbtest"
	"verso/faas"
)

// anyList is a list of the store with one way of asking for it.
type anyList func(faas.Page) (faas.List[string], error)

// lister makes one out of a method of the store and a filter without a page.
func lister[T any](read func(faas.Page) (faas.List[T], error), name func(T) string) anyList {
	return func(page faas.Page) (faas.List[string], error) {
		list, err := read(page)
		return named(list, name), err
	}
}

// everyList is every list of a world with several ways of asking, all with several rows.
func (w *world) everyList(f faas.Function, person string) map[string]anyList {
	lists := map[string]anyList{}
	for name, filter := range map[string]faas.FunctionFilter{"all": {}, "by change": {Sort: faas.ByChange}, "text": {Text: "fn"}} {
		filter.ProjectID = w.project
		lists["functions, "+name] = lister(func(page faas.Page) (faas.List[faas.FunctionRow], error) {
			filter.Page = page
			return w.Functions(w.ctx, filter)
		}, func(r faas.FunctionRow) string { return r.ID })
	}
	for name, filter := range map[string]faas.VersionFilter{"all": {}, "oldest": {Oldest: true}, "author": {Author: "ann"}, "text": {Text: "change"}} {
		filter.FunctionID = f.ID
		lists["versions, "+name] = lister(func(page faas.Page) (faas.List[faas.VersionRow], error) {
			filter.Page = page
			return w.Versions(w.ctx, filter)
		}, func(r faas.VersionRow) string { return r.ID })
	}
	for name, filter := range map[string]faas.OperationFilter{"all": {}, "function": {FunctionID: f.ID}, "states": {States: []faas.OperationState{faas.Succeeded}}} {
		filter.ProjectID = w.project
		lists["operations, "+name] = lister(func(page faas.Page) (faas.List[faas.Operation], error) {
			filter.Page = page
			return w.Operations(w.ctx, filter)
		}, func(op faas.Operation) string { return op.ID })
	}
	for name, id := range map[string]string{"all": "", "own": person} {
		filter := faas.TokenFilter{ProjectID: w.project, PersonID: id}
		lists["tokens, "+name] = lister(func(page faas.Page) (faas.List[faas.Token], error) {
			filter.Page = page
			return w.Tokens(w.ctx, filter)
		}, func(t faas.Token) string { return t.ID })
		lists["keys, "+name] = lister(func(page faas.Page) (faas.List[faas.AccessKey], error) {
			filter.Page = page
			return w.AccessKeys(w.ctx, filter)
		}, func(k faas.AccessKey) string { return k.ID })
	}
	for name, filter := range map[string]faas.AuditFilter{
		"all": {}, "actor": {Actor: "ann"}, "function": {FunctionID: f.ID}, "kind": {Kind: faas.AuditSettings},
		"from": {From: time.Unix(1, 0)}, "until": {Until: time.Now().Add(time.Hour)}, "other until": {Until: time.Now().Add(2 * time.Hour)},
	} {
		filter.ProjectID = w.project
		lists["audit, "+name] = lister(func(page faas.Page) (faas.List[faas.Audit], error) {
			filter.Page = page
			return w.Audits(w.ctx, filter)
		}, func(a faas.Audit) string { return a.ID })
	}
	lists["members"] = lister(func(page faas.Page) (faas.List[faas.Member], error) {
		return w.Members(w.ctx, faas.MemberFilter{ProjectID: w.project, Page: page})
	}, func(m faas.Member) string { return m.PersonID })
	return lists
}

// fillEverything gives every list of the world at least four rows.
func (w *world) fillEverything(people []faas.Person) (faas.Function, map[string]anyList) {
	f := w.function("fn-0")
	w.publishMany(f, 4)
	for i, p := range people {
		if i > 0 {
			w.function(fmt.Sprint("fn-", i))
		}
		a := w.audit("x")
		a.FunctionID = f.ID
		w.must(w.AddAudit(w.ctx, a))
		dbtest.Member(w.t, w.Store, w.project, p, faas.Viewer)
		w.must(w.AddToken(w.ctx, w.token(people[0], w.project[:30]+fmt.Sprint(i)), hash(fmt.Sprint(i)), w.audit("token.create")))
		w.must(w.AddAccessKey(w.ctx, w.accessKey(people[0], w.project[:30]+fmt.Sprint("k", i)), w.audit("accesskey.create")))
	}
	return f, w.everyList(f, people[0].ID)
}

func TestS74AKeyOpensTheNextPageOfItsOwnListAndNothingElse(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		w, other := newWorld(t, s), newWorld(t, s)
		var people []faas.Person
		for _, name := range []string{"ann", "bob", "cy", "dan"} {
			people = append(people, dbtest.Person(t, s, name))
		}
		_, lists := w.fillEverything(people)
		_, foreign := other.fillEverything(people)
		lists["people"] = lister(func(page faas.Page) (faas.List[faas.Person], error) {
			return s.People(w.ctx, faas.PersonFilter{Page: page})
		}, func(p faas.Person) string { return p.ID })
		keys := map[string]string{}
		for name, list := range lists {
			first, err := list(faas.Page{Size: 2})
			w.must(err)
			second, err := list(faas.Page{Size: 2, After: first.Next})
			w.must(err)
			if len(first.Items) < 2 || len(second.Items) < 2 || first.Items[0] == second.Items[0] {
				t.Fatalf("%s: pages %v and %v", name, first.Items, second.Items)
			}
			keys[name] = first.Next
		}
		for name, list := range lists {
			for _, key := range damaged(keys[name]) {
				refuses(t, name+" with "+fmt.Sprintf("%q", key), list, key)
			}
			for from, key := range keys {
				if from != name {
					refuses(t, name+" with a key of "+from, list, key)
				}
			}
		}
		for name, list := range foreign {
			refuses(t, name+" with a key of another project", list, keys[name])
		}
	})
}

func refuses(t *testing.T, what string, list anyList, key string) {
	t.Helper()
	for _, page := range []faas.Page{{After: key}, {Before: key}} {
		got, err := list(page)
		if !faas.Is(err, faas.Invalid) || len(got.Items) > 0 {
			t.Errorf("%s: %d rows, %v", what, len(got.Items), err)
			return
		}
		if problems := faas.ProblemsOf(err); len(problems) != 1 || problems[0].Field != "page" {
			t.Errorf("%s: the error is not about the page: %v", what, err)
		}
	}
}

// damaged are texts that resemble a key.
func damaged(key string) []string {
	list := []string{
		key[:len(key)-1], key[1:], key + "A", key + "=", key[:4] + "\n" + key[4:], " " + key, key + key, strings.ToUpper(key),
		strings.Repeat(key, 5000), "~" + key, "1", "-1", "9223372036854775807", "18446744073709551616", "x", "!!", "\x00", "\xff", "' OR 1=1 --",
		"AAAAAAAA", "AAAAAAAAAAAA", "AAAAAAAALTE",
	}
	for i := range key {
		flipped := byte('A')
		if key[i] == flipped {
			flipped = 'B'
		}
		list = append(list, key[:i]+string(flipped)+key[i+1:])
	}
	return list
}

func TestS74OddPageSizes(t *testing.T) {
	dbtest.EachConfig(t, func(t *testing.T, cfg db.Config) {
		w := newWorld(t, dbtest.Open(t, cfg))
		w.must(dbtest.FillFunctions(w.ctx, cfg, w.project, 1100))
		for size, want := range map[int]int{0: 50, -1: 50, -1 << 62: 50, 1: 1, 7: 7, 999: 999, 1000: 1000, 1001: 1000, 1<<62 - 1: 1000} {
			list, err := w.Functions(w.ctx, faas.FunctionFilter{ProjectID: w.project, Page: faas.Page{Size: size}})
			if err != nil || len(list.Items) != want {
				t.Errorf("size %d: %d rows, want %d: %v", size, len(list.Items), want, err)
			}
		}
	})
}
