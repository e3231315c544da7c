-- +goose Up
-- Text that is ordered or compared by range sorts by its bytes, as in step 2, and what is joined with it does so too:
-- an index of another collation does not serve a join.
ALTER TABLE people ALTER COLUMN id TYPE TEXT COLLATE "C", ALTER COLUMN name TYPE TEXT COLLATE "C";
ALTER TABLE members ALTER COLUMN person_id TYPE TEXT COLLATE "C", ALTER COLUMN person TYPE TEXT COLLATE "C";
ALTER TABLE sessions ALTER COLUMN person_id TYPE TEXT COLLATE "C";
ALTER TABLE tokens ALTER COLUMN id TYPE TEXT COLLATE "C", ALTER COLUMN person_id TYPE TEXT COLLATE "C";
ALTER TABLE audit ALTER COLUMN actor TYPE TEXT COLLATE "C", ALTER COLUMN kind TYPE TEXT COLLATE "C";

-- The record only grows. A rule has no way to raise an error but to run something that fails, so these read their own
-- words as a number. They hold for everybody; what is revoked besides holds for all but superusers, and covers emptying
-- the table at once.
CREATE RULE audit_update AS ON UPDATE TO audit DO INSTEAD
    SELECT CAST(CAST('lines of the record are never changed' AS TEXT) AS BIGINT);
CREATE RULE audit_delete AS ON DELETE TO audit DO INSTEAD
    SELECT CAST(CAST('lines of the record are never removed' AS TEXT) AS BIGINT);
REVOKE UPDATE, DELETE, TRUNCATE ON audit FROM CURRENT_USER;
