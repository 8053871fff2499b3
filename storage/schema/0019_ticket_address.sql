-- Whose ticket it is and at which address they wrote (the chat's visitor and address, which never change): a visitor's tickets
-- are a range of one index. last: the last line that was said behind the chat's end, by the requester (last_by 1) or an agent
-- (2); 0: none was.

ALTER TABLE tickets ADD COLUMN visitor TEXT NOT NULL DEFAULT '';
ALTER TABLE tickets ADD COLUMN address TEXT NOT NULL DEFAULT '';
ALTER TABLE tickets ADD COLUMN last INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tickets ADD COLUMN last_by INTEGER NOT NULL DEFAULT 0 CHECK (last_by BETWEEN 0 AND 2);
UPDATE tickets SET (visitor, address) = (SELECT visitor, address FROM chats WHERE chats.number = tickets.number);
CREATE INDEX tickets_of_visitor ON tickets (visitor, state);
