-- Time that was spent on a chat or its ticket: while an agent had the chat (by_hand 0, from when they took it; agent '': who it
-- was is not known any more), or as somebody said (by_hand 1, when they said so; lasted is less than 0 where they took off).
-- lasted: milliseconds.

CREATE TABLE spent (
    number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT CHECK (number > 0),
    chat INTEGER NOT NULL REFERENCES chats (number) DEFERRABLE INITIALLY DEFERRED,
    agent TEXT NOT NULL,
    began INTEGER NOT NULL,
    lasted INTEGER NOT NULL CHECK (lasted > 0 OR (lasted < 0 AND by_hand = 1)),
    by_hand INTEGER NOT NULL CHECK (by_hand IN (0, 1))
) STRICT;
CREATE INDEX spent_on_chat ON spent (chat, began);

-- Chats that ended before: as if who had them last had had them all the time.
INSERT INTO spent (chat, agent, began, lasted, by_hand)
    SELECT number, owner, claimed, closed - claimed, 0 FROM chats WHERE state = 4 AND claimed > 0 AND closed > claimed;

-- Agents who are told what is said on a ticket besides its owner: bare JIDs with a blank between two.
ALTER TABLE tickets ADD COLUMN watchers TEXT NOT NULL DEFAULT '';
