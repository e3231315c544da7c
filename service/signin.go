package service

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"time"

	"verso/faas"
)

// Limits of attempts to sign in. They are counted in the database, so a restart or a second process changes nothing, and
// an attempt is counted before its password is hashed. One that succeeds is given back.
const (
	tryWindow       = 15 * time.Minute
	triesOfBoth     = 10  // of one name from one address
	triesOfAccount  = 100 // of one name from everywhere
	triesOfAddress  = 50  // of any names from one address
	longestTypedIn  = 256 // bytes of a name that is looked at
	failedSignIn    = "session.refused"
	unknownName     = "(an unknown name)"
	wrongNameOrPass = "Name or password is wrong."
)

// SignIn finds the person of that name and password. Of from only door, request and address count. The answer to a
// wrong password, an unknown name and a disabled person is one Unauthenticated, after the same work; Exhausted with a
// wait when there were too many attempts. Every counted failure is a line of the record.
func (s *Service) SignIn(ctx context.Context, from faas.Actor, name string, password faas.Secret) (faas.Person, error) {
	if len(name) > longestTypedIn || len(password) > faas.PasswordBytes {
		return faas.Person{}, faas.Invalidf("password", "Name or password is longer than any can be.")
	}
	name = faas.PersonName(name)
	p, err := s.store.PersonByName(ctx, name)
	if err != nil && !faas.Is(err, faas.NotFound) {
		return faas.Person{}, err
	}
	tries, err := s.triesOf(ctx, p, name, from.Address)
	if err != nil {
		return faas.Person{}, err
	}
	right, err := s.tryPassword(ctx, tries, &p, password)
	if err != nil {
		from.ID, from.Name = "", cmp.Or(p.Name, unknownName)
		return faas.Person{}, s.recordLimit(ctx, from, name, err)
	}
	if !right || p.Disabled {
		return faas.Person{}, s.refuseSignIn(ctx, from, p)
	}
	return p, nil
}

// tryPassword counts an attempt, compares the password, and gives the attempt back unless the password was wrong. What
// it was compared with is noted in the person.
func (s *Service) tryPassword(ctx context.Context, tries []faas.Try, p *faas.Person, password faas.Secret) (right bool, err error) {
	if err := s.takeTry(ctx, tries); err != nil {
		return false, err
	}
	right, err = s.isPassword(ctx, p, password)
	var shared, own []string
	for i, try := range tries {
		if i == 0 && err == nil {
			own = append(own, try.Key) // whoever knows the password starts anew
			continue
		}
		shared = append(shared, try.Key)
	}
	if err == nil && (!right || p.Disabled) {
		return false, nil
	}
	return right, errors.Join(err, s.store.GiveBack(ctx, shared, own))
}

// isPassword compares a password with a person's, and renews a hash that was made under older costs. Somebody unknown
// costs as much.
func (s *Service) isPassword(ctx context.Context, p *faas.Person, password faas.Secret) (bool, error) {
	hash, err := s.store.PasswordOf(ctx, p.ID)
	if err != nil && !faas.Is(err, faas.NotFound) {
		return false, err
	}
	right, current, err := s.verifyPassword(ctx, hash, password)
	p.Verified = faas.Secret(hash)
	if err != nil || !right || current {
		return right, err
	}
	renewed, err := s.hashPassword(ctx, password)
	if err != nil {
		return false, err
	}
	p.Verified = faas.Secret(renewed)
	return true, s.store.RenewPassword(ctx, p.ID, hash, renewed)
}

// refuseSignIn records a failed attempt and returns the answer that tells nothing. A name that is nobody's is not
// recorded: somebody may have typed their password into the wrong field, and nobody can take a line back.
func (s *Service) refuseSignIn(ctx context.Context, from faas.Actor, known faas.Person) error {
	from.Name = cmp.Or(known.Name, unknownName)
	detail := ""
	if known.Disabled {
		detail = "disabled" // only administrators read this line
	}
	line, err := s.audit(from, failedSignIn, "", detail)
	if err != nil {
		return err
	}
	line.Result = faas.AuditRefused
	if err := s.store.AddAudit(ctx, line); err != nil {
		return err
	}
	return faas.Errorf(faas.Unauthenticated, wrongNameOrPass)
}

// checkOwnPassword makes sure that whoever asks is still the person, under the limits of signing in. Invalid on
// "password" when it is wrong; Forbidden for somebody who has none. The purpose is a line of the record that is written
// when it is wrong, in the actor's project.
func (s *Service) checkOwnPassword(ctx context.Context, a faas.Actor, purpose purpose, password faas.Secret) error {
	p, err := s.store.PersonByID(ctx, a.ID)
	if err != nil {
		return err
	}
	if p.Disabled { // since the request began
		return faas.Errorf(faas.Unauthenticated, "Sign in first.")
	}
	if hash, err := s.store.PasswordOf(ctx, p.ID); err != nil {
		return err
	} else if hash == "" {
		return faas.Errorf(faas.Forbidden, "You sign in with another provider and have no password here, so this cannot be confirmed. Ask an administrator for a password: verso user passwd %s.", p.Name)
	}
	if len(password) > faas.PasswordBytes {
		return faas.Invalidf("password", "The password is wrong.")
	}
	right, err := s.tryPassword(ctx, ownTries(a), &p, password)
	if err != nil {
		return s.recordLimit(ctx, a, a.ID, err)
	}
	if !right {
		return s.refusePassword(ctx, a, purpose)
	}
	return nil
}

// purpose is what a password is asked for once more.
type purpose struct{ functionID, target, detail string }

// refusePassword records that somebody who is signed in did not know the password.
func (s *Service) refusePassword(ctx context.Context, a faas.Actor, p purpose) error {
	line, err := s.auditOf(a, p.functionID, "password.refused", p.target, p.detail)
	if err != nil {
		return err
	}
	line.Result = faas.AuditRefused
	if err := s.store.AddAudit(ctx, line); err != nil {
		return err
	}
	return faas.Invalidf("password", "The password is wrong.")
}

func (s *Service) takeTry(ctx context.Context, tries []faas.Try) error {
	wait, err := s.store.TakeTry(ctx, tries, s.now())
	if err != nil || wait <= 0 {
		return err
	}
	minutes := int(wait.Minutes()) + 1
	return &faas.Error{
		Kind: faas.Exhausted, Wait: wait,
		Message: fmt.Sprintf("There were too many attempts to sign in. Try again in %d %s.", minutes, plural(minutes, "minute", "minutes")),
	}
}

// recordLimit records that an attempt was not even looked at, and returns the reason; other errors it only returns. A
// name, and an address, has one such line a minute: whoever goes on writes no more.
func (s *Service) recordLimit(ctx context.Context, a faas.Actor, name string, why error) error {
	if faas.WaitOf(why) < time.Minute/4 { // no limit, or a queue that is gone in seconds
		return why
	}
	now := s.now()
	if s.limited.count(tryKey("address", neighbourhood(a.Address)), now) > 1 || s.limited.count(tryKey("name", name), now) > 1 {
		return why
	}
	line, err := s.audit(a, "session.limited", a.ID, "")
	if err != nil {
		return err
	}
	line.Result = faas.AuditRefused
	if err := s.store.AddAudit(ctx, line); err != nil {
		return err
	}
	return why
}

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// triesOf are the counters of an attempt to sign in: the name from this address, the address, and the name from
// everywhere. The last one does not count where the person has signed in before: whoever floods it from elsewhere keeps
// them out of nowhere that they come from.
func (s *Service) triesOf(ctx context.Context, p faas.Person, name, address string) ([]faas.Try, error) {
	near := neighbourhood(address)
	tries := []faas.Try{
		{Key: tryKey("both", name, near), Limit: triesOfBoth, Window: tryWindow},
		{Key: tryKey("address", near), Limit: triesOfAddress, Window: tryWindow},
	}
	sessions, err := s.store.Sessions(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	if slices.ContainsFunc(sessions, func(session faas.Session) bool { return neighbourhood(session.Address) == near }) {
		return tries, nil
	}
	return append(tries, faas.Try{Key: tryKey("account", name), Limit: triesOfAccount, Window: tryWindow}), nil
}

// ownTries are the counters of somebody who is signed in and gives their password once more. Nobody else moves the first.
func ownTries(a faas.Actor) []faas.Try {
	return []faas.Try{
		{Key: tryKey("own", a.ID, a.SessionID), Limit: triesOfBoth, Window: tryWindow},
		{Key: tryKey("address", neighbourhood(a.Address)), Limit: triesOfAddress, Window: tryWindow},
	}
}

// tryKey hashes a counter's name, so that the table holds no names that were typed by mistake. Parts hold no NUL: a
// name with one is nobody's and counts as written.
func tryKey(parts ...string) string {
	h := sha256.New()
	for _, part := range parts {
		_, _ = fmt.Fprintf(h, "%d:%s", len(part), part) // a hash takes everything
	}
	return hex.EncodeToString(h.Sum(nil))
}

// neighbourhood is the address, or for IPv6 its /64: whoever has one address there has all of them.
func neighbourhood(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil || !ip.Unmap().Is6() {
		return address
	}
	near, err := ip.Prefix(64)
	if err != nil {
		return address
	}
	return near.String()
}
