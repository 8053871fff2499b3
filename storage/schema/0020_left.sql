-- Messages that are left. visitors.consent: what a visitor agreed to last, "VERSION TIME"; '' nothing. tickets.was_left: it was
-- made of a message that was left, and its requester was told the number.

ALTER TABLE visitors ADD COLUMN consent TEXT NOT NULL DEFAULT '';
ALTER TABLE tickets ADD COLUMN was_left INTEGER NOT NULL DEFAULT 0 CHECK (was_left IN (0, 1));

-- How far an agent was told of a department's new tickets, by when they were converted.
CREATE TABLE news (
    agent TEXT NOT NULL,
    department TEXT NOT NULL,
    told INTEGER NOT NULL,
    PRIMARY KEY (agent, department)
) STRICT, WITHOUT ROWID;

-- What nobody has, of a department, by when it was converted.
CREATE INDEX tickets_news ON tickets (department, converted) WHERE state = 1 AND owner = '';
