-- Who may not write here: a visitor, and the address that they came from (a network address, of IPv6 the /64, or a bare JID;
-- '' unknown). A row is deleted when the block ends, and the address with it.

CREATE TABLE blocks (
    number INTEGER PRIMARY KEY,
    visitor TEXT NOT NULL UNIQUE,
    origin TEXT NOT NULL,
    chat INTEGER NOT NULL,
    department TEXT NOT NULL,
    agent TEXT NOT NULL,
    reason TEXT NOT NULL,
    at INTEGER NOT NULL,
    until INTEGER NOT NULL
) STRICT;
