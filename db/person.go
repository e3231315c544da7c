package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/jmoiron/sqlx"

	"verso/faas"
)

const personColumns = `id, name, admin, disabled, issuer, subject, created_at, seen_at`

const (
	personInsert    = `INSERT INTO people (` + personColumns + `, password) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`
	personByID      = `SELECT ` + personColumns + ` FROM people WHERE id = ?`
	personByName    = `SELECT ` + personColumns + ` FROM people WHERE name = ?`
	personBySubject = `SELECT ` + personColumns + ` FROM people WHERE issuer = ? AND subject = ? AND issuer <> ''`
	personUpdate    = `UPDATE people SET admin = ?, disabled = ? WHERE id = ?`
	personAdmin     = `SELECT COALESCE(min(id), '') FROM people WHERE admin AND NOT disabled AND id <> ?`

	passwordSelect = `SELECT password FROM people WHERE id = ?`
	passwordUpdate = `UPDATE people SET password = ? WHERE id = ?`
	passwordRenew  = `UPDATE people SET password = ? WHERE id = ? AND password = ?`
)

// AddPerson stores a person with the hash of their password. Conflict on "name" when the name is taken, on "subject"
// when the issuer's name for them is.
func (s *Store) AddPerson(ctx context.Context, p faas.Person, hash string, a faas.Audit) error {
	return s.txBy(ctx, a, func(t *tx) error {
		if _, _, err := t.lockInstallation(); err != nil {
			return err
		}
		if err := t.addPerson(p, hash); err != nil {
			return err
		}
		return t.audit(a)
	})
}

// addPerson looks first instead of reading the engine's error: the error does not say which of the two is taken. The
// installation is locked, so nobody comes between.
func (t *tx) addPerson(p faas.Person, hash string) error {
	if _, err := t.person(personByName, p.Name); err == nil {
		return taken("A person named %q exists already.", p.Name)
	} else if !faas.Is(err, faas.NotFound) {
		return err
	}
	if _, err := t.person(personBySubject, p.Issuer, p.Subject); err == nil {
		conflict := faas.Errorf(faas.Conflict, "This account of the identity provider belongs to somebody already.")
		conflict.Field = "subject"
		return conflict
	} else if !faas.Is(err, faas.NotFound) {
		return err
	}
	_, err := t.exec(personInsert, p.ID, p.Name, p.Admin, p.Disabled, p.Issuer, p.Subject, micros(p.CreatedAt), micros(p.SeenAt), hash)
	if err != nil {
		return fmt.Errorf("add person: %w", err)
	}
	return nil
}

// PersonByID finds a person.
func (s *Store) PersonByID(ctx context.Context, id string) (faas.Person, error) {
	return onePerson(s.read.row(ctx, personByID, id))
}

// PersonByName finds a person by the exact name.
func (s *Store) PersonByName(ctx context.Context, name string) (faas.Person, error) {
	return onePerson(s.read.row(ctx, personByName, name))
}

// PersonBySubject finds a person by the name that an identity provider has for them.
func (s *Store) PersonBySubject(ctx context.Context, issuer, subject string) (faas.Person, error) {
	return onePerson(s.read.row(ctx, personBySubject, issuer, subject))
}

func (t *tx) person(text string, args ...any) (faas.Person, error) {
	return onePerson(t.row(text, args...))
}

func onePerson(r row) (faas.Person, error) {
	var raw personRow
	if err := r.scan(raw.dest()...); err != nil {
		return faas.Person{}, missing(err, "person")
	}
	return raw.finish(), nil
}

// personRow is a row of personColumns on its way to a person.
type personRow struct {
	p             faas.Person
	created, seen int64
}

func (r *personRow) dest() []any {
	p := &r.p
	return []any{&p.ID, &p.Name, &p.Admin, &p.Disabled, &p.Issuer, &p.Subject, &r.created, &r.seen}
}

func (r *personRow) finish() faas.Person {
	r.p.CreatedAt, r.p.SeenAt = at(r.created), at(r.seen)
	return r.p
}

// People reads one page of all people by name.
func (s *Store) People(ctx context.Context, f faas.PersonFilter) (faas.List[faas.Person], error) {
	l := listing[faas.Person]{
		table: "people", columns: personColumns,
		key:   []keyColumn{nameKey},
		keyOf: func(p *faas.Person) []any { return []any{p.Name} },
		page:  f.Page,
		scan: func(rows *sqlx.Rows) (faas.Person, error) {
			var raw personRow
			err := rows.Scan(raw.dest()...)
			return raw.finish(), err
		},
	}
	list, err := l.read(ctx, s.read)
	if err != nil {
		return list, fmt.Errorf("list people: %w", err)
	}
	return list, nil
}

// SetPerson writes Admin and Disabled, and ends the sessions of who is disabled.
func (s *Store) SetPerson(ctx context.Context, p faas.Person, a faas.Audit) error {
	return s.ChangePerson(ctx, p.ID, func(now *faas.Person) { now.Admin, now.Disabled = p.Admin, p.Disabled }, a)
}

// ChangePerson is SetPerson of what change makes of the person: two who change different things at the same moment
// undo nothing of each other's.
func (s *Store) ChangePerson(ctx context.Context, personID string, change func(*faas.Person), a faas.Audit) error {
	return s.txBy(ctx, a, func(t *tx) error {
		if _, _, err := t.lockInstallation(); err != nil {
			return err
		}
		before, err := t.person(personByID, personID)
		if err != nil {
			return err
		}
		p := before
		change(&p)
		if before.Admin && !before.Disabled && (!p.Admin || p.Disabled) {
			if err := t.needOtherAdmin(p.ID); err != nil {
				return err
			}
		}
		if _, err := t.exec(personUpdate, p.Admin, p.Disabled, p.ID); err != nil {
			return fmt.Errorf("change person: %w", err)
		}
		if p.Disabled {
			if _, err := t.exec(sessionsEnd, p.ID, ""); err != nil {
				return fmt.Errorf("end the sessions: %w", err)
			}
		}
		return t.audit(a)
	})
}

// needOtherAdmin answers Precondition unless somebody else administers the installation and can sign in.
func (t *tx) needOtherAdmin(personID string) error {
	var other string
	if err := t.row(personAdmin, personID).scan(&other); err != nil {
		return fmt.Errorf("look for administrators: %w", err)
	}
	if other == "" {
		return faas.Errorf(faas.Precondition, "This is the last administrator who can sign in. Make another one first.")
	}
	return nil
}

// PasswordOf returns the stored hash; empty when the person has none.
func (s *Store) PasswordOf(ctx context.Context, personID string) (string, error) {
	var hash string
	if err := s.read.row(ctx, passwordSelect, personID).scan(&hash); err != nil {
		return "", missing(err, "person")
	}
	return hash, nil
}

// SetPassword stores another hash and ends the person's sessions but the one to keep.
func (s *Store) SetPassword(ctx context.Context, personID, hash, keepSession string, a faas.Audit) error {
	return s.txBy(ctx, a, func(t *tx) error {
		n, err := t.exec(passwordUpdate, hash, personID)
		if err != nil {
			return fmt.Errorf("store the password: %w", err)
		}
		if n == 0 {
			return missing(sql.ErrNoRows, "person")
		}
		if _, err := t.exec(sessionsEnd, personID, keepSession); err != nil {
			return fmt.Errorf("end the other sessions: %w", err)
		}
		return t.audit(a)
	})
}

// RenewPassword stores the hash of the same password under newer costs, unless it was changed meanwhile.
func (s *Store) RenewPassword(ctx context.Context, personID, old, hash string) error {
	err := s.tx(ctx, func(t *tx) error {
		_, err := t.exec(passwordRenew, hash, personID, old)
		return err
	})
	if err != nil && !errors.Is(err, errUnstorable) {
		return fmt.Errorf("renew the password's hash: %w", err)
	}
	return nil
}
