-- Rows of the outbox for visitors who come over the link, with what their messages are made of again after a restart.
-- What there is was for agents (side 1). And of a chat, whether it was ever put to agents; of those that there are
-- it is not known.

ALTER TABLE outbox ADD COLUMN side INTEGER NOT NULL DEFAULT 1 CHECK (side IN (1, 2));
ALTER TABLE outbox ADD COLUMN visitor TEXT NOT NULL DEFAULT '';
ALTER TABLE outbox ADD COLUMN chat INTEGER NOT NULL DEFAULT 0;
ALTER TABLE outbox ADD COLUMN by INTEGER NOT NULL DEFAULT 0;
ALTER TABLE outbox ADD COLUMN name TEXT NOT NULL DEFAULT '';
ALTER TABLE outbox ADD COLUMN event TEXT NOT NULL DEFAULT '';
ALTER TABLE outbox ADD COLUMN knows_ids INTEGER NOT NULL DEFAULT 0 CHECK (knows_ids IN (0, 1));

ALTER TABLE chats ADD COLUMN offered INTEGER NOT NULL DEFAULT 1 CHECK (offered IN (0, 1));
