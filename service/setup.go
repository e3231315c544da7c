package service

import (
	"context"
	"encoding/base64"
	"time"

	"verso/faas"
)

// setupLife is how long a set-up link is good for.
const setupLife = time.Hour

// OfferSetup makes the secret of the link that makes the first administrator; an earlier one is no longer good. Not
// offered when there is anybody already.
func (s *Service) OfferSetup(ctx context.Context) (secret faas.Secret, offered bool, err error) {
	text := newSecret()
	offered, err = s.store.OfferSetup(ctx, hashOf(text), s.now().Add(setupLife))
	if err != nil || !offered {
		return "", false, err
	}
	return faas.Secret(text), true, nil
}

// CheckSetup returns nil while a set-up secret is good, and otherwise one NotFound, whatever the reason.
func (s *Service) CheckSetup(ctx context.Context, secret faas.Secret) error {
	if len(secret) != base64.RawURLEncoding.EncodedLen(secretBytes) {
		return s.noSetup(ctx, nil)
	}
	err := s.store.CheckSetup(ctx, hashOf(string(secret)), s.now())
	if faas.Is(err, faas.NotFound) {
		return s.noSetup(ctx, err)
	}
	return err
}

// FinishSetup uses up the link: it makes the first administrator, owner of the default project. Two at once make one.
func (s *Service) FinishSetup(ctx context.Context, from faas.Actor, secret faas.Secret, name string, password faas.Secret) (faas.Person, error) {
	if err := s.CheckSetup(ctx, secret); err != nil {
		return faas.Person{}, err
	}
	p, hash, err := s.newPerson(ctx, name, password)
	if err != nil {
		return faas.Person{}, err
	}
	p.Admin = true
	project, err := s.store.ProjectByName(ctx, faas.DefaultProject)
	if err != nil {
		return faas.Person{}, err
	}
	from.ID, from.Name = p.ID, p.Name
	line, err := s.audit(from, "person.setup", p.ID, p.Name)
	if err != nil {
		return faas.Person{}, err
	}
	m := faas.Member{
		ProjectID: project.ID, Project: project.Name, PersonID: p.ID, Person: p.Name, Role: faas.Owner,
		AddedAt: p.CreatedAt, AddedBy: p.Name,
	}
	err = s.store.FinishSetup(ctx, hashOf(string(secret)), s.now(), p, hash, m, line)
	if faas.Is(err, faas.NotFound) {
		err = s.noSetup(ctx, err)
	}
	return p, err
}

// noSetup says how to go on. Whether anybody can sign in is no secret: the sign-in page says it too.
func (s *Service) noSetup(ctx context.Context, err error) error {
	anybody, failed := s.AnyPerson(ctx)
	if failed != nil {
		return failed
	}
	message := "This set-up link has been used or is too old. Sign in instead."
	if !anybody {
		message = "This set-up link is used or too old. Start the server again for a new one, or make the first administrator with: verso user add NAME --admin --password-stdin"
	}
	return &faas.Error{Kind: faas.NotFound, Err: err, Message: message}
}

// AnyPerson reports whether anybody can sign in at all.
func (s *Service) AnyPerson(ctx context.Context) (bool, error) { return s.store.AnyPerson(ctx) }
