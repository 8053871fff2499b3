-- Files of chats. What is in them lies in a folder beside the database, under the id: the hash of what stands in the
-- file's address, so that who sees the folder or these rows cannot open a file over the web. They live as long as the chat.

CREATE TABLE files (
    id TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 64),
    chat INTEGER NOT NULL REFERENCES chats (number) DEFERRABLE INITIALLY DEFERRED,
    sender TEXT NOT NULL,
    name TEXT NOT NULL CHECK (name <> ''),
    type TEXT NOT NULL,
    size INTEGER NOT NULL CHECK (size >= 0),
    sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX files_of_chat ON files (chat);
