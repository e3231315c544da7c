package service

import (
	"context"
	"fmt"

	"verso/faas"
)

// Found is what a check of the whole installation counted.
type Found struct {
	Packages int
	Broken   []string // sentences, one a package that is named but missing, cut or altered
	Orphans  int      // blobs that no version names; the janitor removes them after its grace period
}

// Check compares the database with the blob store: every package that a version names must be there, with its manifest
// and the right size. With deep set, every byte is read and compared with its hash.
func (s *Service) Check(ctx context.Context, deep bool) (Found, error) {
	var found Found
	err := s.store.EachPackage(ctx, func(p faas.Package) error {
		found.Packages++
		if err := s.checkPackage(ctx, p, deep); err != nil {
			found.Broken = append(found.Broken, fmt.Sprintf("package %s: %v", p.SHA256, err))
		}
		return ctx.Err()
	})
	if err != nil {
		return found, err
	}
	err = s.blobs.Each(ctx, func(b faas.BlobInfo) error {
		sha, ours := faas.SHA256OfKey(b.Key)
		if !ours {
			return nil
		}
		_, err := s.store.PackageBySHA256(ctx, sha)
		if faas.Is(err, faas.NotFound) {
			found.Orphans++
			return nil
		}
		return err
	})
	return found, err
}

func (s *Service) checkPackage(ctx context.Context, p faas.Package, deep bool) error {
	info, err := s.blobs.Stat(ctx, faas.PackageKey(p.SHA256))
	if err != nil {
		return err
	}
	if info.Size != p.Size {
		return fmt.Errorf("it has %d bytes instead of %d", info.Size, p.Size)
	}
	m, err := s.manifest(ctx, p.SHA256)
	if err != nil {
		return fmt.Errorf("its manifest: %w", err)
	}
	if len(m.Files) != p.Files {
		return fmt.Errorf("its manifest lists %d files instead of %d", len(m.Files), p.Files)
	}
	if !deep {
		return nil
	}
	f, err := s.blobs.Fetch(ctx, faas.PackageKey(p.SHA256), p.SHA256)
	if err != nil {
		return err
	}
	return f.Close()
}

// CheckBlobs proves that the blob store can be written and read now.
func (s *Service) CheckBlobs(ctx context.Context) error { return s.blobs.Check(ctx) }
