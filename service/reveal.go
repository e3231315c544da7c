package service

import (
	"context"
	"fmt"

	"verso/faas"
)

// Reveal opens one value of a version's environment for a person who gives their own password again. Who saw it is
// recorded before it is returned. NotFound when the version has no variable of that name; Invalid on "password",
// Exhausted and Forbidden as for ChangePassword.
func (s *Service) Reveal(ctx context.Context, a faas.Actor, v faas.Version, name string, password faas.Secret) (faas.Secret, error) {
	if err := a.Need(faas.RightReveal); err != nil {
		return "", err
	}
	sealed, there := v.Settings.Environment[name]
	if !there || v.ProjectID != a.ProjectID {
		return "", faas.Errorf(faas.NotFound, "The version has no variable of that name.")
	}
	f, err := s.store.FunctionByID(ctx, a.ProjectID, v.FunctionID)
	if err != nil {
		return "", err
	}
	what := fmt.Sprintf("%s #%d %s", f.Name, v.Number, name)
	if err := s.checkOwnPassword(ctx, a, purpose{f.ID, v.ID, what}, password); err != nil {
		return "", err
	}
	value, err := s.open(placeIn(sealedVersion(v), name), sealed)
	if err != nil {
		return "", err
	}
	line, err := s.auditOf(a, f.ID, "environment.reveal", v.ID, what)
	if err != nil {
		return "", err
	}
	if err := s.store.AddAudit(ctx, line); err != nil {
		return "", err
	}
	return value, nil
}
