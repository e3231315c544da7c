package service

import (
	"context"

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
	id, err := newID()
	if err != nil {
		return err
	}
	m := faas.TagMove{ID: id, FunctionID: f.ID, Tag: tag, FromNumber: seen, At: s.now(), By: a.Name, Door: a.Door}
	line, err := s.audit(a, "tag.remove", f.ID, f.Name+" "+tag)
	if err != nil {
		return err
	}
	return s.store.RemoveTag(ctx, a.ProjectID, m, line)
}

// Tags lists the tags of a function, $latest first.
func (s *Service) Tags(ctx context.Context, a faas.Actor, f faas.Function) ([]faas.Tag, error) {
	if err := a.Need(faas.RightRead); err != nil {
		return nil, err
	}
	return s.store.Tags(ctx, f.ID)
}
