-- Of agents who have a fixed pool of contacts: which visitor stands behind which, and which was approved.
-- visitor '': the contact is free; ended 0: the visitor is there.

CREATE TABLE slots (
    agent TEXT NOT NULL CHECK (agent <> ''),
    number INTEGER NOT NULL CHECK (number > 0),
    visitor TEXT NOT NULL,
    chat INTEGER NOT NULL,
    ended INTEGER NOT NULL,
    unread INTEGER NOT NULL CHECK (unread IN (0, 1)),
    first_notice INTEGER NOT NULL,
    approved INTEGER NOT NULL CHECK (approved IN (0, 1)),
    PRIMARY KEY (agent, number)
) STRICT, WITHOUT ROWID;
