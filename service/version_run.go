package service

import (
	"context"
	"errors"
	"time"

	"verso/faas"
)

// publishVersion is the background half of CreateVersion: it fetches the package where that is still to be done, and
// makes the version visible in one transaction. It is safe to run twice: bytes are found by their hash, and the
// transaction is guarded by the lease.
func (s *Service) publishVersion(ctx context.Context, at *faas.Attempt) error {
	op := at.Operation
	pkg, origin := op.Order.Package, op.Order.Origin
	var err error
	if origin.Kind == faas.FromBucket {
		pkg, err = s.fetchPackage(ctx, at)
	} else if err = s.present(ctx, pkg.SHA256); faas.Is(err, faas.NotFound) {
		err = &faas.Error{Kind: faas.Precondition, Field: "package", Message: "The package's bytes are no longer stored; send the package again.", Err: err}
	}
	if err != nil {
		return err
	}
	now := s.now()
	v := faas.Version{
		ID: op.VersionID, ProjectID: op.ProjectID, FunctionID: op.FunctionID, Status: faas.VersionActive,
		Description: op.Order.Description, Settings: op.Order.Settings, Package: pkg, Origin: origin,
		Author: op.CreatedBy, AuthorID: op.CreatedByID, Door: op.Door, RequestID: op.RequestID, Address: op.Address,
		OperationID: op.ID, CreatedAt: now,
	}
	line, err := s.auditOf(actorOf(op), op.FunctionID, "version.published", v.ID, op.FunctionName)
	if err != nil {
		return err
	}
	if _, err = s.store.PublishVersion(ctx, at.Lease, v, op.Order.Tags, at.StagesWith(faas.Published, now), line); err != nil {
		return err
	}
	s.settle(ctx, sealedVersion(v))
	return nil
}

// fetchTime bounds one fetch: 300 MiB at the speed of a slow line. A bucket that trickles must not hold a worker for ever.
const fetchTime = 15 * time.Minute

// fetchPackage copies a bucket object into our own store, through the same inspection as an upload.
func (s *Service) fetchPackage(ctx context.Context, at *faas.Attempt) (faas.Package, error) {
	limited, stop := context.WithTimeout(ctx, fetchTime)
	defer stop()
	pkg, err := s.fetchObject(limited, at)
	if limited.Err() != nil && ctx.Err() == nil {
		return pkg, faas.Errorf(faas.Precondition, "The bucket took longer than %s to send the object. Try again when it is quicker.", fetchTime)
	}
	return pkg, err
}

func (s *Service) fetchObject(ctx context.Context, at *faas.Attempt) (pkg faas.Package, err error) {
	order := at.Operation.Order
	object, err := s.buckets.Open(ctx, order.Origin.Bucket, order.Origin.Object, order.Origin.ETag)
	if err != nil {
		return pkg, err
	}
	defer func() { err = errors.Join(err, object.Close()) }()
	p, err := s.receive(ctx, "", object, order.Limits.BucketBytes, order.Limits)
	if p != nil {
		at.Mark(faas.Fetched, p.at(faas.Fetched))
	}
	if err != nil {
		return pkg, err
	}
	defer func() { err = errors.Join(err, p.Close()) }()
	if err := checkFetched(p, order); err != nil {
		return pkg, err
	}
	at.Mark(faas.Checked, s.now())
	err = s.keep(ctx, p, func() error { return s.store.NamePackage(ctx, at.Lease, p.Facts.SHA256) })
	at.Mark(faas.Indexed, s.now())
	return p.Facts, err
}

// checkFetched compares a fetched object with what the person said of it.
func checkFetched(p *Package, order faas.Order) error {
	if want := order.WantSHA256; want != "" && want != p.Facts.SHA256 {
		return faas.Invalidf("sha256", "The object's sha-256 is %s, but %s was expected. Check which of the two is right.", p.Facts.SHA256, want)
	}
	return faas.CheckEntrypoint(order.Settings.Runtime, order.Settings.Entrypoint, p.Manifest)
}
