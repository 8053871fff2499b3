-- What agents know and keep: a visitor's telephone number and free fields (lines "name: value"), a chat's tags (words with
-- blanks between).

ALTER TABLE visitors ADD COLUMN phone TEXT NOT NULL DEFAULT '';
ALTER TABLE visitors ADD COLUMN fields TEXT NOT NULL DEFAULT '';

ALTER TABLE chats ADD COLUMN tags TEXT NOT NULL DEFAULT '';
