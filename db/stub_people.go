package db

import (
	"context"
	"errors"
	"time"

	"verso/faas"
)

var errNotBuilt = errors.New("not built yet")

func (s *Store) AddPerson(ctx context.Context, p faas.Person, hash string, a faas.Audit) (err error) {
	err = errNotBuilt
	return
}

func (s *Store) PersonByID(ctx context.Context, id string) (r0 faas.Person, err error) {
	err = errNotBuilt
	return
}

func (s *Store) PersonByName(ctx context.Context, name string) (r0 faas.Person, err error) {
	err = errNotBuilt
	return
}

func (s *Store) PersonBySubject(ctx context.Context, issuer, subject string) (r0 faas.Person, err error) {
	err = errNotBuilt
	return
}

func (s *Store) PasswordOf(ctx context.Context, personID string) (r0 string, err error) {
	err = errNotBuilt
	return
}

func (s *Store) SetPassword(ctx context.Context, personID, hash, keepSession string, rehash bool, a faas.Audit) (err error) {
	err = errNotBuilt
	return
}

func (s *Store) SetPerson(ctx context.Context, p faas.Person, a faas.Audit) (err error) {
	err = errNotBuilt
	return
}

func (s *Store) People(ctx context.Context, f faas.PersonFilter) (r0 faas.List[faas.Person], err error) {
	err = errNotBuilt
	return
}

func (s *Store) OfferSetup(ctx context.Context, hash string, expires time.Time) (r0 bool, err error) {
	err = errNotBuilt
	return
}

func (s *Store) CheckSetup(ctx context.Context, hash string, now time.Time) (err error) {
	err = errNotBuilt
	return
}

func (s *Store) FinishSetup(ctx context.Context, hash string, now time.Time, p faas.Person, password string, m faas.Member, a faas.Audit) (err error) {
	err = errNotBuilt
	return
}

func (s *Store) AnyPerson(ctx context.Context) (r0 bool, err error) {
	err = errNotBuilt
	return
}

func (s *Store) TakeTry(ctx context.Context, tries []faas.Try, now time.Time) (r0 time.Duration, err error) {
	err = errNotBuilt
	return
}

func (s *Store) GiveBack(ctx context.Context, keys, forget []string) (err error) {
	err = errNotBuilt
	return
}

func (s *Store) AddSession(ctx context.Context, session faas.Session, hash string, a faas.Audit) (err error) {
	err = errNotBuilt
	return
}

func (s *Store) IdentityBySession(ctx context.Context, hash string) (r0 faas.Identity, err error) {
	err = errNotBuilt
	return
}

func (s *Store) SeeSession(ctx context.Context, sessionID string, at time.Time) (err error) {
	err = errNotBuilt
	return
}

func (s *Store) EndSession(ctx context.Context, personID, sessionID string, a faas.Audit) (err error) {
	err = errNotBuilt
	return
}

func (s *Store) EndSessions(ctx context.Context, personID, keepID string, a faas.Audit) (r0 int, err error) {
	err = errNotBuilt
	return
}

func (s *Store) Sessions(ctx context.Context, personID string) (r0 []faas.Session, err error) {
	err = errNotBuilt
	return
}

func (s *Store) AddToken(ctx context.Context, t faas.Token, hash string, a faas.Audit) (err error) {
	err = errNotBuilt
	return
}

func (s *Store) IdentityByToken(ctx context.Context, id string) (r0 faas.Identity, r1 string, err error) {
	err = errNotBuilt
	return
}

func (s *Store) Tokens(ctx context.Context, f faas.TokenFilter) (r0 faas.List[faas.Token], err error) {
	err = errNotBuilt
	return
}

func (s *Store) RevokeToken(ctx context.Context, projectID, personID, id string, at time.Time, a faas.Audit) (err error) {
	err = errNotBuilt
	return
}

func (s *Store) SeeToken(ctx context.Context, id string, at time.Time) (err error) {
	err = errNotBuilt
	return
}

func (s *Store) AddAccessKey(ctx context.Context, k faas.AccessKey, a faas.Audit) (err error) {
	err = errNotBuilt
	return
}

func (s *Store) IdentityByAccessKey(ctx context.Context, id string) (r0 faas.Identity, r1 faas.AccessKey, err error) {
	err = errNotBuilt
	return
}

func (s *Store) AccessKeys(ctx context.Context, f faas.TokenFilter) (r0 faas.List[faas.AccessKey], err error) {
	err = errNotBuilt
	return
}

func (s *Store) RevokeAccessKey(ctx context.Context, projectID, personID, id string, at time.Time, a faas.Audit) (err error) {
	err = errNotBuilt
	return
}

func (s *Store) SetMember(ctx context.Context, m faas.Member, a faas.Audit) (err error) {
	err = errNotBuilt
	return
}

func (s *Store) RemoveMember(ctx context.Context, projectID, personID string, a faas.Audit) (err error) {
	err = errNotBuilt
	return
}

func (s *Store) Members(ctx context.Context, f faas.MemberFilter) (r0 faas.List[faas.Member], err error) {
	err = errNotBuilt
	return
}

func (s *Store) MemberByID(ctx context.Context, projectID, personID string) (r0 faas.Member, err error) {
	err = errNotBuilt
	return
}

func (s *Store) SetFederated(ctx context.Context, p faas.Person, list []faas.Member, a faas.Audit) (err error) {
	err = errNotBuilt
	return
}

func (s *Store) AddAudit(ctx context.Context, a faas.Audit) (err error) {
	err = errNotBuilt
	return
}

func (s *Store) Audits(ctx context.Context, f faas.AuditFilter) (r0 faas.List[faas.Audit], err error) {
	err = errNotBuilt
	return
}

func (s *Store) AuditsOf(ctx context.Context, projectID, target string) (r0 []faas.Audit, err error) {
	err = errNotBuilt
	return
}

func (s *Store) EachAudit(ctx context.Context, f faas.AuditFilter, fn func(faas.Audit) error) (err error) {
	err = errNotBuilt
	return
}

func (s *Store) SecretKeys(ctx context.Context) (r0 []string, err error) {
	err = errNotBuilt
	return
}

func (s *Store) UseSecretKey(ctx context.Context, id string, at time.Time, a faas.Audit) (err error) {
	err = errNotBuilt
	return
}

func (s *Store) DropSecretKey(ctx context.Context, id string, a faas.Audit) (err error) {
	err = errNotBuilt
	return
}

func (s *Store) EachSealed(ctx context.Context, fn func(faas.SealedRow) error) (err error) {
	err = errNotBuilt
	return
}

func (s *Store) Reseal(ctx context.Context, old faas.SealedRow, values map[string]faas.Sealed) (r0 bool, err error) {
	err = errNotBuilt
	return
}

func (s *Store) ProtectTags(ctx context.Context, projectID string, tags []string, a faas.Audit) (err error) {
	err = errNotBuilt
	return
}
