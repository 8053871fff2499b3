-- Whether a line of the ticket came back from the server of who has it, and no agent has spoken there since: the others are
-- told once, also behind a restart.

ALTER TABLE tickets ADD COLUMN unreached INTEGER NOT NULL DEFAULT 0 CHECK (unreached IN (0, 1));
