-- What time does to tickets. wake: when the scheduler looks at it next (0: never). overdue: when the first of the targets that
-- run is, or was, due (0: none runs). priority: of the chat, from the conversion on. awaits: nothing (0), the first answer (1),
-- the next one (2), for which answer_spent milliseconds of opening time have passed, and more since answer_since (0: it rests);
-- the same to the solution. answered: the first answer; solved: when it came to an end, the last time (0: not yet). told,
-- measured, missed: bits, of each target (desk/target.h).

ALTER TABLE tickets ADD COLUMN wake INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tickets ADD COLUMN overdue INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tickets ADD COLUMN priority INTEGER NOT NULL DEFAULT 2;
ALTER TABLE tickets ADD COLUMN awaits INTEGER NOT NULL DEFAULT 0 CHECK (awaits BETWEEN 0 AND 2);
ALTER TABLE tickets ADD COLUMN answer_since INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tickets ADD COLUMN answer_spent INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tickets ADD COLUMN solution_since INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tickets ADD COLUMN solution_spent INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tickets ADD COLUMN answered INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tickets ADD COLUMN solved INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tickets ADD COLUMN told INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tickets ADD COLUMN measured INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tickets ADD COLUMN missed INTEGER NOT NULL DEFAULT 0;

-- Those that there are: as if they had been measured from their conversion on.
UPDATE tickets SET
    priority = (SELECT c.priority FROM chats c WHERE c.number = tickets.number),
    answered = coalesce((SELECT e.at FROM entries e WHERE e.chat = tickets.number AND e.kind = 1 AND e.by = 2
                         ORDER BY e.sequence LIMIT 1), 0),
    solved = CASE WHEN state > 3 THEN changed ELSE 0 END,
    solution_since = CASE WHEN state < 3 OR due > 0 THEN converted ELSE 0 END;
UPDATE tickets SET awaits = 1, answer_since = solution_since WHERE answered = 0;

CREATE INDEX tickets_wake ON tickets (wake) WHERE wake > 0;
CREATE INDEX tickets_overdue ON tickets (overdue) WHERE overdue > 0;
-- All that the scheduler looks through after a start.
CREATE INDEX tickets_to_do ON tickets (number) WHERE state < 5;
