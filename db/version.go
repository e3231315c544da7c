package db

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"verso/faas"
)

// rowColumns are what lists show of a version; wholeColumns are the rest.
const (
	rowColumns = `number, id, status, description, runtime, memory, package_size, package_sha256, origin, file_name,
origin_more, author, door, created_at`
	wholeColumns = `function_id, project_id, entrypoint, timeout_us, service_account_id, environment, network_id, subnet_ids,
author_id, request_id, address, operation_id`
)

const (
	versionSelect = `SELECT ` + rowColumns + `, ` + wholeColumns + `, fingerprint, files, unpacked
FROM versions JOIN packages ON packages.sha256 = versions.package_sha256`
	versionByID     = versionSelect + ` WHERE id = ? AND project_id = ?`
	versionByNumber = versionSelect + ` WHERE function_id = ? AND number = ?`
)

// VersionByID finds a version of the project.
func (s *Store) VersionByID(ctx context.Context, projectID, id string) (faas.Version, error) {
	return s.version(ctx, versionByID, id, projectID)
}

// VersionByNumber finds a version of the function.
func (s *Store) VersionByNumber(ctx context.Context, functionID string, number int64) (faas.Version, error) {
	return s.version(ctx, versionByNumber, functionID, number)
}

func (s *Store) version(ctx context.Context, text string, args ...any) (faas.Version, error) {
	var v faas.Version
	var created, timeout int64
	var origin, environment, subnets string
	err := s.read.row(ctx, text, args...).scan(
		&v.Number, &v.ID, &v.Status, &v.Description, &v.Settings.Runtime, &v.Settings.Memory, &v.Package.Size,
		&v.Package.SHA256, &v.Origin.Kind, &v.Origin.FileName, &origin, &v.Author, &v.Door, &created,
		&v.FunctionID, &v.ProjectID, &v.Settings.Entrypoint, &timeout, &v.Settings.ServiceAccountID, &environment,
		&v.Settings.NetworkID, &subnets, &v.AuthorID, &v.RequestID, &v.Address, &v.OperationID,
		&v.Package.Fingerprint, &v.Package.Files, &v.Package.Unpacked)
	if err != nil {
		return faas.Version{}, missing(err, "version")
	}
	v.CreatedAt, v.Settings.Timeout = at(created), time.Duration(timeout)*time.Microsecond
	unpackOrigin(origin, &v.Origin)
	if err := decode(environment, &v.Settings.Environment); err != nil {
		return faas.Version{}, fmt.Errorf("read version %s: %w", v.ID, err)
	}
	if err := decode(subnets, &v.Settings.SubnetIDs); err != nil {
		return faas.Version{}, fmt.Errorf("read version %s: %w", v.ID, err)
	}
	return v, nil
}

// unitSeparator parts the fields of origin_more. Checked names have no control characters; packOrigin makes sure.
const unitSeparator = "\x1f"

// packOrigin is what bucket objects and copies have besides kind and file name, empty for an upload.
func packOrigin(o faas.Origin) (string, error) {
	parts := []string{o.Bucket, o.Object, o.ETag, o.CopiedID, o.CopiedFunction, ""}
	if o.CopiedNumber != 0 {
		parts[5] = strconv.FormatInt(o.CopiedNumber, 10)
	}
	text := strings.Join(parts, unitSeparator)
	switch strings.Count(text, unitSeparator) {
	case len(text):
		return "", nil
	case len(parts) - 1:
		return text, nil
	}
	return "", faas.Invalidf("object", "The object's name or etag contains a control character.")
}

// unpackOrigin reads what packOrigin wrote.
func unpackOrigin(text string, o *faas.Origin) {
	if text == "" {
		return
	}
	for _, field := range []*string{&o.Bucket, &o.Object, &o.ETag, &o.CopiedID, &o.CopiedFunction} {
		*field, text, _ = strings.Cut(text, unitSeparator)
	}
	o.CopiedNumber, _ = strconv.ParseInt(text, 10, 64) // empty for a bucket's object: 0
}
