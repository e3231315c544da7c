package web_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/gorilla/sessions"

	"verso/db"
	"verso/db/dbtest"
	"verso/faas"
	"verso/service"
	"verso/web"
)

func TestMain(m *testing.M) { os.Exit(dbtest.Main(m)) }

// house is real verbs on a real store, and the sessions before them. Looked counts the lookups of cookies and tokens.
type house struct {
	*service.Service
	clock    *clock
	sessions *web.Sessions
	looked   atomic.Int64
	anna     faas.Person
	bert     faas.Person
}

// IdentityOfSession counts, and asks the service.
func (h *house) IdentityOfSession(ctx context.Context, secret faas.Secret) (faas.Identity, error) {
	h.looked.Add(1)
	return h.Service.IdentityOfSession(ctx, secret)
}

// IdentityOfToken counts, and asks the service.
func (h *house) IdentityOfToken(ctx context.Context, text string) (faas.Identity, error) {
	h.looked.Add(1)
	return h.Service.IdentityOfToken(ctx, text)
}

func newHouse(t *testing.T, store *db.Store, https bool) *house {
	t.Helper()
	h := &house{clock: newClock()}
	// What signing in never touches is left out: blobs, buckets, keys.
	h.Service = service.New(service.Config{Store: store, Limits: faas.DefaultLimits(), Now: h.clock.Now})
	h.sessions = web.NewSessions(h, faas.DoorDashboard, https)
	h.anna, h.bert = h.person(t, store, "anna"), h.person(t, store, "bert")
	return h
}

// person stores somebody without a password: hashing is not what is tested here.
func (h *house) person(t *testing.T, store *db.Store, name string) faas.Person {
	t.Helper()
	p := faas.Person{ID: uuid.NewString(), Name: name, CreatedAt: h.clock.Now()}
	line := faas.Audit{ID: uuid.NewString(), At: h.clock.Now(), Actor: "test", Door: faas.DoorCommandLine, Kind: faas.AuditSettings, Action: "person.add", Result: faas.AuditDone}
	if err := store.AddPerson(t.Context(), p, "", line); err != nil {
		t.Fatal(err)
	}
	return p
}

// ServeHTTP begins a session at /login/{person}, ends it at /logout, and tells elsewhere who asks.
func (h *house) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	web.Handle(func(w http.ResponseWriter, r *http.Request) error {
		if id, ok := strings.CutPrefix(r.URL.Path, "/login/"); ok {
			return h.sessions.Begin(w, r, faas.Person{ID: id, Name: id})
		}
		if r.URL.Path == "/logout" {
			return h.sessions.End(w, r)
		}
		who, err := h.sessions.Identity(r)
		if err != nil {
			return err
		}
		if !who.Known() {
			return faas.Errorf(faas.Unauthenticated, "Sign in first.")
		}
		_, err = io.WriteString(w, who.Person.Name)
		return err
	}, web.PlainError).ServeHTTP(w, r)
}

// ask sends a request through the whole chain, with the cookies of earlier answers.
func (h *house) ask(method, target string, cookies ...*http.Cookie) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, nil)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.Header.Set("User-Agent", "Test/1")
	for _, c := range cookies {
		r.AddCookie(c)
	}
	w := httptest.NewRecorder()
	whole(h, io.Discard).ServeHTTP(w, r)
	return w
}

// signIn begins a session and returns its cookie.
func (h *house) signIn(t *testing.T, p faas.Person, had ...*http.Cookie) *http.Cookie {
	t.Helper()
	w := h.ask("POST", "/login/"+p.ID, had...)
	list := w.Result().Cookies()
	if w.Code != http.StatusOK || len(list) != 1 {
		t.Fatalf("signing in: %d %q, cookies %v", w.Code, w.Body, list)
	}
	return list[0]
}

// is fails unless a cookie belongs to the person of that name; "" for nobody.
func (h *house) is(t *testing.T, c *http.Cookie, name, when string) {
	t.Helper()
	w := h.ask("GET", "/", c)
	if want := map[bool]int{true: 401, false: 200}[name == ""]; w.Code != want || name != "" && w.Body.String() != name {
		t.Errorf("%s: got %d %q, want %q", when, w.Code, w.Body, name)
	}
}

func (h *house) count(t *testing.T, p faas.Person) int {
	t.Helper()
	list, err := h.Sessions(t.Context(), faas.Actor{ID: p.ID})
	if err != nil {
		t.Fatal(err)
	}
	return len(list)
}

func TestS11TheCookie(t *testing.T) {
	for https, name := range map[bool]string{true: "__Host-verso", false: "verso"} {
		h := newHouse(t, dbtest.OpenSQLite(t), https)
		c := h.signIn(t, h.anna)
		if c.Name != name || c.Secure != https || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" || c.MaxAge != 7*24*3600 {
			t.Errorf("https %v: %s", https, c.Raw)
		}
		if raw, err := base64.RawURLEncoding.DecodeString(c.Value); err != nil || len(raw) != 32 {
			t.Errorf("the value is %q", c.Value)
		}
		gone := h.ask("POST", "/logout", c).Result().Cookies()
		if len(gone) != 1 || gone[0].Name != name || gone[0].MaxAge >= 0 || gone[0].Value != "" || gone[0].Path != "/" || gone[0].Secure != https || !gone[0].HttpOnly {
			t.Errorf("https %v: it is taken back by %v", https, gone)
		}
	}
}

func TestS12AValueThatWeDidNotIssueIsNeverAdopted(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, store *db.Store) {
		h := newHouse(t, store, false)
		planted := &http.Cookie{Name: "verso", Value: base64.RawURLEncoding.EncodeToString([]byte(strings.Repeat("x", 32)))}
		h.is(t, planted, "", "planted")
		first := h.signIn(t, h.anna, planted)
		if first.Value == planted.Value {
			t.Error("the planted value was taken over")
		}
		h.is(t, planted, "", "planted, after somebody signed in with it")
		h.is(t, first, "anna", "the new one")

		// Signing in again, as oneself or another, gives a new value and ends the old one.
		second := h.signIn(t, h.anna, first)
		third := h.signIn(t, h.bert, second)
		h.is(t, first, "", "the first, after the second")
		h.is(t, second, "", "the second, after the third")
		h.is(t, third, "bert", "the third")
		if first.Value == second.Value || second.Value == third.Value || h.count(t, h.anna) != 0 || h.count(t, h.bert) != 1 {
			t.Errorf("anna has %d sessions, bert %d", h.count(t, h.anna), h.count(t, h.bert))
		}
	})
}

func TestS13S20SigningOutEndsTheSessionEverywhere(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, store *db.Store) {
		h := newHouse(t, store, true)
		here, there := h.signIn(t, h.anna), h.signIn(t, h.anna)
		w := h.ask("POST", "/logout", here)
		if w.Code != 200 || w.Header().Get("Clear-Site-Data") != `"cache", "storage"` || w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("signing out: %d %v", w.Code, w.Header())
		}
		h.is(t, here, "", "replayed after signing out")
		h.is(t, there, "anna", "on another device")
		if n := h.count(t, h.anna); n != 1 {
			t.Errorf("%d sessions are left", n)
		}
		for _, cookies := range [][]*http.Cookie{{here}, nil} { // it is over, or there was none
			if w := h.ask("POST", "/logout", cookies...); w.Code != 200 || len(w.Result().Cookies()) != 1 || w.Result().Cookies()[0].MaxAge >= 0 {
				t.Errorf("signing out again: %d %v", w.Code, w.Header())
			}
		}
		h.is(t, there, "anna", "on another device, still")
	})
}

func TestS15TheServerEndsSessionsByItsOwnClock(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, store *db.Store) {
		h := newHouse(t, store, false)
		idle, busy := h.signIn(t, h.anna), h.signIn(t, h.anna)
		h.clock.Advance(faas.SessionIdle - time.Second)
		h.is(t, busy, "anna", "a second before it has idled too long")
		h.clock.Advance(time.Second)
		h.is(t, idle, "", "after 12 h without a request")
		for range 12 {
			h.is(t, busy, "anna", "in use")
			h.clock.Advance(faas.SessionIdle - time.Minute)
		}
		h.is(t, busy, "anna", "in use, on the seventh day")
		h.clock.Advance(faas.SessionIdle)
		h.is(t, busy, "", "after seven days")
	})
}

func TestS18OddCookiesAreNobodys(t *testing.T) {
	h := newHouse(t, dbtest.OpenSQLite(t), false)
	mine := h.signIn(t, h.anna)
	const sound = "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE"
	tests := map[string]struct {
		header []string
		looks  int64 // in the store, at most
	}{
		"none":                           {nil, 0},
		"empty":                          {[]string{"verso="}, 0},
		"8 KiB":                          {[]string{"verso=" + strings.Repeat("A", 8<<10)}, 0},
		"300 of our name":                {[]string{strings.Repeat("verso="+sound+"; ", 300)}, 0},
		"300 lines of our name":          {slices.Repeat([]string{"verso=" + sound}, 300), 0},
		"ours and another of that name":  {[]string{"verso=" + mine.Value + "; verso=" + sound}, 0},
		"another of that name and ours":  {[]string{"verso=" + sound, "verso=" + mine.Value}, 0},
		"ours twice":                     {[]string{"verso=" + mine.Value + "; verso=" + mine.Value}, 0},
		"what another store has signed":  {[]string{"verso=MTcwMDAwMDAwMHxEWDhFQVFMX2dBQUJFQUVRQUFBbV80QUFBUVp6ZEhKcGJtY01CQUFDYVdRR2MzUnlhVzVuREFRQUFqUXl8kLmNoPQ=="}, 1},
		"random":                         {[]string{"verso=" + sound}, 1},
		"random bytes":                   {[]string{"verso=\x80\xff\x00\x01"}, 1},
		"broken":                         {[]string{"verso; =; ;;; verso", "=verso", "\"verso\"=x"}, 0},
		"quoted":                         {[]string{`verso="` + mine.Value[:20]}, 1},
		"ours in capitals":               {[]string{"VERSO=" + mine.Value}, 0},
		"ours under the name for https":  {[]string{"__Host-verso=" + mine.Value}, 0},
		"ours and a letter":              {[]string{"verso=" + mine.Value + "A"}, 1},
		"ours but a letter":              {[]string{"verso=" + mine.Value[:len(mine.Value)-1]}, 1},
		"ours, encoded another way":      {[]string{"verso=" + strings.ReplaceAll(mine.Value, mine.Value[:1], "%"+fmt.Sprintf("%x", mine.Value[:1]))}, 1},
		"the row's name for the session": {[]string{"verso=" + sessionID(t, h)}, 1},
	}
	for name, test := range tests {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Header["Cookie"] = test.header
		before := h.looked.Load()
		w := httptest.NewRecorder()
		whole(h, io.Discard).ServeHTTP(w, r)
		if w.Code != 401 {
			t.Errorf("%s: got %d %q", name, w.Code, w.Body)
		}
		if looks := h.looked.Load() - before; looks > test.looks {
			t.Errorf("%s: %d lookups", name, looks)
		}
	}
	h.is(t, mine, "anna", "afterwards")
	if n := h.count(t, h.anna); n != 1 {
		t.Errorf("there are %d sessions", n)
	}
}

// sessionID is what lists show of the one session.
func sessionID(t *testing.T, h *house) string {
	t.Helper()
	list, err := h.Sessions(t.Context(), faas.Actor{ID: h.anna.ID})
	if err != nil || len(list) != 1 {
		t.Fatalf("%v, %v", list, err)
	}
	if list[0].Agent != "Test/1" || list[0].Address != "192.0.2.1" {
		t.Errorf("the session is %+v", list[0])
	}
	return list[0].ID
}

// What keeps us from looking is an error; taken for nobody, it would sign people out.
func TestAStoreThatDoesNotAnswerSignsNobodyOut(t *testing.T) {
	h := newHouse(t, dbtest.OpenSQLite(t), false)
	mine := h.signIn(t, h.anna)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, target := range []string{"/", "/logout", "/login/" + h.bert.ID} {
		r := httptest.NewRequestWithContext(ctx, http.MethodPost, target, nil)
		r.AddCookie(mine)
		r.Header.Set("Origin", "http://example.com")
		w := httptest.NewRecorder()
		whole(h, io.Discard).ServeHTTP(w, r)
		if w.Code != 503 || w.Header().Get("Set-Cookie") != "" || w.Header().Get("Clear-Site-Data") != "" {
			t.Errorf("%s: got %d %v", target, w.Code, w.Header())
		}
	}
	h.is(t, mine, "anna", "afterwards")
}

// A session that could not be ended must not look ended: the cookie stays, and the person can try again.
func TestS13SigningOutThatFailsSaysSo(t *testing.T) {
	h := newHouse(t, dbtest.OpenSQLite(t), false)
	mine := h.signIn(t, h.anna)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	late := web.Handle(func(w http.ResponseWriter, r *http.Request) error {
		if who, err := h.sessions.Identity(r); err != nil || !who.Known() {
			t.Errorf("got %+v, %v", who, err)
		}
		cancel()
		return h.sessions.End(w, r)
	}, web.PlainError)
	r := httptest.NewRequestWithContext(ctx, http.MethodPost, "/logout", nil)
	r.AddCookie(mine)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	w := httptest.NewRecorder()
	whole(late, io.Discard).ServeHTTP(w, r)
	if w.Code != 503 || w.Header().Get("Set-Cookie") != "" || w.Header().Get("Clear-Site-Data") != "" {
		t.Errorf("got %d %v", w.Code, w.Header())
	}
	h.is(t, mine, "anna", "afterwards")
}

func TestOneLookupARequest(t *testing.T) {
	h := newHouse(t, dbtest.OpenSQLite(t), false)
	mine := h.signIn(t, h.anna)
	text, _, err := h.CreateToken(t.Context(), h.owner(t), service.TokenInput{Name: "ci"})
	if err != nil {
		t.Fatal(err)
	}
	type mark struct{}
	again := func(_ http.ResponseWriter, r *http.Request) error {
		for range 3 {
			copied := r.WithContext(context.WithValue(r.Context(), mark{}, 1))
			who, err := h.sessions.Identity(copied)
			if err != nil || who.Person.Name != "anna" {
				return fmt.Errorf("%+v, %w", who, err)
			}
		}
		return faas.Errorf(faas.Forbidden, "No.")
	}
	onError := func(w http.ResponseWriter, r *http.Request, err error) {
		if who, e := h.sessions.Identity(r); e != nil || who.Person.Name != "anna" {
			t.Errorf("the error page sees %+v, %v", who, e)
		}
		web.PlainError(w, r, err)
	}
	for name, header := range map[string]string{"Cookie": mine.String(), "X-Auth-Token": string(text)} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Header.Set(name, header)
		before := h.looked.Load()
		w := httptest.NewRecorder()
		whole(web.Handle(again, onError), io.Discard).ServeHTTP(w, r)
		if looks := h.looked.Load() - before; w.Code != 403 || looks != 1 {
			t.Errorf("%s: got %d after %d lookups", name, w.Code, looks)
		}
	}
}

// owner is anna, as the owner of a new project.
func (h *house) owner(t *testing.T) faas.Actor {
	t.Helper()
	a := faas.Actor{ID: h.anna.ID, Name: "anna", Admin: true, Role: faas.Owner, Door: faas.DoorDashboard}
	project, err := h.CreateProject(t.Context(), a, "billing")
	if err != nil {
		t.Fatal(err)
	}
	a.ProjectID = project.ID
	return a
}

// gorilla's own Save, for all sessions of a request, begins and ends none.
func TestSavingWithoutAWishChangesNothing(t *testing.T) {
	h := newHouse(t, dbtest.OpenSQLite(t), false)
	mine := h.signIn(t, h.anna)
	r, w := httptest.NewRequest(http.MethodGet, "/", nil), httptest.NewRecorder()
	r.AddCookie(mine)
	if _, err := h.sessions.Identity(r); err != nil {
		t.Fatal(err)
	}
	if err := sessions.Save(r, w); err != nil || len(w.Header()) > 0 {
		t.Errorf("got %v, %v", err, w.Header())
	}
	h.is(t, mine, "anna", "afterwards")
	if err := h.sessions.Begin(w, r, h.bert); err != nil {
		t.Fatal(err)
	}
	if err := sessions.Save(r, w); err != nil || len(w.Result().Cookies()) != 1 || h.count(t, h.bert) != 1 {
		t.Errorf("after a sign-in: %v, %v, %d sessions", err, w.Header(), h.count(t, h.bert))
	}
	if w := h.ask("POST", "/login/nobody", mine); w.Code != 404 || len(w.Result().Cookies()) > 0 {
		t.Errorf("a session of nobody: %d %v", w.Code, w.Header())
	}
}

func TestS38S41ATokenAloneCounts(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, store *db.Store) {
		h := newHouse(t, store, false)
		owner := h.owner(t)
		text, token, err := h.CreateToken(t.Context(), owner, service.TokenInput{Name: "ci", Role: faas.Developer, Life: time.Hour})
		if err != nil {
			t.Fatal(err)
		}
		cookie := h.signIn(t, h.bert)
		with := func(headers ...string) *http.Request {
			r := httptest.NewRequest(http.MethodPost, "/", nil)
			r.AddCookie(cookie)
			for i := 0; i < len(headers); i += 2 {
				r.Header.Add(headers[i], headers[i+1])
			}
			return r
		}
		flipped := string(text[:len(text)-1]) + string('a'+(text[len(text)-1]+1)%6)
		check := func(when string, r *http.Request, status int, says string) {
			t.Helper()
			w := httptest.NewRecorder()
			whole(h, io.Discard).ServeHTTP(w, r)
			if w.Code != status || !strings.Contains(w.Body.String(), says) {
				t.Errorf("%s: got %d %q", when, w.Code, w.Body)
			}
			if strings.Contains(w.Body.String(), string(text)) || strings.Contains(w.Body.String(), "bert") {
				t.Errorf("%s: the answer says %q", when, w.Body)
			}
		}
		check("in Authorization", with("Authorization", "Bearer "+string(text)), 200, "anna")
		check("in X-Auth-Token", with("X-Auth-Token", string(text)), 200, "anna")
		check("in both", with("Authorization", "Bearer "+string(text), "X-Auth-Token", string(text)), 200, "anna")
		check("two that differ", with("Authorization", "Bearer "+string(text), "X-Auth-Token", flipped), 400, "two different")
		check("flipped", with("X-Auth-Token", flipped), 401, "not known here")
		check("empty", with("X-Auth-Token", ""), 401, "not known here")
		check("of nobody", with("Authorization", "Bearer "+aToken), 401, "not known here")
		check("only its id", with("Authorization", "Bearer t1."+token.ID), 401, "not known here")
		check("in the address", httptest.NewRequest(http.MethodGet, "/?token="+string(text), nil), 401, "revoke it")
		check("as a cookie", httptest.NewRequest(http.MethodGet, "/", nil), 401, "Sign in")

		who, err := h.sessions.Identity(with("X-Auth-Token", string(text)))
		if err != nil || who.Token.ID != token.ID || who.Session.ID != "" || who.RoleIn(owner.ProjectID) != faas.Developer {
			t.Errorf("got %+v, %v", who, err)
		}
		// Signing out with a token ends nothing.
		out := with("X-Auth-Token", string(text))
		out.URL.Path = "/logout"
		check("signing out", out, 200, "")
		h.is(t, cookie, "bert", "after a program signed out")

		h.clock.Advance(time.Hour)
		check("expired", with("X-Auth-Token", string(text)), 401, "expired")
	})
}
