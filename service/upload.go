package service

import (
	"context"
	"time"

	"verso/faas"
)

// uploadLife is how long a kept upload waits for its form to be corrected.
const uploadLife = time.Hour

// KeepUpload keeps a received package for an hour while the person corrects another field of the form, so that the
// file need not be chosen and sent again.
func (s *Service) KeepUpload(ctx context.Context, a faas.Actor, p *Package) (faas.Upload, error) {
	if err := a.Need(faas.RightCreateVersion); err != nil {
		return faas.Upload{}, err
	}
	id, err := newID()
	if err != nil {
		return faas.Upload{}, err
	}
	now := s.now()
	u := faas.Upload{
		ID: id, ProjectID: a.ProjectID, OwnerID: a.ID, FileName: p.FileName, Package: p.Facts,
		CreatedAt: now, ExpiresAt: now.Add(uploadLife),
	}
	return u, s.keep(ctx, p, func() error { return s.store.AddUpload(ctx, u) })
}

// Upload finds a kept upload of the actor. NotFound when it has expired.
func (s *Service) Upload(ctx context.Context, a faas.Actor, id string) (faas.Upload, error) {
	if err := a.Need(faas.RightCreateVersion); err != nil {
		return faas.Upload{}, err
	}
	u, err := s.store.UploadByID(ctx, a.ProjectID, a.ID, id)
	if err == nil && u.ExpiresAt.Before(s.now()) {
		err = faas.Errorf(faas.NotFound, "The kept file has expired.")
	}
	if faas.Is(err, faas.NotFound) {
		return u, &faas.Error{Kind: faas.Invalid, Field: "package", Message: "The file that was kept is gone; choose it again.", Err: err}
	}
	return u, err
}
