-- Whether an agent is at the counter, as they said it last: on (1), off (2) or in a pause (3). Who has said nothing has no row.

CREATE TABLE duty (
    agent TEXT NOT NULL PRIMARY KEY CHECK (agent <> ''),
    state INTEGER NOT NULL CHECK (state BETWEEN 1 AND 3),
    since INTEGER NOT NULL,
    until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
