package db

import (
	"context"
	"fmt"
	"time"

	"verso/faas"
)

const (
	packageColumns  = `SELECT sha256, size, fingerprint, files, unpacked FROM packages WHERE `
	packageUsed     = `EXISTS (SELECT 1 FROM versions WHERE versions.package_sha256 = packages.sha256)`
	packageBySHA256 = packageColumns + `sha256 = ? AND ` + packageUsed
	packagesAfter   = packageColumns + `sha256 > ? AND ` + packageUsed + ` ORDER BY sha256 LIMIT 500`

	uploadInsert = `INSERT INTO uploads (id, project_id, owner_id, file_name, package_sha256, size, fingerprint, files, unpacked,
created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
	uploadByID = `SELECT id, project_id, owner_id, file_name, package_sha256, size, fingerprint, files, unpacked, created_at, expires_at
FROM uploads WHERE id = ? AND project_id = ? AND owner_id = ?`

	expireUploads = `DELETE FROM uploads WHERE expires_at <= ?`
	expireKeys    = `DELETE FROM idempotency WHERE expires_at <= ?`

	expireSessions = `DELETE FROM sessions WHERE expires_at <= ?`
	expireTries    = `DELETE FROM tries WHERE ends_at <= ?`
	expireSetup    = `UPDATE installation SET setup_hash = '', setup_expires = 0 WHERE setup_hash <> '' AND setup_expires <= ?`
	expireTokens   = `DELETE FROM tokens WHERE expires_at > 0 AND expires_at <= ?`
	expireRevoked  = `DELETE FROM tokens WHERE revoked_at > 0 AND revoked_at <= ?`

	dutyTake = `INSERT INTO duties (name, holder, held_til) VALUES (?, ?, {now} + ?)
ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, held_til = excluded.held_til
WHERE duties.held_til <= {now} OR duties.holder = excluded.holder`
)

// AddUpload stores a package that waits for a form to be corrected.
func (s *Store) AddUpload(ctx context.Context, u faas.Upload) error {
	return s.tx(ctx, func(t *tx) error {
		if err := t.namePackage(u.Package.SHA256); err != nil {
			return err
		}
		_, err := t.exec(uploadInsert, u.ID, u.ProjectID, u.OwnerID, u.FileName, u.Package.SHA256, u.Package.Size,
			u.Package.Fingerprint, u.Package.Files, u.Package.Unpacked, micros(u.CreatedAt), micros(u.ExpiresAt))
		if err != nil {
			return fmt.Errorf("store upload: %w", err)
		}
		return nil
	})
}

// UploadByID finds an upload of this owner in the project.
func (s *Store) UploadByID(ctx context.Context, projectID, ownerID, id string) (faas.Upload, error) {
	var u faas.Upload
	var created, expires int64
	err := s.read.row(ctx, uploadByID, id, projectID, ownerID).scan(&u.ID, &u.ProjectID, &u.OwnerID, &u.FileName,
		&u.Package.SHA256, &u.Package.Size, &u.Package.Fingerprint, &u.Package.Files, &u.Package.Unpacked, &created, &expires)
	if err != nil {
		return faas.Upload{}, missing(err, "upload")
	}
	u.CreatedAt, u.ExpiresAt = at(created), at(expires)
	return u, nil
}

// PackageBySHA256 finds a package that some version names.
func (s *Store) PackageBySHA256(ctx context.Context, sha256 string) (faas.Package, error) {
	var p faas.Package
	err := s.read.row(ctx, packageBySHA256, sha256).scan(&p.SHA256, &p.Size, &p.Fingerprint, &p.Files, &p.Unpacked)
	if err != nil {
		return faas.Package{}, missing(err, "package")
	}
	return p, nil
}

// EachPackage calls fn for every package that a version names, by sha-256. It reads a stretch at a time and holds no
// connection while fn runs, so fn may take long and use the store.
func (s *Store) EachPackage(ctx context.Context, fn func(faas.Package) error) error {
	for after := ""; ; {
		list, err := s.packagesAfter(ctx, after)
		if err != nil {
			return fmt.Errorf("list packages: %w", err)
		}
		if len(list) == 0 {
			return nil
		}
		for _, p := range list {
			if err := fn(p); err != nil {
				return err
			}
		}
		after = list[len(list)-1].SHA256
	}
}

func (s *Store) packagesAfter(ctx context.Context, after string) ([]faas.Package, error) {
	rows, err := s.read.rows(ctx, packagesAfter, after)
	if err != nil {
		return nil, err
	}
	var list []faas.Package
	err = each(ctx, s.dialect, rows, func(scan func(...any) error) error {
		var p faas.Package
		if err := scan(&p.SHA256, &p.Size, &p.Fingerprint, &p.Files, &p.Unpacked); err != nil {
			return err
		}
		list = append(list, p)
		return nil
	})
	return list, err
}

// uselessTime is how long a token that opens nothing stays in the lists.
const uselessTime = 30 * 24 * time.Hour

// Expire deletes what is past its time; see faas.Keeper.
func (s *Store) Expire(ctx context.Context, now time.Time) (removed int, err error) {
	useless := now.Add(-uselessTime)
	err = s.tx(ctx, func(t *tx) error {
		for _, past := range []struct {
			text string
			at   time.Time
		}{
			{expireUploads, now},
			{expireKeys, now},
			{expireSessions, now},
			{expireTries, now},
			{expireSetup, now},
			{expireTokens, useless},
			{expireRevoked, useless},
		} {
			n, err := t.exec(past.text, micros(past.at))
			if err != nil {
				return fmt.Errorf("expire: %w", err)
			}
			removed += int(n)
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	return removed, nil
}

// TakeDuty makes the caller the only holder of a recurring duty for a while, or extends that; false when somebody else
// holds it.
func (s *Store) TakeDuty(ctx context.Context, duty, holder string, lease time.Duration) (bool, error) {
	var n int64
	err := s.tx(ctx, func(t *tx) error {
		var err error
		n, err = t.exec(dutyTake, duty, holder, lease.Microseconds())
		return err
	})
	if err != nil {
		return false, fmt.Errorf("take the duty %s: %w", duty, err)
	}
	return n == 1, nil
}
