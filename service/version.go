package service

import (
	"context"
	"errors"

	"verso/faas"
)

// VersionInput is what a person or program says of a new version.
type VersionInput struct {
	Function    faas.Function
	Description string
	Settings    faas.Settings   // Environment in it does not count
	Environment []faas.Variable // as written; blank rows are left out
	Base        string          // id of the version or operation of the project whose values the Kept ones are
	Tags        []string
	Source      Source
	Key         string // idempotency key; empty for none
}

// Source says where the package comes from. Kind decides which of the other fields count.
type Source struct {
	Kind   faas.OriginKind
	Upload *Package    // upload: just received
	Kept   faas.Upload // upload: kept from an earlier try, when Upload is nil
	Bucket string
	Object string
	ETag   string // what the person saw when they checked the object; empty when they did not
	SHA256 string // what the person expects of the object; empty for anything
	CopyOf string // id of a version of the same project
}

// CheckVersion checks all that can be checked before the package is there, so that bad settings are refused before
// fifty megabytes are sent. The error is Problems.
func (s *Service) CheckVersion(a faas.Actor, in VersionInput) error {
	if err := a.Need(faas.RightCreateVersion); err != nil {
		return err
	}
	var p faas.Problems
	p.Merge(faas.CheckText("description", "The description", in.Description, s.limits.DescriptionRunes))
	p.Merge(in.Settings.Check(s.limits))
	p.Merge(s.checkEnvironment(in.Environment))
	p.Merge(faas.CheckTags(in.Tags, s.limits))
	p.Merge(in.Source.check(s.buckets.Names()))
	return p.Err()
}

// CreateVersion starts the operation that makes a version. All that can be refused now is refused now, with Problems. A
// request with a key that was used before gets the operation of the first one.
func (s *Service) CreateVersion(ctx context.Context, a faas.Actor, in VersionInput) (faas.Operation, error) {
	if err := errors.Join(a.Need(faas.RightCreateVersion), faas.CheckKey(in.Key)); err != nil {
		return faas.Operation{}, err
	}
	once, err := in.once()
	if err != nil {
		return faas.Operation{}, err
	}
	if op, done, err := s.repeated(ctx, a, once); done {
		return s.sameRequest(a, in, op, err)
	}
	env, err := s.checkWhole(ctx, a, in)
	if err != nil {
		return faas.Operation{}, err
	}
	op, err := s.versionOperation(ctx, a, in, env)
	if err != nil {
		return faas.Operation{}, err
	}
	switch in.Source.Kind {
	case faas.FromBucket:
		err = s.orderFromBucket(ctx, &op, in.Source)
	case faas.FromCopy:
		err = s.orderFromCopy(ctx, &op, in.Source)
	default:
		return s.orderFromUpload(ctx, a, op, in, once)
	}
	if err != nil {
		return faas.Operation{}, err
	}
	return s.addVersionOperation(ctx, a, op, in, once)
}

// once is the key of a request with the hash of all that it says but typed values; what it leads to does not belong in it.
func (in VersionInput) once() (faas.IdempotencyKey, error) {
	sent := in.Source.Kept.Package.SHA256
	if in.Source.Upload != nil {
		sent = in.Source.Upload.Facts.SHA256
	}
	set := in.Settings
	set.Environment = nil
	print, err := fingerprint(faas.CreateVersion, in.Function.ID, in.Description, set, in.shape(), in.Tags,
		in.Source.Kind, sent, in.Source.Bucket, in.Source.Object, in.Source.SHA256, in.Source.CopyOf)
	return faas.IdempotencyKey{Key: in.Key, Fingerprint: print}, err
}

// checkWhole is CheckVersion once the package must be there too, with all that has to be looked up. It returns the
// values of the environment.
func (s *Service) checkWhole(ctx context.Context, a faas.Actor, in VersionInput) (values, error) {
	var p faas.Problems
	p.Merge(s.CheckVersion(a, in))
	if src := in.Source; src.Kind == faas.FromUpload && src.Upload == nil && src.Kept.ID == "" {
		p.Add("package", "Choose the zip file to upload.")
	}
	if len(p) > 0 {
		return nil, p
	}
	if _, err := s.mayMove(ctx, a, in.Tags...); err != nil {
		return nil, err
	}
	return s.environment(ctx, a, in)
}

// versionOperation makes the operation, with the part of its order that does not depend on the source.
func (s *Service) versionOperation(ctx context.Context, a faas.Actor, in VersionInput, env values) (faas.Operation, error) {
	f, err := s.usableFunction(ctx, a, in.Function.ID)
	if err != nil {
		return faas.Operation{}, err
	}
	op, err := s.newOperation(a, f, faas.CreateVersion, "Creating a version of "+f.Name)
	if err != nil {
		return faas.Operation{}, err
	}
	op.Order = faas.Order{Description: in.Description, Settings: in.Settings, Tags: in.Tags, Limits: s.limits}
	if op.VersionID, err = newID(); err != nil {
		return op, err
	}
	return op, s.sealEnvironment(ctx, &op, env)
}

// orderFromUpload stores the received bytes and the operation that names them.
func (s *Service) orderFromUpload(ctx context.Context, a faas.Actor, op faas.Operation, in VersionInput, once faas.IdempotencyKey) (faas.Operation, error) {
	src := in.Source
	op.Order.Origin = faas.Origin{Kind: faas.FromUpload}
	if src.Upload == nil {
		return s.orderFromKept(ctx, a, op, in, once)
	}
	if err := faas.CheckEntrypoint(in.Settings.Runtime, in.Settings.Entrypoint, src.Upload.Manifest); err != nil {
		return op, err
	}
	op.Order.Origin.FileName = src.Upload.FileName
	op.Order.Package = src.Upload.Facts
	var stored faas.Operation
	err := s.keep(ctx, src.Upload, func() (err error) {
		op.Stages = src.Upload.times // they began with the first byte, before there was an operation
		op.CreatedAt = op.Stages[0].At
		stored, err = s.addVersionOperation(ctx, a, op, in, once)
		return err
	})
	return stored, err
}

// orderFromKept uses the file of an earlier try of the same form.
func (s *Service) orderFromKept(ctx context.Context, a faas.Actor, op faas.Operation, in VersionInput, once faas.IdempotencyKey) (faas.Operation, error) {
	kept := in.Source.Kept
	if err := s.checkEntrypoint(ctx, in.Settings, kept.Package.SHA256); err != nil {
		return op, err
	}
	op.Order.Origin.FileName = kept.FileName
	op.Order.Package = kept.Package
	s.markStored(&op)
	return s.addVersionOperation(ctx, a, op, in, once)
}

// orderFromBucket pins the object: the worker fetches exactly what was there now, or nothing.
func (s *Service) orderFromBucket(ctx context.Context, op *faas.Operation, src Source) error {
	info, err := s.lookAt(ctx, src.Bucket, src.Object)
	if err != nil {
		return err
	}
	if src.ETag != "" && src.ETag != info.ETag {
		return &faas.Error{Kind: faas.Conflict, Field: "object", Message: "The object has changed since you checked it. Check it again, and create the version if it is still the one you want."}
	}
	if limit := op.Order.Limits.BucketBytes; info.Size > limit {
		return faas.Invalidf("object", "The object has %d MiB; %d MiB are allowed for a package from a bucket.", info.Size/faas.MiB, limit/faas.MiB)
	}
	op.Order.Origin = faas.Origin{Kind: faas.FromBucket, Bucket: src.Bucket, Object: src.Object, ETag: info.ETag}
	op.Order.WantSHA256 = src.SHA256
	return nil
}

// orderFromCopy takes the package of another version; its settings do not follow, they are the form's.
func (s *Service) orderFromCopy(ctx context.Context, op *faas.Operation, src Source) error {
	v, err := s.store.VersionByID(ctx, op.ProjectID, src.CopyOf)
	if faas.Is(err, faas.NotFound) {
		return &faas.Error{Kind: faas.Invalid, Field: "copy", Message: "The version to copy does not exist in this project; choose another.", Err: err}
	}
	if err != nil {
		return err
	}
	f, err := s.store.FunctionByID(ctx, op.ProjectID, v.FunctionID)
	if err != nil {
		return err
	}
	set := op.Order.Settings
	if set.Runtime != v.Settings.Runtime || set.Entrypoint != v.Settings.Entrypoint {
		if err := s.checkEntrypoint(ctx, set, v.Package.SHA256); err != nil {
			return err
		}
	}
	op.Order.Origin = faas.Origin{Kind: faas.FromCopy, CopiedID: v.ID, CopiedFunction: f.Name, CopiedNumber: v.Number}
	op.Order.Package = v.Package
	s.markStored(op)
	return nil
}

// addVersionOperation stores the operation with its idempotency record and audit line. When the same request came in
// beside this one and was first, its operation is the answer.
func (s *Service) addVersionOperation(ctx context.Context, a faas.Actor, op faas.Operation, in VersionInput, once faas.IdempotencyKey) (faas.Operation, error) {
	op.PackageSHA256 = op.Order.Package.SHA256
	right, err := s.mayMove(ctx, a, in.Tags...)
	if err != nil {
		return op, err
	}
	line, err := s.auditOf(a, op.FunctionID, "version.create", op.VersionID, op.FunctionName)
	if err != nil {
		return op, err
	}
	if right == faas.RightMoveProtectedTag { // includes the right to create
		line.Right = right
	}
	stored, err := s.store.AddOperation(ctx, op, once, line)
	if err != nil {
		return faas.Operation{}, err
	}
	if stored.ID != op.ID {
		return s.sameRequest(a, in, stored, nil)
	}
	s.settle(ctx, sealedOrder(op))
	return stored, nil
}

// markStored notes the stages that bytes already in our store have behind them.
func (s *Service) markStored(op *faas.Operation) {
	now := s.now()
	for _, stage := range []faas.Stage{faas.Fetched, faas.Checked, faas.Indexed} {
		op.Mark(stage, now)
	}
}

// checkEntrypoint checks the entrypoint against a package that is already in our store.
func (s *Service) checkEntrypoint(ctx context.Context, set faas.Settings, sha256 string) error {
	m, err := s.manifest(ctx, sha256)
	if err != nil {
		return err
	}
	return faas.CheckEntrypoint(set.Runtime, set.Entrypoint, m)
}
