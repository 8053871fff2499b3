-- What becomes of a line: a correction, a retraction or reactions are entries of their own (kind 2, with the sequence of
-- the line they are about), and the line has beside its own text what is shown of it now. Of a reply, about is the line
-- that it answers. And rows of the outbox know which earlier message they are about, as their recipient knows it.

ALTER TABLE entries ADD COLUMN about INTEGER NOT NULL DEFAULT 0;
ALTER TABLE entries ADD COLUMN fate INTEGER NOT NULL DEFAULT 0 CHECK (fate BETWEEN 0 AND 2);
ALTER TABLE entries ADD COLUMN shown TEXT NOT NULL DEFAULT '';
ALTER TABLE entries ADD COLUMN visitor_reactions TEXT NOT NULL DEFAULT '';
ALTER TABLE entries ADD COLUMN agent_reactions TEXT NOT NULL DEFAULT '';

ALTER TABLE outbox ADD COLUMN act INTEGER NOT NULL DEFAULT 0 CHECK (act BETWEEN 0 AND 4);
ALTER TABLE outbox ADD COLUMN target TEXT NOT NULL DEFAULT '';
ALTER TABLE outbox ADD COLUMN payload TEXT NOT NULL DEFAULT '';
