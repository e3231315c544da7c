package service

import (
	"context"
	"sync"
	"time"

	"verso/faas"
)

// action is what the record and the store need to know of one kind of change.
type action struct {
	kind  faas.AuditKind
	right faas.Right // what it takes; empty where nobody needs one, or where it is not always the same
}

// actions lists every change. One that is not here is a change of settings that takes no right.
var actions = map[string]action{ //nolint:gochecknoglobals // a constant table
	"function.create":   {faas.AuditCreate, faas.RightCreateFunction},
	"function.edit":     {faas.AuditSettings, faas.RightEditFunction},
	"function.delete":   {faas.AuditDelete, faas.RightDeleteFunction},
	"function.deleted":  {faas.AuditDelete, ""},
	"version.create":    {faas.AuditCreate, faas.RightCreateVersion},
	"version.published": {faas.AuditCreate, ""},
	"tag.remove":        {faas.AuditTag, faas.RightMoveTag}, // the store itself writes tag.set and tag.move
	"operation.cancel":  {faas.AuditSettings, faas.RightCancelOperation},

	"environment.reveal": {faas.AuditReveal, faas.RightReveal},

	"project.create":       {faas.AuditCreate, faas.RightCreateProject},
	"project.protect-tags": {faas.AuditSettings, faas.RightChangeProject},
	"member.set":           {faas.AuditSettings, faas.RightChangeMembers},
	"member.remove":        {faas.AuditSettings, faas.RightChangeMembers},
	"token.create":         {faas.AuditAccess, faas.RightOwnTokens},
	"token.revoke":         {faas.AuditAccess, faas.RightOwnTokens},
	"accesskey.create":     {faas.AuditAccess, faas.RightOwnTokens},
	"accesskey.revoke":     {faas.AuditAccess, faas.RightOwnTokens},

	"person.setup":    {faas.AuditSettings, ""},
	"person.add":      {faas.AuditSettings, faas.RightChangePeople},
	"person.disable":  {faas.AuditSettings, faas.RightChangePeople},
	"person.enable":   {faas.AuditSettings, faas.RightChangePeople},
	"person.admin":    {faas.AuditSettings, faas.RightChangePeople},
	"person.no-admin": {faas.AuditSettings, faas.RightChangePeople},
	"person.password": {faas.AuditAccess, faas.RightAccount}, // an administrator's needs more; see SetPassword

	"session.start":      {faas.AuditAccess, ""},
	"session.refused":    {faas.AuditDenied, ""},
	"session.limited":    {faas.AuditDenied, ""},
	"password.refused":   {faas.AuditDenied, ""},
	"session.end":        {faas.AuditAccess, faas.RightAccount},
	"session.end-others": {faas.AuditAccess, faas.RightAccount},
	"session.end-all":    {faas.AuditAccess, faas.RightChangePeople},
}

// audit makes the line that is written in the transaction of a change. The store makes the change only if the actor
// still has the right to it then.
func (s *Service) audit(a faas.Actor, name, target, detail string) (faas.Audit, error) {
	id, err := newID()
	if err != nil {
		return faas.Audit{}, err
	}
	does, known := actions[name]
	if !known {
		does.kind = faas.AuditSettings
	}
	return faas.Audit{
		ID: id, ProjectID: a.ProjectID, At: s.now(), Actor: a.Name, ActorID: a.ID, Token: a.Token, TokenID: a.TokenID,
		Door: a.Door, RequestID: a.RequestID, Address: a.Address,
		Kind: does.kind, Action: name, Result: faas.AuditDone, Target: target, Detail: detail,
		Right: does.right, SessionID: a.SessionID,
	}, nil
}

// auditOf is audit for what happens to a function or below it.
func (s *Service) auditOf(a faas.Actor, functionID, name, target, detail string) (faas.Audit, error) {
	line, err := s.audit(a, name, target, detail)
	line.FunctionID = functionID
	return line, err
}

// Denied records that somebody who is known was refused: "invoice-pdf: POST /path", with the function's id where it was
// about one. Of one person it writes so many lines a minute and no more: the record only grows, and a loop must not
// fill it.
func (s *Service) Denied(ctx context.Context, a faas.Actor, right faas.Right, functionID, detail string) error {
	nth := s.denials.count(a.ID, s.now())
	if nth > denialsEach {
		return nil
	}
	if nth == denialsEach {
		detail += " (more refusals in this minute are not recorded)"
	}
	line, err := s.auditOf(a, functionID, string(right), "", detail)
	if err != nil {
		return err
	}
	line.Kind, line.Result, line.Right = faas.AuditDenied, faas.AuditRefused, ""
	return s.store.AddAudit(ctx, line)
}

// denialsEach is how many refusals of one person are recorded in a minute.
const denialsEach = 60

// denials counts the refusals of the present minute, by person or by what was tried, in this process.
type denials struct {
	mu     sync.Mutex
	minute time.Time
	of     map[string]int
}

func (d *denials) count(of string, now time.Time) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	if minute := now.Truncate(time.Minute); !minute.Equal(d.minute) {
		d.minute, d.of = minute, map[string]int{}
	}
	d.of[of]++
	return d.of[of]
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
