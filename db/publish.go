package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"verso/faas"
)

const (
	// The number is taken by the statement that also locks the function's row: creators of the same function pass here
	// one after the other, and a transaction that fails gives its number back.
	numberClaim = `UPDATE functions SET last_number = last_number + 1, runtime = ?, changed_at = ?, changed_by = ?,
change = 'created #' || CAST(last_number + 1 AS TEXT)
WHERE id = ? AND project_id = ? AND status = 'active' RETURNING last_number, tag_list`

	packageInsert = `INSERT INTO packages (sha256, size, fingerprint, files, unpacked) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (sha256) DO NOTHING`
)

// PublishVersion makes the version visible and ends the operation, all in one transaction; see faas.OperationQueue.
func (s *Store) PublishVersion(ctx context.Context, l faas.Lease, v faas.Version, tags []string, stages []faas.StageTime, a faas.Audit) (faas.Version, error) {
	err := s.tx(ctx, func(t *tx) error {
		var list string
		err := t.row(numberClaim, v.Settings.Runtime, micros(v.CreatedAt), v.Author, v.FunctionID, v.ProjectID).scan(&v.Number, &list)
		if errors.Is(err, sql.ErrNoRows) {
			return faas.Errorf(faas.NotFound, "The function is gone or is being deleted.")
		}
		if err != nil {
			return fmt.Errorf("take a number: %w", err)
		}
		if err := t.insertVersion(v); err != nil {
			return fmt.Errorf("store the version: %w", err)
		}
		tags := append([]string{faas.Latest}, slices.DeleteFunc(slices.Clone(tags), func(tag string) bool { return tag == faas.Latest })...)
		if err := t.putTags(v, tags, list); err != nil {
			return err
		}
		if err := t.auditVersion(a, v.Number, tags, list); err != nil {
			return err
		}
		return t.finish(l, faas.Succeeded, v.Number, nil, stages)
	})
	if err != nil {
		return faas.Version{}, err
	}
	return v, nil
}

// auditVersion writes a version's line, whose number is known only here, and one for each tag that was set with it but
// $latest, which moves by itself. list is the function's tag list before.
func (t *tx) auditVersion(a faas.Audit, number int64, tags []string, list string) error {
	if err := t.orderedBy(&a); err != nil {
		return err
	}
	if a.At.IsZero() {
		a.At = time.Now()
	}
	name := a.Detail
	a.Detail = strings.TrimSpace(fmt.Sprintf("%s #%d", name, number))
	if err := t.audit(a); err != nil {
		return err
	}
	before := map[string]int64{}
	for _, ref := range tagRefs(0, list) {
		before[ref.Name] = ref.Number
	}
	for _, tag := range tags {
		if tag == faas.Latest {
			continue
		}
		a.ID, a.Kind, a.At = "", faas.AuditTag, a.At.Add(time.Microsecond) // after the version's, whatever its id
		a.Action, a.Detail = "tag.set", fmt.Sprintf("%s on %s #%d", tag, name, number)
		if from, moves := before[tag]; moves {
			a.Action, a.Detail = "tag.move", fmt.Sprintf("%s of %s from #%d to #%d", tag, name, from, number)
		}
		if err := t.audit(a); err != nil {
			return err
		}
	}
	return nil
}

func versionInsert() string {
	return insertText("versions ", "("+rowColumns+", search, "+wholeColumns+")", 1)
}

func (t *tx) insertVersion(v faas.Version) error {
	environment, err := encode(v.Settings.Environment)
	if err != nil {
		return err
	}
	subnets, err := encode(v.Settings.SubnetIDs)
	if err != nil {
		return err
	}
	origin, err := packOrigin(v.Origin)
	if err != nil {
		return err
	}
	p := v.Package
	if _, err := t.exec(packageInsert, p.SHA256, p.Size, p.Fingerprint, p.Files, p.Unpacked); err != nil {
		return err
	}
	_, err = t.exec(versionInsert(),
		v.Number, v.ID, string(faas.VersionActive), v.Description, v.Settings.Runtime, v.Settings.Memory, p.Size,
		p.SHA256, string(v.Origin.Kind), v.Origin.FileName, origin, v.Author, string(v.Door), micros(v.CreatedAt),
		searchable(v.Description, v.Author, v.Origin.FileName),
		v.FunctionID, v.ProjectID, v.Settings.Entrypoint, v.Settings.Timeout.Microseconds(), v.Settings.ServiceAccountID,
		environment, v.Settings.NetworkID, subnets, v.AuthorID, v.RequestID, v.Address, v.OperationID)
	return err
}
