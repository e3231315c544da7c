package db

import (
	"context"
	"fmt"
	"time"

	"verso/faas"
)

const (
	// Whoever adds a person or changes who administers the installation waits here for the one before.
	installationLock = `UPDATE installation SET setup_expires = setup_expires WHERE id = 1 RETURNING setup_hash, setup_expires`
	setupOffer       = `UPDATE installation SET setup_hash = ?, setup_expires = ? WHERE id = 1`
	setupSelect      = `SELECT setup_hash, setup_expires FROM installation WHERE id = 1`
	personFirst      = `SELECT COALESCE(min(id), '') FROM people`
)

// errNoOffer is the one answer to a set-up secret that opens nothing, whatever the reason.
var errNoOffer = faas.Errorf(faas.NotFound, "There is no such set-up link.")

// offer is the set-up link that may be used now; the hash is empty when there is none.
type offer struct {
	hash    string
	expires int64
}

func (o offer) takes(hash string, now time.Time) bool {
	return hash != "" && o.hash == hash && micros(now) < o.expires
}

// OfferSetup stores the hash of a set-up secret in place of any earlier one, unless there is a person already.
func (s *Store) OfferSetup(ctx context.Context, hash string, expires time.Time) (offered bool, err error) {
	err = s.tx(ctx, func(t *tx) error {
		_, anybody, err := t.lockInstallation()
		if err != nil || anybody {
			return err
		}
		offered = true
		return t.setOffer(hash, micros(expires))
	})
	return offered && err == nil, err
}

// CheckSetup returns nil while a set-up secret of this hash is good, and otherwise NotFound.
func (s *Store) CheckSetup(ctx context.Context, hash string, now time.Time) error {
	var o offer
	if err := s.read.row(ctx, setupSelect).scan(&o.hash, &o.expires); err != nil {
		return fmt.Errorf("read the set-up offer: %w", err)
	}
	anybody, err := s.AnyPerson(ctx)
	if err != nil {
		return err
	}
	if anybody || !o.takes(hash, now) {
		return errNoOffer
	}
	return nil
}

// FinishSetup uses up the offer and stores the first person with the membership. The lock and the look for people
// behind it make it work once, however many try.
func (s *Store) FinishSetup(ctx context.Context, hash string, now time.Time, p faas.Person, password string, m faas.Member, a faas.Audit) error {
	return s.tx(ctx, func(t *tx) error {
		o, anybody, err := t.lockInstallation()
		if err != nil {
			return err
		}
		if anybody || !o.takes(hash, now) {
			return errNoOffer
		}
		if err := t.setOffer("", 0); err != nil {
			return err
		}
		if err := t.addPerson(p, password); err != nil {
			return err
		}
		if m.ProjectID != "" {
			m.PersonID, m.Person = p.ID, p.Name
			if err := t.putMember(m); err != nil {
				return err
			}
		}
		if err := t.audit(a); err != nil || m.ProjectID == "" {
			return err
		}
		return t.auditMember(m, a)
	})
}

// auditMember tells the project, too, that it has a member by another's deed.
func (t *tx) auditMember(m faas.Member, a faas.Audit) error {
	a.ID, a.ProjectID, a.Kind, a.Action = "", m.ProjectID, faas.AuditSettings, "member.set"
	a.Target, a.Detail = m.PersonID, m.Person+", "+m.Role.String()
	if !a.At.IsZero() {
		a.At = a.At.Add(time.Microsecond) // after the person's own
	}
	return t.audit(a)
}

// AnyPerson reports whether anybody exists.
func (s *Store) AnyPerson(ctx context.Context) (bool, error) {
	return anyPerson(s.read.row(ctx, personFirst))
}

func anyPerson(r row) (bool, error) {
	var id string
	if err := r.scan(&id); err != nil {
		return false, fmt.Errorf("look for people: %w", err)
	}
	return id != "", nil
}

// lockInstallation makes others who lock it wait until this transaction ends. What it tells holds until then.
func (t *tx) lockInstallation() (o offer, anybody bool, err error) {
	if err := t.row(installationLock).scan(&o.hash, &o.expires); err != nil {
		return o, false, fmt.Errorf("lock the installation: %w", err)
	}
	anybody, err = anyPerson(t.row(personFirst))
	return o, anybody, err
}

func (t *tx) setOffer(hash string, expires int64) error {
	if _, err := t.exec(setupOffer, hash, expires); err != nil {
		return fmt.Errorf("store the set-up offer: %w", err)
	}
	return nil
}
