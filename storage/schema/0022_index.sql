-- Work that has begun and must be finished, though we are killed, once more. index: the index of searches is being made again, of
-- the chats whose number is below reached. rewrite: pages of the file belong to nothing any more, and only a VACUUM is rid of them.

CREATE TABLE upkeep_kept (
    work TEXT NOT NULL PRIMARY KEY CHECK (work IN ('scrub', 'index', 'rewrite')),
    since INTEGER NOT NULL,
    reached INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
INSERT INTO upkeep_kept (work, since) SELECT work, since FROM upkeep;
DROP TABLE upkeep;
ALTER TABLE upkeep_kept RENAME TO upkeep;
