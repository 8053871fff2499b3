-- Tickets that belong together. tickets.merged: what it went into; 0: into none; -1: into one that was erased since. A merged
-- ticket is closed.

ALTER TABLE tickets ADD COLUMN merged INTEGER NOT NULL DEFAULT 0 CHECK (merged = 0 OR state = 5);
CREATE INDEX tickets_merged ON tickets (merged) WHERE merged <> 0;

-- Two that an agent linked, the lower number first. Rows go with either of them.
CREATE TABLE links (
    ticket INTEGER NOT NULL,
    other INTEGER NOT NULL CHECK (other > ticket),
    PRIMARY KEY (ticket, other)
) STRICT, WITHOUT ROWID;
CREATE INDEX links_back ON links (other);
