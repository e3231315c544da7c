package service

import (
	"context"
	"errors"
	"io"
	"time"

	"verso/archive"
	"verso/faas"
)

// Package is received bytes that passed inspection. Nothing names them yet: Close forgets them.
type Package struct {
	FileName string // as the client called it; data only
	Facts    faas.Package
	Manifest faas.Manifest

	staged faas.Staged
	times  []faas.StageTime
}

// Close removes the spool. Bytes that a version or upload names stay.
func (p *Package) Close() error { return p.staged.Close() }

// Receive takes a package sent directly: it streams it to the spool, and inspects it. The caller closes the result.
func (s *Service) Receive(ctx context.Context, a faas.Actor, fileName string, r io.Reader) (*Package, error) {
	if err := a.Need(faas.RightCreateVersion); err != nil {
		return nil, err
	}
	p, err := s.receive(ctx, fileName, r, s.limits.UploadBytes, s.limits)
	if err != nil {
		return nil, err
	}
	return p, nil
}

// receive is the one way in for the bytes of uploads and bucket objects, so that both get the same verdict. A package
// that was refused comes with the error, closed: its times tell how far it came.
func (s *Service) receive(ctx context.Context, fileName string, r io.Reader, limit int64, l faas.Limits) (*Package, error) {
	p := &Package{FileName: fileName}
	p.mark(faas.Received, s)
	staged, err := s.blobs.Stage(ctx, r, limit)
	if err != nil {
		return nil, err
	}
	p.staged = staged
	p.mark(faas.Fetched, s)
	found, err := archive.Inspect(ctx, staged, staged.Size(), l)
	if err != nil {
		return p, errors.Join(err, staged.Close())
	}
	p.mark(faas.Checked, s)
	p.Manifest = found.Manifest
	p.Facts = faas.Package{
		SHA256: staged.SHA256(), Size: staged.Size(),
		Fingerprint: found.Fingerprint, Files: found.Files, Unpacked: found.Unpacked,
	}
	return p, nil
}

// at is when a stage was reached.
func (p *Package) at(stage faas.Stage) (when time.Time) {
	for _, t := range p.times {
		if t.Stage == stage {
			when = t.At
		}
	}
	return when
}

func (p *Package) mark(stage faas.Stage, s *Service) {
	p.times = append(p.times, faas.StageTime{Stage: stage, At: s.now()})
}

// keep makes a package durable, has name write the row that names it, and then looks again. Bytes come first, so that
// no row ever names what is not there; until the row is written the janitor may still remove bytes that were there
// from before, and afterwards it may not: hence the second look.
func (s *Service) keep(ctx context.Context, p *Package, name func() error) error {
	if err := s.storePackage(ctx, p); err != nil {
		return err
	}
	p.mark(faas.Indexed, s)
	if err := name(); err != nil {
		return err
	}
	if err := s.present(ctx, p.Facts.SHA256); !faas.Is(err, faas.NotFound) {
		return err
	}
	return s.storePackage(ctx, p)
}

// storePackage writes package and manifest side by side; each waits for the disk, not for the other.
func (s *Service) storePackage(ctx context.Context, p *Package) error {
	data, err := archive.EncodeManifest(p.Manifest)
	if err != nil {
		return err
	}
	kept := make(chan error, 1)
	go func() { kept <- p.staged.Keep(ctx, faas.PackageKey(p.Facts.SHA256)) }()
	err = s.blobs.Put(ctx, faas.ManifestKey(p.Facts.SHA256), data)
	return refused(errors.Join(<-kept, err))
}

// present returns nil when package and manifest are in the blob store.
func (s *Service) present(ctx context.Context, sha256 string) error {
	for _, key := range []string{faas.PackageKey(sha256), faas.ManifestKey(sha256)} {
		if _, err := s.blobs.Stat(ctx, key); err != nil {
			return refused(err)
		}
	}
	return nil
}

// manifestBytes bounds a stored manifest: 65,000 entries with long names, compressed.
const manifestBytes = 64 * faas.MiB

// decodings is how many manifests are decoded at once. One of 60,000 files takes some 20 MB on the way.
const decodings = 2

// Manifest reads the list of files of a version's package.
func (s *Service) Manifest(ctx context.Context, a faas.Actor, v faas.Version) (faas.Manifest, error) {
	if err := a.Need(faas.RightRead); err != nil {
		return faas.Manifest{}, err
	}
	if err := within(a, v.ProjectID, "version"); err != nil {
		return faas.Manifest{}, err
	}
	return s.manifest(ctx, v.Package.SHA256)
}

func (s *Service) manifest(ctx context.Context, sha256 string) (faas.Manifest, error) {
	data, err := s.blobs.Get(ctx, faas.ManifestKey(sha256), manifestBytes)
	if err != nil {
		return faas.Manifest{}, lost(err)
	}
	select {
	case s.decoding <- struct{}{}:
		defer func() { <-s.decoding }()
	case <-ctx.Done():
	}
	if err := ctx.Err(); err != nil {
		return faas.Manifest{}, err
	}
	return archive.DecodeManifest(data)
}

// OpenPackage opens the zip of a version after checking all its bytes against the hash. The caller closes it.
func (s *Service) OpenPackage(ctx context.Context, a faas.Actor, v faas.Version) (faas.BlobFile, error) {
	if err := a.Need(faas.RightDownload); err != nil {
		return nil, err
	}
	if err := within(a, v.ProjectID, "version"); err != nil {
		return nil, err
	}
	f, err := s.blobs.Fetch(ctx, faas.PackageKey(v.Package.SHA256), v.Package.SHA256)
	return f, lost(err)
}

// lost turns the absence of bytes that a row names into what it is: a fault of ours, not a wrong address.
func lost(err error) error {
	if faas.Is(err, faas.NotFound) {
		return &faas.Error{Kind: faas.Internal, Err: err}
	}
	return refused(err)
}

// refused turns a refusal by our own package store into what it is for the person who asks: not a right that they
// lack, but a server that cannot work now.
func refused(err error) error {
	if faas.Is(err, faas.Forbidden) {
		return &faas.Error{Kind: faas.Unavailable, Message: "The package store refuses this server's keys. Tell whoever runs it.", Err: err}
	}
	return err
}
