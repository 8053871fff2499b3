-- What administrators change while the daemon runs, beside the configuration file: a value of a key of an agent (kind 1), a
-- department (2) or a calendar (3), of which id says which one; kind 4: the agent id belongs to the department field. And
-- who changed what. The audit log only grows.

CREATE TABLE settings (
    kind INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 4),
    id TEXT NOT NULL CHECK (id <> ''),
    field TEXT NOT NULL CHECK (field <> ''),
    value TEXT NOT NULL,
    PRIMARY KEY (kind, id, field)
) STRICT, WITHOUT ROWID;

CREATE TABLE audit (
    number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT CHECK (number > 0),
    at INTEGER NOT NULL,
    who TEXT NOT NULL CHECK (who <> ''),
    what TEXT NOT NULL CHECK (what <> ''),
    before TEXT NOT NULL,
    after TEXT NOT NULL
) STRICT;

CREATE TRIGGER audit_stays BEFORE UPDATE ON audit BEGIN
    SELECT raise(ABORT, 'the audit log is never changed');
END;
