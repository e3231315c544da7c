package service

import (
	"context"

	"verso/faas"
)

// auditKinds says which group an action belongs to. An action that is not here is a change of settings.
var auditKinds = map[string]faas.AuditKind{ //nolint:gochecknoglobals // a constant table
	"function.create": faas.AuditCreate, "version.create": faas.AuditCreate, "version.published": faas.AuditCreate,
	"project.create":  faas.AuditCreate,
	"tag.remove":      faas.AuditTag,
	"function.delete": faas.AuditDelete, "function.deleted": faas.AuditDelete,
	"session.start": faas.AuditAccess, "session.refused": faas.AuditAccess, "password.refused": faas.AuditAccess, "session.end": faas.AuditAccess,
	"session.end-others": faas.AuditAccess, "session.end-all": faas.AuditAccess, "person.password": faas.AuditAccess,
	"token.create": faas.AuditAccess, "token.revoke": faas.AuditAccess,
	"accesskey.create": faas.AuditAccess, "accesskey.revoke": faas.AuditAccess,
	"environment.reveal": faas.AuditReveal,
}

// audit makes the line that is written in the transaction of a change.
func (s *Service) audit(a faas.Actor, action, target, detail string) (faas.Audit, error) {
	id, err := newID()
	if err != nil {
		return faas.Audit{}, err
	}
	kind, known := auditKinds[action]
	if !known {
		kind = faas.AuditSettings
	}
	return faas.Audit{
		ID: id, ProjectID: a.ProjectID, At: s.now(), Actor: a.Name, ActorID: a.ID, Token: a.Token, TokenID: a.TokenID,
		Door: a.Door, RequestID: a.RequestID, Address: a.Address,
		Kind: kind, Action: action, Result: faas.AuditDone, Target: target, Detail: detail,
	}, nil
}

// auditOf is audit for what happens to a function or below it.
func (s *Service) auditOf(a faas.Actor, functionID, action, target, detail string) (faas.Audit, error) {
	line, err := s.audit(a, action, target, detail)
	line.FunctionID = functionID
	return line, err
}

// Denied records that somebody who is known was refused. The detail says what they asked for.
func (s *Service) Denied(ctx context.Context, a faas.Actor, right faas.Right, detail string) error {
	line, err := s.audit(a, string(right), "", detail)
	if err != nil {
		return err
	}
	line.Kind, line.Result = faas.AuditDenied, faas.AuditRefused
	return s.store.AddAudit(ctx, line)
}

// Activity lists what happened in the actor's project, newest first; for an actor without a project, what happened
// outside all of them. Addresses are for leads and administrators.
func (s *Service) Activity(ctx context.Context, a faas.Actor, f faas.AuditFilter) (faas.List[faas.Audit], error) {
	if err := a.Need(activityRight(a)); err != nil {
		return faas.List[faas.Audit]{}, err
	}
	f.ProjectID = a.ProjectID
	list, err := s.store.Audits(ctx, f)
	for i := range list.Items {
		list.Items[i] = shownTo(a, list.Items[i])
	}
	return list, err
}

// EachActivity calls fn for every line that Activity would list on all its pages.
func (s *Service) EachActivity(ctx context.Context, a faas.Actor, f faas.AuditFilter, fn func(faas.Audit) error) error {
	if err := a.Need(activityRight(a)); err != nil {
		return err
	}
	f.ProjectID = a.ProjectID
	return s.store.EachAudit(ctx, f, func(line faas.Audit) error { return fn(shownTo(a, line)) })
}

// ActivityOf lists what happened to one thing of the actor's project, oldest first.
func (s *Service) ActivityOf(ctx context.Context, a faas.Actor, target string) ([]faas.Audit, error) {
	if err := a.Need(faas.RightReadActivity); err != nil {
		return nil, err
	}
	list, err := s.store.AuditsOf(ctx, a.ProjectID, target)
	for i := range list {
		list[i] = shownTo(a, list[i])
	}
	return list, err
}

func activityRight(a faas.Actor) faas.Right {
	if a.ProjectID == "" {
		return faas.RightReadInstallation
	}
	return faas.RightReadActivity
}

// shownTo hides people's network addresses from who has no need of them.
func shownTo(a faas.Actor, line faas.Audit) faas.Audit {
	if a.Role < faas.Lead && !a.Admin && line.ActorID != a.ID {
		line.Address = ""
	}
	return line
}
