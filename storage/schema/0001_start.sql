-- Texts are never NULL ('' instead), times are UTC milliseconds (0: never), order is by sequence.
-- References are checked at the commit, so that a batch may write in any order.
-- AUTOINCREMENT: a number, sequence or id is never given twice, even after rows are deleted.

CREATE TABLE visitors (
    id TEXT NOT NULL PRIMARY KEY CHECK (id <> ''),
    site TEXT NOT NULL,
    jid TEXT NOT NULL,
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    language TEXT NOT NULL,
    zone TEXT NOT NULL,
    browser TEXT NOT NULL,
    page_url TEXT NOT NULL,
    page_title TEXT NOT NULL,
    referrer TEXT NOT NULL,
    only_agent TEXT NOT NULL,
    first_seen INTEGER NOT NULL,
    last_seen INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX visitors_by_jid ON visitors (jid) WHERE jid <> '';

CREATE TABLE tokens (
    hash TEXT NOT NULL PRIMARY KEY CHECK (hash <> ''),
    visitor TEXT NOT NULL REFERENCES visitors (id) DEFERRABLE INITIALLY DEFERRED,
    state INTEGER NOT NULL CHECK (state BETWEEN 1 AND 3),
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX tokens_of_visitor ON tokens (visitor);

CREATE TABLE chats (
    number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT CHECK (number > 0),
    visitor TEXT NOT NULL REFERENCES visitors (id) DEFERRABLE INITIALLY DEFERRED,
    department TEXT NOT NULL,
    state INTEGER NOT NULL CHECK (state BETWEEN 1 AND 4),
    owner TEXT NOT NULL,
    was_left INTEGER NOT NULL CHECK (was_left IN (0, 1)),
    created INTEGER NOT NULL,
    waiting_since INTEGER NOT NULL,
    claimed INTEGER NOT NULL,
    closed INTEGER NOT NULL,
    closed_by TEXT NOT NULL
) STRICT;

CREATE INDEX chats_of_visitor ON chats (visitor, department);
CREATE INDEX chats_open ON chats (waiting_since) WHERE state <> 4;

-- The hot table: it only grows at its end, and so does its index within a running chat. An index in SQLite ends with the
-- row's key, so that of each chat and kind the entries lie in their order and a page of history is a range.
CREATE TABLE entries (
    sequence INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT CHECK (sequence > 0),
    chat INTEGER NOT NULL REFERENCES chats (number) DEFERRABLE INITIALLY DEFERRED,
    kind INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 3),
    by INTEGER NOT NULL CHECK (by BETWEEN 1 AND 3),
    at INTEGER NOT NULL,
    agent TEXT NOT NULL,
    name TEXT NOT NULL,
    sender_id TEXT NOT NULL,
    event TEXT NOT NULL,
    body TEXT NOT NULL,
    seen INTEGER NOT NULL CHECK (seen BETWEEN 0 AND 2)
) STRICT;

CREATE INDEX entries_of_chat ON entries (chat, kind);

CREATE TABLE outbox (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT CHECK (id > 0),
    recipient TEXT NOT NULL,
    sender TEXT NOT NULL,
    message_id TEXT NOT NULL,
    body TEXT NOT NULL,
    entry INTEGER NOT NULL,
    handed INTEGER NOT NULL CHECK (handed IN (0, 1)),
    attempts INTEGER NOT NULL,
    at INTEGER NOT NULL
) STRICT;

CREATE TABLE contacts (
    agent TEXT NOT NULL,
    contact TEXT NOT NULL,
    name TEXT NOT NULL,
    in_roster INTEGER NOT NULL CHECK (in_roster IN (0, 1)),
    present INTEGER NOT NULL CHECK (present IN (0, 1)),
    PRIMARY KEY (agent, contact)
) STRICT, WITHOUT ROWID;

CREATE TABLE subscribers (
    jid TEXT NOT NULL,
    department TEXT NOT NULL,
    PRIMARY KEY (jid, department)
) STRICT, WITHOUT ROWID;
