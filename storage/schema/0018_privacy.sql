-- Data protection. A chat of a department that keeps no transcript: nothing that is said in it is stored.

ALTER TABLE chats ADD COLUMN unrecorded INTEGER NOT NULL DEFAULT 0 CHECK (unrecorded IN (0, 1));

-- Who looked at what was kept of whom. visitor '' and chat 0: not of one. Rows go with the person, and with time.
CREATE TABLE reads (
    number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT CHECK (number > 0),
    at INTEGER NOT NULL,
    who TEXT NOT NULL CHECK (who <> ''),
    what TEXT NOT NULL CHECK (what <> ''),
    visitor TEXT NOT NULL,
    chat INTEGER NOT NULL
) STRICT;
CREATE INDEX reads_of_visitor ON reads (visitor);
CREATE INDEX reads_of_chat ON reads (chat);

-- Work that has begun and must be finished, though we are killed: scrub, the file is to be rewritten so that nothing that was
-- deleted is left in it.
CREATE TABLE upkeep (
    work TEXT NOT NULL PRIMARY KEY CHECK (work IN ('scrub')),
    since INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- For finding a person, and what has been kept long enough.
CREATE INDEX visitors_by_email ON visitors (lower(email)) WHERE email <> '';
CREATE INDEX chats_ended ON chats (department, closed) WHERE state = 4;
CREATE INDEX tickets_ended ON tickets (department, changed) WHERE state > 3;

-- So that the numbers of lines that are not stored are not given again.
INSERT INTO sqlite_sequence (name, seq) SELECT 'entries', 0
    WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'entries');
