package service

import (
	"context"
	"fmt"
	"slices"

	"verso/faas"
)

// RemoveTag takes a tag off the version that the actor saw it on. Conflict when it moved meanwhile; Invalid on "tag" for
// $latest, which moves by itself.
func (s *Service) RemoveTag(ctx context.Context, a faas.Actor, f faas.Function, tag string, seen int64) error {
	if err := a.Need(faas.RightMoveTag); err != nil {
		return err
	}
	if tag == faas.Latest {
		return faas.Invalidf("tag", "%s moves by itself and cannot be removed.", faas.Latest)
	}
	right, err := s.mayMove(ctx, a, tag)
	if err != nil {
		return err
	}
	id, err := newID()
	if err != nil {
		return err
	}
	m := faas.TagMove{ID: id, FunctionID: f.ID, Tag: tag, FromNumber: seen, At: s.now(), By: a.Name, Door: a.Door}
	line, err := s.auditOf(a, f.ID, "tag.remove", f.ID, fmt.Sprintf("%s from %s #%d", tag, f.Name, seen))
	if err != nil {
		return err
	}
	line.Right = right
	return s.store.RemoveTag(ctx, a.ProjectID, m, line)
}

// Tags lists the tags of a function, $latest first.
func (s *Service) Tags(ctx context.Context, a faas.Actor, f faas.Function) ([]faas.Tag, error) {
	if err := a.Need(faas.RightRead); err != nil {
		return nil, err
	}
	if err := within(a, f.ProjectID, "function"); err != nil {
		return nil, err
	}
	return s.store.Tags(ctx, f.ID)
}

// mayMove finds the right that setting, moving or removing the tags takes: the project's protected ones need a lead.
// Forbidden on the field "tags" for an actor who lacks it.
func (s *Service) mayMove(ctx context.Context, a faas.Actor, tags ...string) (faas.Right, error) {
	if err := a.Need(faas.RightMoveTag); err != nil || len(tags) == 0 {
		return faas.RightMoveTag, err
	}
	p, err := s.store.ProjectByID(ctx, a.ProjectID)
	if err != nil {
		return "", err
	}
	at := slices.IndexFunc(tags, p.Protects)
	if at < 0 {
		return faas.RightMoveTag, nil
	}
	if a.Need(faas.RightMoveProtectedTag) == nil {
		return faas.RightMoveProtectedTag, nil
	}
	return "", &faas.Error{
		Kind: faas.Forbidden, Field: "tags", Right: faas.RightMoveProtectedTag, Wanted: tags[at],
		Message: fmt.Sprintf("The tag %s is protected in this project: only a lead or owner may set, move or remove it. Leave it out, or ask one of them.", tags[at]),
	}
}
