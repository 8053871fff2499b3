-- Lists of tickets by tag and by priority, views that agents keep, and the index that searches go by.
--
-- tags: each word of chats.tags.

CREATE TABLE tags (
    tag TEXT NOT NULL,
    chat INTEGER NOT NULL,
    PRIMARY KEY (tag, chat)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER chat_tags_added AFTER INSERT ON chats WHEN new.tags <> '' BEGIN
    INSERT OR IGNORE INTO tags (tag, chat) SELECT value, new.number
        FROM json_each('[' || replace(json_quote(new.tags), ' ', '","') || ']') WHERE value <> '';
END;
CREATE TRIGGER chat_tags_changed AFTER UPDATE OF tags ON chats WHEN new.tags <> old.tags BEGIN
    DELETE FROM tags WHERE chat = old.number AND tag IN (SELECT value
        FROM json_each('[' || replace(json_quote(old.tags), ' ', '","') || ']'));
    INSERT OR IGNORE INTO tags (tag, chat) SELECT value, new.number
        FROM json_each('[' || replace(json_quote(new.tags), ' ', '","') || ']') WHERE value <> '';
END;
CREATE TRIGGER chat_tags_gone AFTER DELETE ON chats WHEN old.tags <> '' BEGIN
    DELETE FROM tags WHERE chat = old.number AND tag IN (SELECT value
        FROM json_each('[' || replace(json_quote(old.tags), ' ', '","') || ']'));
END;
INSERT INTO tags (tag, chat) SELECT DISTINCT value, number
    FROM chats, json_each('[' || replace(json_quote(tags), ' ', '","') || ']') WHERE tags <> '' AND value <> '';

CREATE INDEX chats_of_priority ON chats (priority) WHERE priority <> 2;
CREATE INDEX tickets_dated ON tickets (number) WHERE due > 0;
CREATE INDEX tickets_targeted ON tickets (number) WHERE overdue > 0;

-- What an agent keeps as a list of tickets: the words that are typed behind the command.
CREATE TABLE saved (
    agent TEXT NOT NULL,
    name TEXT NOT NULL,
    words TEXT NOT NULL,
    PRIMARY KEY (agent, name)
) STRICT, WITHOUT ROWID;

-- What is searched, as it stands there now: what was said and noted in a chat, how it is called and who asked, and what
-- else is kept of who asked. search has their words (storage/sqlite.h), in the rows 4 * number, + 1, + 2. It has no content of its own.

CREATE VIEW search_said (number, text) AS
    SELECT chat, CASE fate WHEN 2 THEN '' WHEN 1 THEN shown ELSE body END FROM entries
    WHERE kind = 1 OR (kind = 3 AND event IN ('', 'whisper', 'reason', 'transfer', 'invite', 'telephone', 'letter', 'counter'))
        OR (kind = 2 AND event = 'form-answered');
CREATE VIEW search_names (number, visitor, text) AS
    SELECT c.number, c.visitor, trim(v.name || ' ' || v.email || ' ' || v.phone || ' ' || c.tags || ' ' || coalesce(t.subject, ''))
    FROM chats c JOIN visitors v ON v.id = c.visitor LEFT JOIN tickets t ON t.number = c.number;
CREATE VIEW search_fields (number, visitor, text) AS
    SELECT c.number, c.visitor, v.fields FROM chats c JOIN visitors v ON v.id = c.visitor;

CREATE VIRTUAL TABLE search USING fts5 (
    words, content = '', detail = 'none', columnsize = 0, tokenize = 'unicode61 remove_diacritics 2'
);
INSERT INTO search (rowid, words)
    SELECT c.number * 4 + p.part, search_words(CASE p.part
        WHEN 0 THEN (SELECT group_concat(text, ' ') FROM search_said s WHERE s.number = c.number)
        WHEN 1 THEN (SELECT text FROM search_names n WHERE n.number = c.number)
        ELSE (SELECT text FROM search_fields f WHERE f.number = c.number) END)
    FROM chats c CROSS JOIN (SELECT 0 AS part UNION ALL SELECT 1 UNION ALL SELECT 2) p;
