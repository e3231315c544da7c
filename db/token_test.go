package db_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"verso/db"
	"verso/db/dbtest"
	"verso/faas"
)

// token is one of a person in the world's project that is not stored yet.
func (w *world) token(p faas.Person, id string) faas.Token {
	return faas.Token{
		ID: id, Name: "for " + id, ProjectID: w.project, Project: "p-" + w.project, PersonID: p.ID, Person: p.Name, Role: faas.Viewer,
		Last4: "abcd", CreatedAt: now(),
	}
}

func (w *world) accessKey(p faas.Person, id string) faas.AccessKey {
	return faas.AccessKey{Token: w.token(p, id), Secret: faas.Sealed("s1.sealed." + id)}
}

func TestTokensAndKeysReadBackWhole(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		w := newWorld(t, s)
		ann := dbtest.Person(t, s, "ann")
		dbtest.Member(t, s, w.project, ann, faas.Lead)
		dbtest.Member(t, s, newWorld(t, s).project, ann, faas.Owner) // does not concern them
		token, key := w.token(ann, "t1"), w.accessKey(ann, "k1")
		token.Role, token.ReadOnly, token.ExpiresAt = faas.Developer, true, now().Add(time.Hour)
		w.must(s.AddToken(w.ctx, token, hash("secret"), w.audit("token.create")))
		w.must(s.AddAccessKey(w.ctx, key, w.audit("accesskey.create")))
		who, stored, err := s.IdentityByToken(w.ctx, "t1")
		w.must(err)
		if !reflect.DeepEqual(who.Token, token) || stored != hash("secret") || !reflect.DeepEqual(who.Person, ann) {
			t.Errorf("token\n got %+v %s\nwant %+v", who, stored, token)
		}
		if len(who.Members) != 1 || who.Members[0].ProjectID != w.project || who.RoleIn(w.project) != faas.Developer {
			t.Errorf("members %+v", who.Members)
		}
		who, gotKey, err := s.IdentityByAccessKey(w.ctx, "k1")
		w.must(err)
		if !reflect.DeepEqual(gotKey, key) || !reflect.DeepEqual(who.Token, key.Token) {
			t.Errorf("key\n got %+v\nwant %+v", gotKey, key)
		}
		_, _, err = s.IdentityByToken(w.ctx, "k1") // a key's id is no token's
		w.wantKind(err, faas.NotFound)
		_, _, err = s.IdentityByAccessKey(w.ctx, "t1")
		w.wantKind(err, faas.NotFound)
		w.must(s.RemoveMember(w.ctx, w.project, ann.ID, w.audit("member.remove")))
		who, _, err = s.IdentityByToken(w.ctx, "t1")
		w.must(err)
		if len(who.Members) != 0 || who.RoleIn(w.project) != faas.NoRole {
			t.Errorf("a token without membership: %+v", who)
		}
	})
}

// liveTokens are the ids of the tokens and access keys that open something.
func (w *world) liveTokens() []string {
	w.t.Helper()
	list, err := db.Texts(w.Store, `SELECT id FROM tokens WHERE revoked_at = 0 ORDER BY id`)
	w.must(err)
	return list
}

// Somebody who leaves a project and comes back makes new tokens: what was found to be in wrong hands meanwhile stays shut.
func TestS14TokensEndWithTheMembership(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		w, other := newWorld(t, s), newWorld(t, s)
		ann, bob, root := dbtest.Person(t, s, "ann"), dbtest.Person(t, s, "bob"), dbtest.Person(t, s, "root")
		root.Admin = true
		w.must(s.SetPerson(w.ctx, root, w.audit("person.admin")))
		fill := func(p faas.Person, name string) {
			t.Helper()
			for _, world := range []*world{w, other} {
				dbtest.Member(t, s, world.project, p, faas.Viewer)
				id := name + map[bool]string{true: "-here", false: "-there"}[world == w]
				w.must(s.AddToken(w.ctx, world.token(p, id+"-t"), hash(id), w.audit("token.create")))
				w.must(s.AddAccessKey(w.ctx, world.accessKey(p, id+"-k"), w.audit("accesskey.create")))
			}
		}
		fill(ann, "ann")
		fill(bob, "bob")
		fill(root, "root")
		old := now().Add(-time.Hour)
		w.must(s.RevokeToken(w.ctx, w.project, "", "ann-here-t", old, w.audit("token.revoke")))
		line := w.audit("member.remove")
		w.must(s.RemoveMember(w.ctx, w.project, ann.ID, line))
		dbtest.Member(t, s, w.project, ann, faas.Owner)
		if got, want := w.liveTokens(), strings.Fields("ann-there-k ann-there-t bob-here-k bob-here-t bob-there-k bob-there-t root-here-k root-here-t root-there-k root-there-t"); !slices.Equal(got, want) {
			t.Errorf("live are %q\nwant     %q", got, want)
		}
		for id, want := range map[string]time.Time{"ann-here-t": old, "ann-here-k": line.At} {
			times, err := db.Texts(s, `SELECT CAST(revoked_at AS TEXT) FROM tokens WHERE id = ?`, id)
			if err != nil || len(times) != 1 || times[0] != fmt.Sprint(want.UnixMicro()) {
				t.Errorf("%s was revoked at %q, want %d: %v", id, times, want.UnixMicro(), err)
			}
		}
		if lines, err := db.AuditDetails(s, "member.remove"); err != nil || len(lines) != 1 {
			t.Errorf("lines %q: %v", lines, err)
		}
		w.wantKind(s.RemoveMember(w.ctx, w.project, ann.ID, w.audit("member.remove")), faas.Precondition) // the last owner
		w.must(s.AddToken(w.ctx, w.token(ann, "ann-new"), hash("new"), w.audit("token.create")))
		w.must(s.RemoveMember(w.ctx, w.project, root.ID, w.audit("member.remove"))) // opens the project all the same, but not by what was there
		if got, want := w.liveTokens(), strings.Fields("ann-new ann-there-k ann-there-t bob-here-k bob-here-t bob-there-k bob-there-t root-there-k root-there-t"); !slices.Equal(got, want) {
			t.Errorf("live are %q\nwant     %q", got, want)
		}
	})
}

// The same for a membership that groups gave and took.
func TestS14TokensEndWithTheGroup(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		w, byHand := newWorld(t, s), newWorld(t, s)
		ann := dbtest.Person(t, s, "ann")
		dbtest.Member(t, s, byHand.project, ann, faas.Viewer)
		groups := func(roles ...faas.Role) {
			t.Helper()
			var list []faas.Member
			for _, role := range roles {
				list = append(list, faas.Member{ProjectID: w.project, Role: role, AddedAt: now(), AddedBy: "groups"})
			}
			w.must(s.SetFederated(w.ctx, ann, list, w.audit("session.start")))
		}
		groups(faas.Lead)
		for _, world := range []*world{w, byHand} {
			w.must(s.AddToken(w.ctx, world.token(ann, "t-"+world.project), hash(world.project), w.audit("token.create")))
			w.must(s.AddAccessKey(w.ctx, world.accessKey(ann, "k-"+world.project), w.audit("accesskey.create")))
		}
		groups(faas.Developer) // another role is no leaving
		if got := w.liveTokens(); len(got) != 4 {
			t.Errorf("live are %q", got)
		}
		groups()
		groups(faas.Lead)
		if got, want := w.liveTokens(), []string{"k-" + byHand.project, "t-" + byHand.project}; !slices.Equal(got, want) {
			t.Errorf("live are %q, want %q", got, want)
		}
	})
}

// A token that is made at the very moment of the leaving does not stay behind.
func TestS14NoTokenIsMadeWhileItsPersonLeaves(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		w := newWorld(t, s)
		ann := dbtest.Person(t, s, "ann")
		for round := range 20 {
			dbtest.Member(t, s, w.project, ann, faas.Viewer)
			atOnce(4, func(i int) {
				var err error
				switch id := fmt.Sprint(round, "-", i); i {
				case 0:
					err = s.RemoveMember(w.ctx, w.project, ann.ID, w.audit("member.remove"))
				case 1:
					err = s.AddAccessKey(w.ctx, w.accessKey(ann, id), w.audit("accesskey.create"))
				default:
					err = s.AddToken(w.ctx, w.token(ann, id), hash(id), w.audit("token.create"))
				}
				if err != nil && !faas.Is(err, faas.Forbidden) {
					t.Error(err)
				}
			})
			if left := w.liveTokens(); len(left) > 0 {
				t.Fatalf("round %d leaves %q", round, left)
			}
		}
	})
}

func TestWhoMayMakeAToken(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		w, other := newWorld(t, s), newWorld(t, s)
		ann, root, none := dbtest.Person(t, s, "ann"), dbtest.Person(t, s, "root"), dbtest.Person(t, s, "none")
		root.Admin = true
		w.must(s.SetPerson(w.ctx, root, w.audit("person.admin")))
		dbtest.Member(t, s, w.project, ann, faas.Developer)
		for name, c := range map[string]struct {
			world *world
			p     faas.Person
			role  faas.Role
			ok    bool
		}{
			"less":                {w, ann, faas.Viewer, true},
			"as much":             {w, ann, faas.Developer, true},
			"more":                {w, ann, faas.Lead, false},
			"nothing":             {w, none, faas.Viewer, false},
			"in another project":  {other, ann, faas.Viewer, false},
			"an administrator":    {other, root, faas.Owner, true},
			"no role is no right": {w, none, faas.NoRole, false},
		} {
			token, key := c.world.token(c.p, "t-"+name), c.world.accessKey(c.p, "k-"+name)
			token.Role, key.Role = c.role, c.role
			for _, err := range []error{
				s.AddToken(w.ctx, token, hash(name), w.audit("token.create")),
				s.AddAccessKey(w.ctx, key, w.audit("accesskey.create")),
			} {
				if c.ok && err != nil || !c.ok && !faas.Is(err, faas.Forbidden) {
					t.Errorf("%s: %v", name, err)
				}
			}
		}
		w.wantKind(s.AddToken(w.ctx, w.token(faas.Person{ID: id()}, "x"), hash("x"), w.audit("token.create")), faas.NotFound)
		for table, want := range map[string]int{"tokens": 6} {
			if n, err := db.Count(s, table); err != nil || n != want {
				t.Errorf("%d %s, want %d: %v", n, table, want, err)
			}
		}
	})
}

func TestAPersonHasAHundredLiveTokensAtMost(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		w := newWorld(t, s)
		ann, bob := dbtest.Person(t, s, "ann"), dbtest.Person(t, s, "bob")
		dbtest.Member(t, s, w.project, ann, faas.Viewer)
		dbtest.Member(t, s, w.project, bob, faas.Viewer)
		for i := range 95 {
			w.must(s.AddToken(w.ctx, w.token(ann, fmt.Sprint(i)), hash(fmt.Sprint(i)), w.audit("token.create")))
		}
		dead := w.token(ann, "dead")
		dead.ExpiresAt = dead.CreatedAt.Add(-time.Second)
		w.must(s.AddToken(w.ctx, dead, hash("dead"), w.audit("token.create")))
		var made atomic.Int64
		atOnce(10, func(i int) {
			err := s.AddToken(w.ctx, w.token(ann, fmt.Sprint("more", i)), hash(fmt.Sprint("more", i)), w.audit("token.create"))
			switch {
			case err == nil:
				made.Add(1)
			case !faas.Is(err, faas.Exhausted):
				t.Error(err)
			}
		})
		if made.Load() != 5 {
			t.Errorf("%d more were made, want 5", made.Load())
		}
		w.must(s.AddAccessKey(w.ctx, w.accessKey(ann, "key"), w.audit("accesskey.create"))) // counted apart
		w.must(s.AddToken(w.ctx, w.token(bob, "bob's"), hash("b"), w.audit("token.create")))
		w.must(s.RevokeToken(w.ctx, w.project, ann.ID, "7", now(), w.audit("token.revoke")))
		w.must(s.AddToken(w.ctx, w.token(ann, "instead"), hash("i"), w.audit("token.create")))
	})
}

func TestTokensAreListedNewestFirst(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		w, other := newWorld(t, s), newWorld(t, s)
		people := []faas.Person{dbtest.Person(t, s, "ann"), dbtest.Person(t, s, "bob")}
		at := now()
		for i, p := range people {
			for _, world := range []*world{w, other} {
				dbtest.Member(t, s, world.project, p, faas.Viewer)
			}
			for j, id := range []string{"z", "a", "m"} {
				id = fmt.Sprint(id, i)
				token, key := w.token(p, id), w.accessKey(p, "k"+id)
				token.CreatedAt = at.Add(time.Duration(j/2) * time.Second) // two at one moment
				key.CreatedAt = token.CreatedAt
				w.must(s.AddToken(w.ctx, token, hash(id), w.audit("token.create")))
				w.must(s.AddAccessKey(w.ctx, key, w.audit("accesskey.create")))
				w.must(s.AddToken(w.ctx, other.token(p, "other"+id), hash("other"+id), w.audit("token.create")))
			}
		}
		for person, want := range map[string]string{"": "m1 m0 z1 z0 a1 a0", people[1].ID: "m1 z1 a1", id(): ""} {
			for _, size := range []int{1, 2, 50} {
				f := faas.TokenFilter{ProjectID: w.project, PersonID: person}
				tokens := pages(w, size, func(page faas.Page) (faas.List[string], error) {
					f.Page = page
					list, err := s.Tokens(w.ctx, f)
					return named(list, func(t faas.Token) string { return t.ID }), err
				})
				keys := pages(w, size, func(page faas.Page) (faas.List[string], error) {
					f.Page = page
					list, err := s.AccessKeys(w.ctx, f)
					return named(list, func(k faas.AccessKey) string { return k.ID[1:] }), err
				})
				if got := strings.Join(tokens, " "); got != want || !slices.Equal(tokens, keys) {
					t.Errorf("of %q by %d: tokens %q, keys %q, want %q", person, size, got, keys, want)
				}
			}
		}
		list, err := s.AccessKeys(w.ctx, faas.TokenFilter{ProjectID: w.project, PersonID: people[0].ID})
		w.must(err)
		if k := list.Items[0]; k.Person != "ann" || k.Project != "p-"+w.project || k.Secret != "s1.sealed.km0" || k.Role != faas.Viewer {
			t.Errorf("key %+v", k)
		}
	})
}

func TestATokenIsRevokedOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		w := newWorld(t, s)
		ann, bob := dbtest.Person(t, s, "ann"), dbtest.Person(t, s, "bob")
		dbtest.Member(t, s, w.project, ann, faas.Viewer)
		w.must(s.AddToken(w.ctx, w.token(ann, "t1"), hash("t1"), w.audit("token.create")))
		w.must(s.AddAccessKey(w.ctx, w.accessKey(ann, "k1"), w.audit("accesskey.create")))
		first := now().Add(time.Minute)
		for name, kind := range map[string]struct {
			id     string
			revoke func(project, person, id string, at time.Time) error
		}{
			"token": {"t1", func(project, person, id string, at time.Time) error {
				return s.RevokeToken(w.ctx, project, person, id, at, w.audit("token.revoke"))
			}},
			"key": {"k1", func(project, person, id string, at time.Time) error {
				return s.RevokeAccessKey(w.ctx, project, person, id, at, w.audit("accesskey.revoke"))
			}},
		} {
			other := map[string]string{"t1": "k1", "k1": "t1"}[kind.id]
			w.wantKind(kind.revoke(id(), "", kind.id, first), faas.NotFound)
			w.wantKind(kind.revoke(w.project, bob.ID, kind.id, first), faas.NotFound)
			w.wantKind(kind.revoke(w.project, "", "missing", first), faas.NotFound)
			w.wantKind(kind.revoke(w.project, "", other, first), faas.NotFound)
			w.must(kind.revoke(w.project, ann.ID, kind.id, first))
			w.must(kind.revoke(w.project, "", kind.id, first.Add(time.Hour)))
			if lines, err := db.AuditDetails(s, map[string]string{"token": "token.revoke", "key": "accesskey.revoke"}[name]); err != nil || !slices.Equal(lines, []string{"for " + kind.id + " of ann"}) {
				t.Errorf("%s: lines %q: %v", name, lines, err)
			}
		}
		used := now().Add(2 * time.Minute)
		w.must(s.SeeToken(w.ctx, "t1", used))
		w.must(s.SeeToken(w.ctx, "t1", used.Add(-time.Hour)))
		w.must(s.SeeToken(w.ctx, "missing", used))
		token, _, err := s.IdentityByToken(w.ctx, "t1")
		w.must(err)
		key, _, err := s.IdentityByAccessKey(w.ctx, "k1")
		w.must(err)
		if !token.Token.RevokedAt.Equal(first) || !token.Token.UsedAt.Equal(used) || !key.Token.RevokedAt.Equal(first) || !key.Token.UsedAt.IsZero() {
			t.Errorf("token %+v, key %+v", token.Token, key.Token)
		}
	})
}

// Whoever reads the tables finds hashes and sealed text. Nothing in any column opens anything when it is presented.
func TestS16TheTablesHoldNothingThatOpensAnything(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		w := newWorld(t, s)
		ann := dbtest.Person(t, s, "ann")
		dbtest.Member(t, s, w.project, ann, faas.Viewer)
		cookie, secret := "cookie-"+id(), "secret-"+id()
		w.session(ann, cookie)
		w.must(s.AddToken(w.ctx, w.token(ann, "abcdefghij234567"), hash(secret), w.audit("token.create")))
		if _, err := s.IdentityBySession(w.ctx, hash(cookie)); err != nil {
			t.Fatal(err)
		}
		columns := 0
		for table, names := range map[string]string{
			"sessions": "hash id person_id created_at seen_at expires_at address agent",
			"tokens":   "id kind project_id person_id name role read_only last4 created_at expires_at used_at revoked_at hash sealed",
		} {
			for column := range strings.FieldsSeq(names) {
				values, err := db.Texts(s, `SELECT CAST(`+column+` AS TEXT) FROM `+table)
				w.must(err)
				columns += len(values)
				for _, value := range values {
					if column == "agent" {
						continue // the test's name for the session, which is what it made the cookie of
					}
					if strings.Contains(value, secret) || strings.Contains(value, cookie) {
						t.Errorf("%s.%s holds a secret: %q", table, column, value)
					}
					if _, err := s.IdentityBySession(w.ctx, hash(value)); !faas.Is(err, faas.NotFound) {
						t.Errorf("%s.%s signs in: %v", table, column, err)
					}
					if _, stored, err := s.IdentityByToken(w.ctx, "abcdefghij234567"); err != nil || stored == hash(value) {
						t.Errorf("%s.%s opens the token: %v", table, column, err)
					}
				}
			}
		}
		if all, err := db.Count(s, "sessions"); err != nil || all != 1 || columns != 8+14 {
			t.Errorf("%d columns were looked at, want all 22: %v", columns, err)
		}
	})
}
