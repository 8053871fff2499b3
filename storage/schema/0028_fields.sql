-- Own fields of tickets, as the configuration of departments names them: what agents wrote there, by the number from the chat
-- on. One that is empty has no row. They stand in the index of searches with what is known of who asked.

CREATE TABLE own_fields (
    chat INTEGER NOT NULL REFERENCES chats (number) DEFERRABLE INITIALLY DEFERRED,
    field TEXT NOT NULL,
    value TEXT NOT NULL CHECK (value <> ''),
    PRIMARY KEY (chat, field)
) STRICT, WITHOUT ROWID;

DROP VIEW search_fields;
CREATE VIEW search_fields (number, visitor, text) AS
    SELECT c.number, c.visitor, trim(v.fields || ' '
        || coalesce((SELECT group_concat(o.value, ' ') FROM own_fields o WHERE o.chat = c.number), ''))
    FROM chats c JOIN visitors v ON v.id = c.visitor;
