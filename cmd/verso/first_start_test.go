package main

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"verso/db"
	"verso/faas"
	"verso/service"
)

var setupLink = regexp.MustCompile(`^http://127\.0\.0\.1:[0-9]+/setup\?key=([A-Za-z0-9_-]{43})$`)

// setup asks for the set-up page of a key, and posts it.
func (v *visitor) setup(key, name string) (page, made int) {
	v.s.p.t.Helper()
	page = v.get("/setup?key=" + url.QueryEscape(key))
	made, _, _ = v.ask(http.MethodPost, "/setup", url.Values{"key": {key}, "name": {name}, "password": {annsPassword}})
	return page, made
}

func (s *server) key() string {
	s.p.t.Helper()
	m := setupLink.FindStringSubmatch(s.Link)
	if m == nil {
		s.p.t.Fatalf("the link is %s", s.Link)
	}
	return m[1]
}

// people are the names of everybody, with what they are.
func (p *place) people() [][]string {
	p.t.Helper()
	return words(p.does("", "user", "list"))
}

func TestS08AFreshInstallHasNoAccount(t *testing.T) {
	eachPlace(t, func(p *place) {
		s := p.serve()
		v := s.browser()
		for _, name := range []string{"admin", "root", "verso", "default", "test"} {
			for _, password := range []string{"", name, "verso"} {
				if got := v.signIn(name, password); got != http.StatusUnauthorized && got != http.StatusTooManyRequests {
					p.t.Fatalf("%s with %q: %d", name, password, got)
				}
			}
		}
		for _, key := range []string{"", "x", strings.Repeat("A", 43), s.key()[:42] + "!", s.key() + "A", strings.ToLower(s.key())} {
			if page, made := v.setup(key, "eve"); page != http.StatusNotFound || made != http.StatusNotFound {
				p.t.Errorf("the key %q: %d and %d", key, page, made)
			}
		}
		if rows := p.people(); len(rows) != 0 {
			p.t.Errorf("there is somebody: %q", rows)
		}
	})
}

func TestS08TwoSetUpsAtOnceMakeOneAdministrator(t *testing.T) {
	eachPlace(t, func(p *place) {
		s := p.serve()
		first := s.browser()
		if page := first.get("/setup?key=" + s.key()); page != http.StatusOK {
			p.t.Fatalf("the page of the link: %d", page)
		}
		got := p.rush(s, s.key())
		if got[http.StatusSeeOther] != 1 || got[http.StatusNotFound] != 7 {
			p.t.Errorf("eight at once were answered %v", got)
		}
		if rows := p.people(); len(rows) != 1 || rows[0][1] != "administrator" {
			p.t.Errorf("the people are %q", rows)
		}
		if page, made := s.browser().setup(s.key(), "eve"); page != http.StatusNotFound || made != http.StatusNotFound {
			p.t.Errorf("afterwards: %d and %d", page, made)
		}
		s.Stop()
		again := p.serve()
		if again.Link != again.URL {
			p.t.Errorf("the next start prints %s", again.Link)
		}
		if page, made := again.browser().setup(s.key(), "eve"); page != http.StatusNotFound || made != http.StatusNotFound {
			p.t.Errorf("after the next start: %d and %d", page, made)
		}
	})
}

// rush posts the set-up eight times at once, each under a name of its own, and counts the answers.
func (p *place) rush(s *server, key string) map[int]int {
	p.t.Helper()
	var mu sync.Mutex
	var all sync.WaitGroup
	got := map[int]int{}
	for i := range 8 {
		v := s.browser()
		all.Go(func() {
			status, _, _ := v.ask(http.MethodPost, "/setup", url.Values{"key": {key}, "name": {"ann" + string(rune('a'+i))}, "password": {annsPassword}})
			mu.Lock()
			defer mu.Unlock()
			got[status]++
		})
	}
	all.Wait()
	return got
}

// The link is good for an hour, the last one that was offered only, and not once somebody was added another way.
func TestS08TheSetUpLinkEnds(t *testing.T) {
	eachPlace(t, func(p *place) {
		s := p.serve()
		old := p.offer(61 * time.Minute)
		for what, key := range map[string]string{"an offer of 61 minutes ago": old, "an offer before the last one": s.key()} {
			if page, made := s.browser().setup(key, "eve"); page != http.StatusNotFound || made != http.StatusNotFound {
				p.t.Errorf("%s: %d and %d", what, page, made)
			}
		}
		fresh := p.offer(59 * time.Minute)
		if page := s.browser().get("/setup?key=" + fresh); page != http.StatusOK {
			p.t.Errorf("an offer of 59 minutes ago: %d", page)
		}
		p.does(bobsPassword, "user", "add", "bob", "--password-stdin")
		if page, made := s.browser().setup(fresh, "eve"); page != http.StatusNotFound || made != http.StatusNotFound {
			p.t.Errorf("with somebody there: %d and %d", page, made)
		}
		if rows := p.people(); len(rows) != 1 || rows[0][0] != "bob" {
			p.t.Errorf("the people are %q", rows)
		}
	})
}

// offer makes a set-up offer beside the server, as a process would have that long ago.
func (p *place) offer(ago time.Duration) string {
	p.t.Helper()
	store, err := db.Open(p.t.Context(), db.Config{URL: p.database(), Dir: p.data})
	if err != nil {
		p.t.Fatal(err)
	}
	verbs := service.New(service.Config{Store: store, Now: func() time.Time { return clock().Add(-ago) }})
	secret, offered, err := verbs.OfferSetup(p.t.Context())
	if err != nil || !offered {
		p.t.Fatalf("offered %t, %v", offered, err)
	}
	if err := store.Close(); err != nil {
		p.t.Fatal(err)
	}
	return string(secret)
}

func (p *place) database() string {
	for _, s := range p.env {
		if value, ok := strings.CutPrefix(s, "DATABASE_URL="); ok {
			return value
		}
	}
	return ""
}

// The whole way of somebody who has only the link: an account, a session, the first project.
func TestS08TheLinkIsAllThatIsNeeded(t *testing.T) {
	eachPlace(t, func(p *place) {
		s := p.serve()
		v := s.browser()
		if page, made := v.setup(s.key(), "ann"); page != http.StatusOK || made != http.StatusSeeOther {
			p.t.Fatalf("the set-up: %d and %d", page, made)
		}
		for _, path := range []string{"/settings/people", "/projects/" + faas.DefaultProject + "/settings/members"} {
			if got := v.get(path); got != http.StatusOK {
				p.t.Errorf("%s: %d", path, got)
			}
		}
		if got := s.browser().signIn("ann", annsPassword); got != http.StatusSeeOther {
			p.t.Errorf("she signs in elsewhere: %d", got)
		}
		if strings.Count(s.Log(), s.key()) != 1 {
			p.t.Errorf("the key of the set-up stands elsewhere than in the link:\n%s", s.Log())
		}
	})
}
