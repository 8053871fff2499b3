-- How urgent a chat is (1 low, 2 normal, 3 high, 4 urgent), and the agent whom a visitor talked to last, for departments
-- that offer a chat to that agent first. Of visitors that there are it is known from their chats.

ALTER TABLE chats ADD COLUMN priority INTEGER NOT NULL DEFAULT 2 CHECK (priority BETWEEN 1 AND 4);

ALTER TABLE visitors ADD COLUMN last_agent TEXT NOT NULL DEFAULT '';
UPDATE visitors SET last_agent = coalesce((SELECT owner FROM chats WHERE chats.visitor = visitors.id AND owner <> ''
    ORDER BY number DESC LIMIT 1), '');
