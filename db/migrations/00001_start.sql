-- +goose Up
-- Times are microseconds since 1970 UTC, ids are UUIDv7 in canonical text form, JSON is opaque text.
-- Columns that lists show come first in the wide tables: the embedded engine reads a row from its left.

CREATE TABLE projects (
    id         TEXT   NOT NULL PRIMARY KEY,
    name       TEXT   NOT NULL UNIQUE,
    created_at BIGINT NOT NULL
);

-- tag_list repeats the tags table in one word per tag ("beta 40,prod 38"; $latest is last_number), and runtime that of
-- the newest version, so that a page of functions is one range of one index.
CREATE TABLE functions (
    id          TEXT   NOT NULL PRIMARY KEY,
    project_id  TEXT   NOT NULL REFERENCES projects (id),
    name        TEXT   NOT NULL,
    description TEXT   NOT NULL,
    labels      TEXT   NOT NULL,
    status      TEXT   NOT NULL,
    last_number BIGINT NOT NULL,
    created_at  BIGINT NOT NULL,
    created_by  TEXT   NOT NULL,
    changed_at  BIGINT NOT NULL,
    changed_by  TEXT   NOT NULL,
    change      TEXT   NOT NULL,
    runtime     TEXT   NOT NULL,
    tag_list    TEXT   NOT NULL,
    search      TEXT   NOT NULL,
    UNIQUE (project_id, name)
);
CREATE INDEX functions_changed ON functions (project_id, changed_at, id);

-- Names that functions had before and that no other function has taken since.
CREATE TABLE old_names (
    project_id  TEXT NOT NULL,
    name        TEXT NOT NULL,
    function_id TEXT NOT NULL REFERENCES functions (id),
    PRIMARY KEY (project_id, name)
);
CREATE INDEX old_names_function ON old_names (function_id);

CREATE TABLE packages (
    sha256      TEXT   NOT NULL PRIMARY KEY,
    size        BIGINT NOT NULL,
    fingerprint TEXT   NOT NULL,
    files       BIGINT NOT NULL,
    unpacked    BIGINT NOT NULL
);

-- origin_more holds what only bucket objects and copies have, in one column, because every column of a list costs.
CREATE TABLE versions (
    function_id        TEXT   NOT NULL REFERENCES functions (id),
    number             BIGINT NOT NULL,
    id                 TEXT   NOT NULL PRIMARY KEY,
    status             TEXT   NOT NULL,
    description        TEXT   NOT NULL,
    runtime            TEXT   NOT NULL,
    memory             BIGINT NOT NULL,
    package_size       BIGINT NOT NULL,
    package_sha256     TEXT   NOT NULL REFERENCES packages (sha256),
    origin             TEXT   NOT NULL,
    file_name          TEXT   NOT NULL,
    origin_more        TEXT   NOT NULL,
    author             TEXT   NOT NULL,
    door               TEXT   NOT NULL,
    created_at         BIGINT NOT NULL,
    search             TEXT   NOT NULL,
    project_id         TEXT   NOT NULL,
    entrypoint         TEXT   NOT NULL,
    timeout_us         BIGINT NOT NULL,
    service_account_id TEXT   NOT NULL,
    environment        TEXT   NOT NULL,
    network_id         TEXT   NOT NULL,
    subnet_ids         TEXT   NOT NULL,
    author_id          TEXT   NOT NULL,
    request_id         TEXT   NOT NULL,
    address            TEXT   NOT NULL,
    operation_id       TEXT   NOT NULL,
    UNIQUE (function_id, number)
);
CREATE INDEX versions_author ON versions (function_id, author, number);
CREATE INDEX versions_runtime ON versions (function_id, runtime, number);
CREATE INDEX versions_origin ON versions (function_id, origin, number);
CREATE INDEX versions_package ON versions (package_sha256);

CREATE TABLE tags (
    function_id TEXT   NOT NULL,
    name        TEXT   NOT NULL,
    number      BIGINT NOT NULL,
    version_id  TEXT   NOT NULL,
    moved_at    BIGINT NOT NULL,
    moved_by    TEXT   NOT NULL,
    PRIMARY KEY (function_id, name),
    FOREIGN KEY (function_id, number) REFERENCES versions (function_id, number)
);
CREATE INDEX tags_version ON tags (function_id, number);

CREATE TABLE tag_moves (
    function_id TEXT   NOT NULL,
    id          TEXT   NOT NULL,
    tag         TEXT   NOT NULL,
    from_number BIGINT NOT NULL,
    to_number   BIGINT NOT NULL,
    moved_at    BIGINT NOT NULL,
    moved_by    TEXT   NOT NULL,
    door        TEXT   NOT NULL,
    reason      TEXT   NOT NULL,
    PRIMARY KEY (function_id, id)
);

-- One row is what a client polls and what a worker claims. due_at is when a worker may take it: for a queued one when
-- it is to run, for a running one when its lease ends. There is no foreign key: operations outlive their function.
CREATE TABLE operations (
    id             TEXT    NOT NULL PRIMARY KEY,
    project_id     TEXT    NOT NULL,
    function_id    TEXT    NOT NULL,
    function_name  TEXT    NOT NULL,
    kind           TEXT    NOT NULL,
    description    TEXT    NOT NULL,
    state          TEXT    NOT NULL,
    stages         TEXT    NOT NULL,
    created_at     BIGINT  NOT NULL,
    modified_at    BIGINT  NOT NULL,
    created_by     TEXT    NOT NULL,
    created_by_id  TEXT    NOT NULL,
    door           TEXT    NOT NULL,
    request_id     TEXT    NOT NULL,
    address        TEXT    NOT NULL,
    attempt        BIGINT  NOT NULL,
    run_at         BIGINT  NOT NULL,
    cancelling     BOOLEAN NOT NULL,
    version_id     TEXT    NOT NULL,
    package_sha256 TEXT    NOT NULL,
    number         BIGINT  NOT NULL,
    failure        TEXT    NOT NULL,
    due_at         BIGINT  NOT NULL,
    lease_token    BIGINT  NOT NULL,
    leased_by      TEXT    NOT NULL,
    work_order     TEXT    NOT NULL
);
CREATE INDEX operations_project ON operations (project_id, id);
CREATE INDEX operations_function ON operations (function_id, id);
CREATE INDEX operations_project_active ON operations (project_id, id) WHERE state IN ('queued', 'running');
CREATE INDEX operations_function_active ON operations (function_id, id) WHERE state IN ('queued', 'running');
CREATE INDEX operations_project_failed ON operations (project_id, id) WHERE state = 'failed';
CREATE INDEX operations_due ON operations (due_at, id) WHERE state IN ('queued', 'running');
CREATE INDEX operations_package ON operations (package_sha256) WHERE package_sha256 <> '' AND state IN ('queued', 'running');

CREATE TABLE idempotency (
    actor_id     TEXT   NOT NULL,
    key          TEXT   NOT NULL,
    fingerprint  TEXT   NOT NULL,
    operation_id TEXT   NOT NULL,
    expires_at   BIGINT NOT NULL,
    PRIMARY KEY (actor_id, key)
);
CREATE INDEX idempotency_expires ON idempotency (expires_at);

CREATE TABLE uploads (
    id             TEXT   NOT NULL PRIMARY KEY,
    project_id     TEXT   NOT NULL,
    owner_id       TEXT   NOT NULL,
    file_name      TEXT   NOT NULL,
    package_sha256 TEXT   NOT NULL,
    size           BIGINT NOT NULL,
    fingerprint    TEXT   NOT NULL,
    files          BIGINT NOT NULL,
    unpacked       BIGINT NOT NULL,
    created_at     BIGINT NOT NULL,
    expires_at     BIGINT NOT NULL
);
CREATE INDEX uploads_package ON uploads (package_sha256);
CREATE INDEX uploads_expires ON uploads (expires_at);

CREATE TABLE audit (
    id         TEXT   NOT NULL PRIMARY KEY,
    project_id TEXT   NOT NULL,
    at         BIGINT NOT NULL,
    actor      TEXT   NOT NULL,
    actor_id   TEXT   NOT NULL,
    door       TEXT   NOT NULL,
    request_id TEXT   NOT NULL,
    address    TEXT   NOT NULL,
    action     TEXT   NOT NULL,
    target     TEXT   NOT NULL,
    detail     TEXT   NOT NULL
);
CREATE INDEX audit_project ON audit (project_id, id);

-- Namers of a package and its remover meet at its row here; see discard.go.
CREATE TABLE discards (
    package_sha256 TEXT   NOT NULL PRIMARY KEY,
    touched_at     BIGINT NOT NULL
);

CREATE TABLE duties (
    name     TEXT   NOT NULL PRIMARY KEY,
    holder   TEXT   NOT NULL,
    held_til BIGINT NOT NULL
);
