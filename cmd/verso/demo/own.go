package demo

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"verso/faas"
)

// recall finds the demo's people and projects, and the operations of earlier runs.
func (s *stage) recall(ctx context.Context) error {
	s.projects, s.ids = map[string]string{}, map[string]string{}
	s.tokens, s.secrets = map[string]faas.Token{}, map[string]faas.Secret{}
	if err := s.recallPeople(ctx); err != nil {
		return fmt.Errorf("look for the people whom an earlier run has made: %w", err)
	}
	for _, p := range projects() {
		found, err := s.serviceAt(s.config.Now).Project(ctx, p.name)
		if faas.Is(err, faas.NotFound) {
			continue
		}
		if err == nil {
			s.projects[p.name] = found.ID
			err = s.recallOperations(ctx, found.ID)
		}
		if err != nil {
			return fmt.Errorf("look for what an earlier run has made: %w", err)
		}
	}
	return nil
}

func (s *stage) recallOperations(ctx context.Context, projectID string) error {
	verbs, page := s.serviceAt(s.config.Now), faas.Page{Size: 1000}
	for {
		list, err := verbs.Operations(ctx, operator(projectID), faas.OperationFilter{Page: page})
		if err != nil {
			return err
		}
		for _, op := range list.Items {
			if strings.HasPrefix(op.RequestID, "demo/") && s.ids[op.CreatedBy] == op.CreatedByID {
				s.done[op.RequestID] = op
			}
		}
		if list.Next == "" {
			return nil
		}
		page.After = list.Next
	}
}

// checkOwn refuses data that hold somebody's functions: any at all for the first run, and for a later one those that
// answer to a name of the demo. People of the demo's names belong to somebody else while its projects are missing. It
// writes nothing.
func (s *stage) checkOwn(ctx context.Context) error {
	for _, p := range projects() {
		if _, there := s.projects[p.name]; !there && len(s.ids) > 0 {
			return faas.Errorf(faas.Precondition, "Nothing was written, because the demo did not make its people %s: "+
				"give the demo data of its own, for example with --data ./demo.", strings.Join(slices.Sorted(maps.Keys(s.ids)), ", "))
		}
	}
	own := s.ownIDs()
	for _, f := range functions() {
		id, ok := s.projects[f.project.name]
		if !ok {
			continue
		}
		found, err := s.serviceAt(s.config.Now).Function(ctx, operator(id), f.name)
		switch {
		case faas.Is(err, faas.NotFound):
		case err != nil:
			return err
		case own[found.ID] || justBorn(found):
			own[found.ID] = true
		default:
			return refuse(f.project.name, found.Name)
		}
	}
	if len(own) > 0 {
		return nil
	}
	return s.checkEmpty(ctx)
}

// ownIDs are the functions for which an earlier run began versions.
func (s *stage) ownIDs() map[string]bool {
	own := map[string]bool{}
	for _, op := range s.done {
		own[op.FunctionID] = true
	}
	return own
}

// justBorn tells a function of the demo to which an interrupted run gave no version, by its author.
func justBorn(f faas.Function) bool {
	return f.LastNumber == 0 && slices.ContainsFunc(people(), func(p person) bool { return p.name == f.CreatedBy })
}

// checkEmpty refuses data with any function, in any project.
func (s *stage) checkEmpty(ctx context.Context) error {
	verbs := s.serviceAt(s.config.Now)
	list, err := verbs.Projects(ctx)
	if err != nil {
		return err
	}
	for _, p := range list {
		found, err := verbs.Functions(ctx, operator(p.ID), faas.FunctionFilter{Page: faas.Page{Size: 1}})
		if err != nil {
			return err
		}
		if len(found.Items) > 0 {
			return refuse(p.Name, found.Items[0].Name)
		}
	}
	return nil
}

func refuse(project, function string) error {
	return faas.Errorf(faas.Precondition, "Nothing was written, because the demo did not make the function %s of the project %s: "+
		"give the demo data of its own, for example with --data ./demo.", function, project)
}
