package service

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base32"
	"strings"
	"time"

	"verso/faas"
)

// TokenInput is what a person says of a new token or access key.
type TokenInput struct {
	Name     string
	Role     faas.Role     // at most this; NoRole for one's own
	ReadOnly bool          // may change nothing
	Life     time.Duration // 0 for ever
	By       faas.Actor    // an administrator who makes it in the name of the actor; zero for the actor
}

// maker is who makes a token, for its line in the record, and what that says of it.
func (in TokenInput) maker(owner faas.Actor, t faas.Token) (maker faas.Actor, detail string) {
	if in.By.ID == "" {
		return owner, t.Name
	}
	in.By.ProjectID = owner.ProjectID
	return in.By, t.Name + " for " + owner.Name
}

// CreateToken makes a token of the actor in their project. Its text is returned here and never again.
func (s *Service) CreateToken(ctx context.Context, a faas.Actor, in TokenInput) (faas.Secret, faas.Token, error) {
	t, err := s.newToken(a, in, newTokenID())
	if err != nil {
		return "", t, err
	}
	secret := newSecret()
	text := faas.TokenText(t.ID, secret)
	t.Last4 = string(text[len(text)-4:])
	maker, detail := in.maker(a, t)
	line, err := s.audit(maker, "token.create", t.ID, detail)
	if err != nil {
		return "", t, err
	}
	return text, t, s.store.AddToken(ctx, t, hashOf(secret), line)
}

// newToken checks the input: nobody makes a token that may do more than they may.
func (s *Service) newToken(a faas.Actor, in TokenInput, id string) (faas.Token, error) {
	if err := a.Need(faas.RightOwnTokens); err != nil {
		return faas.Token{}, err
	}
	if in.By.ID != "" && in.By.Need(faas.RightChangePeople) != nil {
		return faas.Token{}, in.By.Need(faas.RightChangePeople)
	}
	if in.Role == faas.NoRole {
		in.Role = a.Role
	}
	var p faas.Problems
	p.Merge(faas.CheckTokenName(in.Name))
	if in.Role > a.Role {
		p.Add("role", "A token can have %s, %s, at most.", roleOf(a), a.Role)
	}
	if in.Life < 0 || in.Life > faas.TokenLifeMax {
		p.Add("expires", "Choose a time of at most ten years.")
	}
	now := s.now()
	t := faas.Token{
		ID: id, Name: strings.TrimSpace(in.Name), ProjectID: a.ProjectID, PersonID: a.ID, Person: a.Name,
		Role: in.Role, ReadOnly: in.ReadOnly, CreatedAt: now,
	}
	if in.Life > 0 {
		t.ExpiresAt = now.Add(in.Life)
	}
	return t, p.Err()
}

// roleOf says whose role it is to who reads it: on the command line tokens are made for somebody else.
func roleOf(a faas.Actor) string {
	if a.Door == faas.DoorCommandLine {
		return a.Name + "'s role"
	}
	return "your own role"
}

// newTokenID makes a public id of 16 characters.
func newTokenID() string {
	b := make([]byte, 10)
	_, _ = rand.Read(b) // never fails: the runtime ends the program instead
	return strings.ToLower(base32.StdEncoding.EncodeToString(b))
}

// IdentityOfToken finds whose token a text is. Unauthenticated when it opens nothing, or nothing any more.
func (s *Service) IdentityOfToken(ctx context.Context, text string) (faas.Identity, error) {
	none := faas.Errorf(faas.Unauthenticated, "The token is not known here, or it is revoked or expired.")
	id, secret, ok := faas.ParseToken(text)
	if !ok {
		return faas.Identity{}, none
	}
	who, hash, err := s.store.IdentityByToken(ctx, id)
	if faas.Is(err, faas.NotFound) {
		return faas.Identity{}, none
	}
	if err != nil {
		return faas.Identity{}, err
	}
	now := s.now()
	if subtle.ConstantTimeCompare([]byte(hashOf(secret)), []byte(hash)) != 1 || !who.Token.Live(now) || who.Person.Disabled {
		return faas.Identity{}, none
	}
	if now.Sub(who.Token.UsedAt) >= seenEvery {
		// Best effort: a request must not fail because its time could not be noted.
		_ = s.store.SeeToken(ctx, id, now)
	}
	return who, nil
}

// Tokens lists the actor's own tokens in their project, or everybody's, newest first.
func (s *Service) Tokens(ctx context.Context, a faas.Actor, everybody bool, page faas.Page) (faas.List[faas.Token], error) {
	f, err := tokenFilter(a, everybody, page)
	if err != nil {
		return faas.List[faas.Token]{}, err
	}
	return s.store.Tokens(ctx, f)
}

func tokenFilter(a faas.Actor, everybody bool, page faas.Page) (faas.TokenFilter, error) {
	f := faas.TokenFilter{ProjectID: a.ProjectID, PersonID: a.ID, Page: page}
	if !everybody {
		return f, a.Need(faas.RightOwnTokens)
	}
	f.PersonID = ""
	return f, a.Need(faas.RightManageTokens)
}

// RevokeToken ends a token at once: one's own, or anybody's for who manages them. NotFound for any other.
func (s *Service) RevokeToken(ctx context.Context, a faas.Actor, id string) error {
	owner, err := revoker(a)
	if err != nil {
		return err
	}
	line, err := s.audit(a, "token.revoke", id, "")
	if err != nil {
		return err
	}
	return s.store.RevokeToken(ctx, a.ProjectID, owner, id, s.now(), line)
}

// revoker is whose tokens the actor may revoke; empty for everybody's.
func revoker(a faas.Actor) (owner string, err error) {
	if a.Need(faas.RightManageTokens) == nil {
		return "", nil
	}
	return a.ID, a.Need(faas.RightOwnTokens)
}
