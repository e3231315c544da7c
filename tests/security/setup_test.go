package security_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"verso/faas"
	"verso/handlers/sitetest"
)

// offer makes the set-up link that the server prints.
func offer(t *testing.T, s *sitetest.Site) faas.Secret {
	t.Helper()
	key, offered, err := s.Service.OfferSetup(t.Context())
	if err != nil || !offered {
		t.Fatalf("no set-up link: %v, %v", offered, err)
	}
	return key
}

func setup(key faas.Secret, name string) url.Values {
	return url.Values{"key": {string(key)}, "name": {name}, "password": {string(sitetest.Password)}}
}

func TestS08AFreshInstallationHasNoAccount(t *testing.T) {
	each(t, func(t *testing.T, s *sitetest.Site) {
		if rows := texts(t, open(t, s), `SELECT * FROM people`); len(rows) != 0 {
			t.Errorf("people are %q", rows)
		}
		for _, name := range []string{"admin", "root", "verso", "command line"} {
			for _, password := range []string{"", name, "admin"} {
				refusedWrong(t, at(t, s, home).SignIn(t, name, password))
			}
		}
		key := string(offer(t, s))
		for _, path := range []string{"/setup", "/setup?key=", "/setup?key=" + key[1:], "/setup?key=" + key + "A", "/setup?key=-" + key[1:42] + "-"} {
			status(t, s.Nobody(t).Get(t, path), http.StatusNotFound)
		}
		if a := s.Nobody(t).Get(t, "/projects"); !signedOut(a) {
			t.Errorf("before set-up /projects answers %d", a.StatusCode)
		}
	})
}

// The link is good for an hour, and only the newest one is.
func TestS08TheSetUpLinkExpires(t *testing.T) {
	each(t, func(t *testing.T, s *sitetest.Site) {
		v := s.Nobody(t)
		old := offer(t, s)
		status(t, v.Get(t, "/setup?key="+string(old)), http.StatusOK)
		key := offer(t, s)
		status(t, v.Get(t, "/setup?key="+string(old)), http.StatusNotFound)
		status(t, v.Post(t, "/setup", setup(old, "mallory")), http.StatusNotFound)
		s.Clock.Pass(time.Hour - time.Minute)
		status(t, v.Get(t, "/setup?key="+string(key)), http.StatusOK)
		s.Clock.Pass(2 * time.Minute)
		status(t, v.Get(t, "/setup?key="+string(key)), http.StatusNotFound)
		status(t, v.Post(t, "/setup", setup(key, "mallory")), http.StatusNotFound)
		if rows := texts(t, open(t, s), `SELECT * FROM people`); len(rows) != 0 {
			t.Errorf("people are %q", rows)
		}
	})
}

// However many finish it at once, one administrator is made, and then there is no such page.
func TestS08SetUpWorksOnce(t *testing.T) {
	each(t, func(t *testing.T, s *sitetest.Site) {
		key := offer(t, s)
		const n = 6
		var together sync.WaitGroup
		codes := make([]int, n)
		for i := range n {
			v := s.Nobody(t)
			r := v.Form(t, "/setup", setup(key, fmt.Sprintf("first-%d", i)))
			together.Go(func() { codes[i] = v.Do(t, r).StatusCode })
		}
		together.Wait()
		made := 0
		for _, code := range codes {
			switch code {
			case http.StatusSeeOther:
				made++
			case http.StatusNotFound, http.StatusTooManyRequests:
			default:
				t.Errorf("one of them got %d", code)
			}
		}
		people := texts(t, open(t, s), `SELECT name FROM people WHERE admin`)
		if made != 1 || len(people) != 1 || len(texts(t, open(t, s), `SELECT * FROM people`)) != 1 {
			t.Errorf("%d were told that they are the administrator: %q", made, people)
		}
		used := s.Nobody(t).Get(t, "/setup?key="+string(key))
		status(t, used, http.StatusNotFound)
		if !strings.Contains(used.Text, "has been used or is too old. Sign in instead.") || !strings.Contains(used.Text, `href="/login"`) || strings.Contains(used.Text, string(key)) {
			t.Errorf("the used link leads nowhere, or its page shows it:\n%s", used.Text)
		}
		status(t, s.Nobody(t).Post(t, "/setup", setup(key, "second")), http.StatusNotFound)
		if _, offered, err := s.Service.OfferSetup(t.Context()); err != nil || offered {
			t.Errorf("another link is offered: %v, %v", offered, err)
		}
	})
}
