-- Canned answers. scope 1: an agent's own (owner: bare JID), 2: a department's (owner: its id), 3: for all (owner '').

CREATE TABLE canned (
    scope INTEGER NOT NULL CHECK (scope BETWEEN 1 AND 3),
    owner TEXT NOT NULL CHECK ((owner = '') = (scope = 3)),
    word TEXT NOT NULL CHECK (word <> ''),
    text TEXT NOT NULL,
    author TEXT NOT NULL,
    changed INTEGER NOT NULL,
    PRIMARY KEY (scope, owner, word)
) STRICT, WITHOUT ROWID;
