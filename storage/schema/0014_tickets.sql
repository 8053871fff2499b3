-- A chat that was converted is a ticket of the same number. Its requester is the chat's visitor; subject '': nobody named it,
-- and the visitor's first line stands for it. state: new (1), open (2), pending (3), solved (4), closed (5). due, of a pending
-- one: until then; 0: until the requester says something. level: 1 to 3, as agents have them. converted_by '': the department
-- converts each of its chats.

CREATE TABLE tickets (
    number INTEGER NOT NULL PRIMARY KEY REFERENCES chats (number) DEFERRABLE INITIALLY DEFERRED,
    department TEXT NOT NULL,
    state INTEGER NOT NULL CHECK (state BETWEEN 1 AND 5),
    owner TEXT NOT NULL,
    subject TEXT NOT NULL,
    due INTEGER NOT NULL CHECK (due = 0 OR state = 3),
    level INTEGER NOT NULL CHECK (level BETWEEN 1 AND 3),
    converted INTEGER NOT NULL,
    converted_by TEXT NOT NULL,
    changed INTEGER NOT NULL
) STRICT;

-- For lists, the latest first, a page at a time by number, with which each index ends. What is to be done, of somebody or of
-- nobody (''); a department's, and all, by state; and what comes due.
CREATE INDEX tickets_of_owner ON tickets (owner) WHERE state < 4;
CREATE INDEX tickets_of_department ON tickets (department, state);
CREATE INDEX tickets_in_state ON tickets (state);
CREATE INDEX tickets_due ON tickets (due) WHERE due > 0;
