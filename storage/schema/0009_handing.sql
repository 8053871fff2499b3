-- Chats that are handed over, and several agents in one chat. address is the department that the visitor wrote to first,
-- and so the address of the conversation; department is who serves it now. handed_to: to whom its owner is handing it,
-- a department's id or an agent's address; '' to nobody.

ALTER TABLE chats ADD COLUMN address TEXT NOT NULL DEFAULT '';
ALTER TABLE chats ADD COLUMN handed_to TEXT NOT NULL DEFAULT '';
UPDATE chats SET address = department;

DROP INDEX chats_of_visitor;
CREATE INDEX chats_of_visitor ON chats (visitor, address);

-- Agents in a chat besides its owner: invited (1), joined (2), watching (3). Only of chats that are not closed.
CREATE TABLE participants (
    chat INTEGER NOT NULL REFERENCES chats (number) DEFERRABLE INITIALLY DEFERRED,
    agent TEXT NOT NULL,
    part INTEGER NOT NULL CHECK (part BETWEEN 1 AND 3),
    PRIMARY KEY (chat, agent)
) STRICT, WITHOUT ROWID;
