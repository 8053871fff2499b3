-- What visitors of a department (scope 1, its id) or of a site (2, its id) are told before and during a chat, one line each, as
-- who said so wrote it. until 0: until somebody ends it. A row is deleted when it ends.

CREATE TABLE bulletins (
    scope INTEGER NOT NULL CHECK (scope BETWEEN 1 AND 2),
    place TEXT NOT NULL,
    text TEXT NOT NULL CHECK (text <> ''),
    agent TEXT NOT NULL,
    at INTEGER NOT NULL,
    until INTEGER NOT NULL,
    PRIMARY KEY (scope, place)
) STRICT, WITHOUT ROWID;
