-- +goose Up
-- People, what they sign in with, what they belong to, and a fuller record of what they do. Roles are stored by name.

-- One row, made here. It holds the offer of a set-up link, and whoever changes who may administer the installation, adds
-- a person or changes the sealing key locks it first.
CREATE TABLE installation (
    id            BIGINT NOT NULL PRIMARY KEY,
    setup_hash    TEXT   NOT NULL,
    setup_expires BIGINT NOT NULL
);
INSERT INTO installation (id, setup_hash, setup_expires) VALUES (1, '', 0);

-- Names never change, so other tables may repeat them.
CREATE TABLE people (
    id         TEXT    NOT NULL PRIMARY KEY,
    name       TEXT    NOT NULL UNIQUE,
    admin      BOOLEAN NOT NULL,
    disabled   BOOLEAN NOT NULL,
    issuer     TEXT    NOT NULL,
    subject    TEXT    NOT NULL,
    created_at BIGINT  NOT NULL,
    seen_at    BIGINT  NOT NULL,
    password   TEXT    NOT NULL
);
CREATE UNIQUE INDEX people_subject ON people (issuer, subject) WHERE issuer <> '';
CREATE INDEX people_admin ON people (id) WHERE admin AND NOT disabled;

-- The key begins with the person: every request asks for the projects of one.
CREATE TABLE members (
    person_id  TEXT    NOT NULL REFERENCES people (id),
    project_id TEXT    NOT NULL REFERENCES projects (id),
    person     TEXT    NOT NULL,
    role       TEXT    NOT NULL,
    federated  BOOLEAN NOT NULL,
    added_at   BIGINT  NOT NULL,
    added_by   TEXT    NOT NULL,
    PRIMARY KEY (person_id, project_id),
    UNIQUE (project_id, person)
);
CREATE INDEX members_owner ON members (project_id, person_id) WHERE role = 'owner';

-- What the cookie holds is not here, only its sha-256.
CREATE TABLE sessions (
    hash       TEXT   NOT NULL PRIMARY KEY,
    id         TEXT   NOT NULL UNIQUE,
    person_id  TEXT   NOT NULL REFERENCES people (id),
    created_at BIGINT NOT NULL,
    seen_at    BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    address    TEXT   NOT NULL,
    agent      TEXT   NOT NULL
);
CREATE INDEX sessions_person ON sessions (person_id, seen_at, id);
CREATE INDEX sessions_expires ON sessions (expires_at);

-- Tokens and access keys share scope and life. A token has the hash of its secret; a key has its secret, sealed.
CREATE TABLE tokens (
    id         TEXT    NOT NULL PRIMARY KEY,
    kind       TEXT    NOT NULL,
    project_id TEXT    NOT NULL REFERENCES projects (id),
    person_id  TEXT    NOT NULL REFERENCES people (id),
    name       TEXT    NOT NULL,
    role       TEXT    NOT NULL,
    read_only  BOOLEAN NOT NULL,
    last4      TEXT    NOT NULL,
    created_at BIGINT  NOT NULL,
    expires_at BIGINT  NOT NULL,
    used_at    BIGINT  NOT NULL,
    revoked_at BIGINT  NOT NULL,
    hash       TEXT    NOT NULL,
    sealed     TEXT    NOT NULL
);
CREATE INDEX tokens_project ON tokens (project_id, kind, created_at, id);
CREATE INDEX tokens_person ON tokens (project_id, kind, person_id, created_at, id);
CREATE INDEX tokens_expires ON tokens (expires_at) WHERE expires_at > 0;
CREATE INDEX tokens_revoked ON tokens (revoked_at) WHERE revoked_at > 0;

-- Counters of attempts to sign in, by a hash of whose they are.
CREATE TABLE tries (
    key     TEXT   NOT NULL PRIMARY KEY,
    count   BIGINT NOT NULL,
    ends_at BIGINT NOT NULL
);
CREATE INDEX tries_ends ON tries (ends_at);

-- Ids of the keys that stored values may be sealed with. The one used last is the current one.
CREATE TABLE secret_keys (
    id      TEXT   NOT NULL PRIMARY KEY,
    used_at BIGINT NOT NULL
);

-- Tags that only a lead moves, sorted, with commas between them.
ALTER TABLE projects ADD COLUMN protected_tags TEXT NOT NULL DEFAULT 'prod';

ALTER TABLE audit ADD COLUMN token TEXT NOT NULL DEFAULT '';
ALTER TABLE audit ADD COLUMN token_id TEXT NOT NULL DEFAULT '';
ALTER TABLE audit ADD COLUMN kind TEXT NOT NULL DEFAULT 'settings';
ALTER TABLE audit ADD COLUMN result TEXT NOT NULL DEFAULT 'done';
ALTER TABLE audit ADD COLUMN function_id TEXT NOT NULL DEFAULT '';
UPDATE audit SET kind = 'create' WHERE action IN ('project.create', 'function.create', 'version.create', 'version.published');
UPDATE audit SET kind = 'tag' WHERE action = 'tag.remove';
UPDATE audit SET kind = 'delete' WHERE action IN ('function.delete', 'function.deleted');
UPDATE audit SET function_id = target
WHERE action IN ('function.create', 'function.edit', 'function.delete', 'function.deleted', 'tag.remove');
UPDATE audit SET function_id = operations.function_id FROM operations
WHERE operations.version_id = audit.target AND audit.action IN ('version.create', 'version.published');
UPDATE audit SET function_id = operations.function_id FROM operations
WHERE operations.id = audit.target AND audit.action = 'operation.cancel';
DROP INDEX audit_project;
CREATE INDEX audit_project ON audit (project_id, at, id);
CREATE INDEX audit_actor ON audit (project_id, actor, at, id);
CREATE INDEX audit_kind ON audit (project_id, kind, at, id);
CREATE INDEX audit_function ON audit (function_id, at, id);
CREATE INDEX audit_target ON audit (target, at, id) WHERE target <> '';
