-- Mails that are to go out (component/desk/mail.h). first 0: the receipt of that ticket; else the sequence of the first line
-- of agents that it carries, with those up to last. due: not before. tries: how often it was begun; from then on it carries
-- no further lines, so that a repeat is the same mail. To whom it goes and what it says is read when it goes: nothing of a
-- person stands here, and no reference keeps a chat that is to be erased.

CREATE TABLE mails (
    ticket INTEGER NOT NULL,
    first INTEGER NOT NULL CHECK (first >= 0),
    last INTEGER NOT NULL CHECK (last >= first),
    at INTEGER NOT NULL,
    due INTEGER NOT NULL,
    tries INTEGER NOT NULL CHECK (tries >= 0),
    PRIMARY KEY (ticket, first)
) STRICT, WITHOUT ROWID;
