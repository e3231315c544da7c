package web

import (
	"context"
	"net/http"

	"github.com/gorilla/sessions"

	"verso/faas"
)

// People knows who is behind a cookie or a token; service does.
type People interface {
	// StartSession returns what the cookie of a new session is to hold.
	StartSession(ctx context.Context, from faas.Actor, p faas.Person, agent string) (faas.Secret, error)
	// IdentityOfSession answers Unauthenticated for what opens nothing, and so does IdentityOfToken.
	IdentityOfSession(ctx context.Context, secret faas.Secret) (faas.Identity, error)
	IdentityOfToken(ctx context.Context, text string) (faas.Identity, error)
	// EndSession ends one of the actor's own sessions; NotFound when it is gone.
	EndSession(ctx context.Context, a faas.Actor, sessionID string) error
}

// Sessions tells who is asking, by token or by cookie, and signs browsers in and out.
type Sessions struct {
	store *sessionStore
	name  string // of the cookie
}

// NewSessions makes the sessions of a door. https says that browsers reach the server by https only: then the cookie
// gets the prefix that keeps other sites of the domain from setting it, and never travels in clear.
func NewSessions(people People, door faas.Door, https bool) *Sessions {
	name := "verso"
	if https {
		name = "__Host-verso"
	}
	return &Sessions{name: name, store: &sessionStore{people: people, door: door, options: sessions.Options{
		Path: "/", MaxAge: int(faas.SessionLife.Seconds()), Secure: https, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	}}}
}

// Identity returns who is asking; the zero Identity for nobody known by a cookie. A token that opens nothing is an error
// of its own, Unauthenticated, and so is what keeps us from looking (Unavailable): neither is somebody signed out. It
// looks once a request where Addresses is in the chain.
func (s *Sessions) Identity(r *http.Request) (faas.Identity, error) {
	c := callerOf(r)
	if !c.asked {
		c.who, c.err = s.find(r)
		c.asked = true
	}
	return c.who, c.err
}

// Sent reports whether a browser sends a session's cookie, whether or not it still opens anything.
func (s *Sessions) Sent(r *http.Request) bool {
	_, err := r.Cookie(s.name)
	return err == nil
}

func (s *Sessions) find(r *http.Request) (faas.Identity, error) {
	token, sent, err := Token(r)
	if err != nil {
		return faas.Identity{}, err
	}
	if sent {
		return s.store.people.IdentityOfToken(r.Context(), token)
	}
	session, err := s.store.Get(r, s.name)
	return identityOf(session), err
}

// Begin signs the browser in as a person who has just proved who they are. What it had before is ended, and its cookie
// gets a new value. Call it before the answer begins. For the rest of this request Identity tells who sent it.
func (s *Sessions) Begin(w http.ResponseWriter, r *http.Request, p faas.Person) error {
	session, err := s.store.Get(r, s.name)
	if err != nil {
		return err
	}
	session.Values[personKey{}] = p
	return session.Save(r, w)
}

// End signs the browser out: the session is over, the cookie goes, and so does what the browser keeps of our pages. When
// the session could not be ended the cookie stays, so that the person can try again.
func (s *Sessions) End(w http.ResponseWriter, r *http.Request) error {
	session, err := s.store.Get(r, s.name)
	if err != nil {
		return err
	}
	session.Options.MaxAge = -1
	if err := session.Save(r, w); err != nil {
		return err
	}
	w.Header().Set("Clear-Site-Data", `"cache", "storage"`)
	return nil
}
