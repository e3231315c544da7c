package service

import (
	"context"
	"crypto/subtle"
	"slices"
	"strings"

	"verso/faas"
)

// values are the variables of a new version in clear, by name. They live no longer than the request.
type values map[string]faas.Secret

// checkEnvironment checks rows without looking anything up: values that are kept or drafted are not there to be seen.
func (s *Service) checkEnvironment(rows []faas.Variable) error {
	var p faas.Problems
	env, err := faas.EnvironmentOf(rows)
	p.Merge(err)
	typed := values{}
	for _, v := range env {
		typed[v.Key] = v.Value
	}
	p.Merge(faas.CheckEnvironment(typed, s.limits))
	return p.Err()
}

// environment finds the value of every variable: as it was typed now, in an earlier try of the form, or as the base has
// it. Invalid on "environment" when one is no longer there: it must not become an empty one.
func (s *Service) environment(ctx context.Context, a faas.Actor, in VersionInput) (values, error) {
	rows, err := faas.EnvironmentOf(in.Environment)
	if err != nil {
		return nil, err
	}
	base, err := s.baseOf(ctx, a, in, rows)
	if err != nil {
		return nil, err
	}
	env := values{}
	var p faas.Problems
	for _, row := range rows {
		switch {
		case isTyped(row):
			env[row.Key], err = s.typed(a, in.Function, row)
		default:
			env[row.Key], err = s.kept(base, row)
		}
		if err != nil && !faas.Is(err, faas.Invalid) {
			return nil, err
		}
		p.Merge(err)
	}
	if len(p) == 0 {
		p.Merge(faas.CheckEnvironment(env, s.limits))
	}
	return env, p.Err()
}

// isTyped reports whether somebody wrote the value, now or in an earlier try; otherwise it is the base's.
func isTyped(v faas.Variable) bool { return v.Value != "" || v.Draft != "" || v.Kept == "" }

// typed is a value that somebody wrote.
func (s *Service) typed(a faas.Actor, f faas.Function, v faas.Variable) (faas.Secret, error) {
	if v.Value != "" || v.Draft == "" {
		return v.Value, nil
	}
	value, err := s.openDraft(a, f, v.Draft)
	if err != nil {
		return "", &faas.Error{
			Kind: faas.Invalid, Field: "environment", Err: err,
			Message: "The value of " + v.Key + " that was entered before can no longer be read; enter it again.",
		}
	}
	return value, nil
}

// kept is a value that the base has.
func (s *Service) kept(base faas.SealedRow, v faas.Variable) (faas.Secret, error) {
	sealed, ok := base.Values[v.Kept]
	if !ok {
		return "", faas.Invalidf("environment", "The stored value of %s is no longer there; enter it again.", v.Kept)
	}
	return s.open(placeIn(base, v.Kept), sealed)
}

// baseOf finds the values that kept variables mean: those of a version, or of an operation that did not become one. One
// that is gone, or another project's, has none.
func (s *Service) baseOf(ctx context.Context, a faas.Actor, in VersionInput, rows []faas.Variable) (faas.SealedRow, error) {
	none := faas.SealedRow{}
	if !faas.IsID(in.Base) || !slices.ContainsFunc(rows, func(v faas.Variable) bool { return !isTyped(v) }) {
		return none, nil
	}
	v, err := s.store.VersionByID(ctx, a.ProjectID, in.Base)
	if err == nil {
		return sealedVersion(v), nil
	}
	if !faas.Is(err, faas.NotFound) {
		return none, err
	}
	op, err := s.store.OperationByID(ctx, a.ProjectID, in.Base)
	if faas.Is(err, faas.NotFound) {
		return none, nil
	}
	return sealedOrder(op), err
}

func sealedVersion(v faas.Version) faas.SealedRow {
	return faas.SealedRow{Kind: faas.SealedVersion, ID: v.ID, ProjectID: v.ProjectID, Place: v.ID, Values: v.Settings.Environment}
}

func sealedOrder(op faas.Operation) faas.SealedRow {
	return faas.SealedRow{Kind: faas.SealedOrder, ID: op.ID, ProjectID: op.ProjectID, Place: op.VersionID, Values: op.Order.Settings.Environment}
}

// sealEnvironment seals the values for the version that an operation will make.
func (s *Service) sealEnvironment(ctx context.Context, op *faas.Operation, env values) error {
	op.Order.Settings.Environment = nil
	if len(env) == 0 {
		return nil
	}
	k, err := s.currentKey(ctx)
	if err != nil {
		return err
	}
	sealed := make(map[string]faas.Sealed, len(env))
	for name, value := range env {
		sealed[name] = k.seal(placeIn(sealedOrder(*op), name), value)
	}
	op.Order.Settings.Environment = sealed
	return nil
}

// shape is what the fingerprint of a request says of its environment: the names, and which value of the base is meant.
// Typed values are left out, because a hash of a short value tells it to whoever tries some; sameValues compares them.
func (in VersionInput) shape() []string {
	rows, _ := faas.EnvironmentOf(in.Environment) // what is wrong with them is said when it matters
	list := make([]string, 0, len(rows))
	for _, v := range rows {
		word := v.Key
		if !isTyped(v) {
			word += "=" + in.Base + " " + v.Kept
		}
		list = append(list, word)
	}
	slices.SortFunc(list, strings.Compare)
	return list
}

// sameRequest is the end of a repeated request: the operation of the first one, if the typed values are the same too.
func (s *Service) sameRequest(a faas.Actor, in VersionInput, op faas.Operation, err error) (faas.Operation, error) {
	if err != nil {
		return op, err
	}
	if err := s.sameValues(a, in, op); err != nil {
		return faas.Operation{}, err
	}
	return op, nil
}

// sameValues is Conflict when a typed value is not the one that the operation was made with.
func (s *Service) sameValues(a faas.Actor, in VersionInput, op faas.Operation) error {
	rows, err := faas.EnvironmentOf(in.Environment)
	if err != nil {
		return err
	}
	row := sealedOrder(op)
	for _, v := range rows {
		if !isTyped(v) {
			continue
		}
		value, err := s.typed(a, in.Function, v)
		if err != nil {
			return err
		}
		stored, err := s.open(placeIn(row, v.Key), row.Values[v.Key])
		if err != nil {
			return err
		}
		if subtle.ConstantTimeCompare([]byte(value), []byte(stored)) != 1 {
			return faas.Errorf(faas.Conflict, "This idempotency key was used for another request within the last 24 hours. Use a new key.")
		}
	}
	return nil
}

// DraftEnvironment prepares the rows of a form that goes back to its browser: typed values come back sealed, for this
// actor and function only, so that no page ever shows one. The name is not part of that, it may be what is to be corrected.
func (s *Service) DraftEnvironment(ctx context.Context, a faas.Actor, f faas.Function, rows []faas.Variable) ([]faas.Variable, error) {
	if err := a.Need(faas.RightCreateVersion); err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(rows, func(v faas.Variable) bool { return v.Value != "" }) {
		return rows, nil
	}
	k, err := s.currentKey(ctx)
	if err != nil {
		return nil, err
	}
	drafts := slices.Clone(rows)
	for i, v := range drafts {
		if v.Value != "" {
			drafts[i].Draft, drafts[i].Value = k.seal(draftPlace(a, f), v.Value), ""
		}
	}
	return drafts, nil
}

func (s *Service) openDraft(a faas.Actor, f faas.Function, draft faas.Sealed) (faas.Secret, error) {
	return s.open(draftPlace(a, f), draft)
}

func draftPlace(a faas.Actor, f faas.Function) place {
	return place{sealedDraft, a.ProjectID, f.ID, a.ID}
}
