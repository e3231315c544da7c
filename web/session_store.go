package web

import (
	"net/http"

	"github.com/gorilla/sessions"

	"verso/faas"
)

// sessionStore is a store for gorilla/sessions whose cookies hold a random secret and nothing else. Who that is, and
// until when, is known to People. A value that was not issued by them is never taken over.
type sessionStore struct {
	people  People
	door    faas.Door
	options sessions.Options
}

var _ sessions.Store = (*sessionStore)(nil)

// The keys of a session's values. None of them is ever written anywhere.
type (
	identityKey struct{} // faas.Identity: who signed in
	personKey   struct{} // faas.Person: who is to be signed in by Save
)

func identityOf(session *sessions.Session) faas.Identity {
	who, _ := session.Values[identityKey{}].(faas.Identity)
	return who
}

// Get is New, once a request.
func (s *sessionStore) Get(r *http.Request, name string) (*sessions.Session, error) {
	return sessions.GetRegistry(r).Get(s, name)
}

// New finds the session of the request's cookie. Without one, or with one that opens nothing, the session is new and
// nobody's; an error means that we could not look.
func (s *sessionStore) New(r *http.Request, name string) (*sessions.Session, error) {
	session := sessions.NewSession(s, name)
	options := s.options
	session.Options, session.IsNew = &options, true
	secret, ok := sessionCookie(r, name)
	if !ok {
		return session, nil
	}
	who, err := s.people.IdentityOfSession(r.Context(), secret)
	if faas.Is(err, faas.Unauthenticated) {
		return session, nil
	}
	if err != nil {
		return session, err
	}
	session.ID, session.IsNew = who.Session.ID, false
	session.Values[identityKey{}] = who
	return session, nil
}

// longestSecret is more than any secret that we issue has, in bytes.
const longestSecret = 128

// sessionCookie returns what the request's one cookie of that name holds. Two of them mean that somebody else set one,
// and nobody can tell which: none counts. Beside a token none counts either.
func sessionCookie(r *http.Request, name string) (faas.Secret, bool) {
	if len(tokens(r)) > 0 {
		return "", false
	}
	found := r.CookiesNamed(name)
	if len(found) != 1 || found[0].Value == "" || len(found[0].Value) > longestSecret {
		return "", false
	}
	return faas.Secret(found[0].Value), true
}

// Save does what was asked of the session: sign out (a negative MaxAge) or sign somebody in. Otherwise there is nothing
// to save, because nothing is kept in it.
func (s *sessionStore) Save(r *http.Request, w http.ResponseWriter, session *sessions.Session) error {
	person, begins := session.Values[personKey{}].(faas.Person)
	ends := session.Options.MaxAge < 0
	if !begins && !ends {
		return nil
	}
	if err := s.endOld(r, session); err != nil {
		return err
	}
	if ends {
		http.SetCookie(w, sessions.NewCookie(session.Name(), "", session.Options))
		return nil
	}
	delete(session.Values, personKey{})
	secret, err := s.people.StartSession(r.Context(), From(r, s.door), person, faas.RedactTokens(r.UserAgent()))
	if err != nil {
		return err
	}
	http.SetCookie(w, sessions.NewCookie(session.Name(), string(secret), session.Options))
	return nil
}

// endOld ends the session that the request came with, if it still runs.
func (s *sessionStore) endOld(r *http.Request, session *sessions.Session) error {
	who := identityOf(session)
	if !who.Known() {
		return nil
	}
	from := From(r, s.door)
	actor := who.Actor("")
	actor.Door, actor.RequestID, actor.Address = from.Door, from.RequestID, from.Address
	err := s.people.EndSession(r.Context(), actor, who.Session.ID)
	if err != nil && !faas.Is(err, faas.NotFound) && !faas.Is(err, faas.Unauthenticated) { // with either it had ended already
		return err
	}
	delete(session.Values, identityKey{})
	session.ID, session.IsNew = "", true
	return nil
}
