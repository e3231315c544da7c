package service

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"strings"
	"time"
	"unicode"

	"verso/faas"
)

// secretBytes is the length of what sessions, tokens and set-up links are opened with: 256 bits.
const secretBytes = 32

// seenEvery is how often the last use of a session or token is written at most.
const seenEvery = time.Minute

// agentRunes is how much of a browser's name for itself is kept.
const agentRunes = 200

// newSecret makes a random secret of 43 characters.
func newSecret() string {
	b := make([]byte, secretBytes)
	_, _ = rand.Read(b) // never fails: the runtime ends the program instead
	return base64.RawURLEncoding.EncodeToString(b)
}

// hashOf is what is stored of a random secret. It needs no salt: nobody can guess 256 bits.
func hashOf(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// StartSession begins a session of a person who has just proved who they are, and returns what its cookie is to hold.
func (s *Service) StartSession(ctx context.Context, from faas.Actor, p faas.Person, agent string) (faas.Secret, error) {
	id, err := newID()
	if err != nil {
		return "", err
	}
	now := s.now()
	session := faas.Session{
		ID: id, PersonID: p.ID, CreatedAt: now, SeenAt: now, ExpiresAt: now.Add(faas.SessionLife),
		Address: from.Address, Agent: cleanAgent(agent),
	}
	from.ID, from.Name = p.ID, p.Name
	line, err := s.audit(from, "session.start", id, "")
	if err != nil {
		return "", err
	}
	secret := newSecret()
	return faas.Secret(secret), s.store.AddSession(ctx, session, hashOf(secret), p.Verified, line)
}

// cleanAgent bounds a browser's name for itself and takes out what is not printed.
func cleanAgent(agent string) string {
	runes := []rune(strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) || r == unicode.ReplacementChar {
			return -1
		}
		return r
	}, agent))
	return string(runes[:min(len(runes), agentRunes)])
}

// IdentityOfSession finds who a cookie belongs to. Unauthenticated when it opens nothing, or nothing any more.
func (s *Service) IdentityOfSession(ctx context.Context, secret faas.Secret) (faas.Identity, error) {
	none := faas.Errorf(faas.Unauthenticated, "Sign in first.")
	if len(secret) != base64.RawURLEncoding.EncodedLen(secretBytes) {
		return faas.Identity{}, none
	}
	who, err := s.store.IdentityBySession(ctx, hashOf(string(secret)))
	if faas.Is(err, faas.NotFound) {
		return faas.Identity{}, none
	}
	if err != nil {
		return faas.Identity{}, err
	}
	now := s.now()
	if who.Person.Disabled || !who.Session.Live(now) {
		return faas.Identity{}, none
	}
	if now.Sub(who.Session.SeenAt) >= seenEvery {
		// Best effort: a request must not fail because its time could not be noted.
		_ = s.store.SeeSession(ctx, who.Session.ID, now)
	}
	return who, nil
}

// Sessions lists the actor's own sessions, last seen first.
func (s *Service) Sessions(ctx context.Context, a faas.Actor) ([]faas.Session, error) {
	if err := a.Need(faas.RightAccount); err != nil {
		return nil, err
	}
	return s.liveSessions(ctx, a.ID)
}

// SessionsOf lists a person's sessions for an administrator.
func (s *Service) SessionsOf(ctx context.Context, a faas.Actor, person string) ([]faas.Session, error) {
	p, err := s.Person(ctx, a, person)
	if err != nil {
		return nil, err
	}
	return s.liveSessions(ctx, p.ID)
}

func (s *Service) liveSessions(ctx context.Context, personID string) ([]faas.Session, error) {
	list, err := s.store.Sessions(ctx, personID)
	now := s.now()
	var live []faas.Session
	for _, session := range list {
		if session.Live(now) {
			live = append(live, session)
		}
	}
	return live, err
}

// EndSession ends one of the actor's own sessions. NotFound for anybody else's.
func (s *Service) EndSession(ctx context.Context, a faas.Actor, sessionID string) error {
	if err := a.Need(faas.RightAccount); err != nil {
		return err
	}
	a.ProjectID = ""
	detail := ""
	if sessionID == a.SessionID {
		detail = "signed out"
	}
	line, err := s.audit(a, "session.end", sessionID, detail)
	if err != nil {
		return err
	}
	return s.store.EndSession(ctx, a.ID, sessionID, line)
}

// EndOtherSessions ends all of the actor's sessions but the one they came by.
func (s *Service) EndOtherSessions(ctx context.Context, a faas.Actor) (int, error) {
	if err := a.Need(faas.RightAccount); err != nil {
		return 0, err
	}
	a.ProjectID = ""
	line, err := s.audit(a, "session.end-others", a.ID, "")
	if err != nil {
		return 0, err
	}
	return s.store.EndSessions(ctx, a.ID, a.SessionID, line)
}

// EndSessionsOf ends all sessions of a person, for an administrator.
func (s *Service) EndSessionsOf(ctx context.Context, a faas.Actor, person string) (int, error) {
	if err := a.Need(faas.RightChangePeople); err != nil {
		return 0, err
	}
	p, err := s.Person(ctx, a, person)
	if err != nil {
		return 0, err
	}
	line, err := s.audit(a, "session.end-all", p.ID, p.Name)
	if err != nil {
		return 0, err
	}
	return s.store.EndSessions(ctx, p.ID, "", line)
}
