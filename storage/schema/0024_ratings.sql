-- What visitors say of chats that have ended (component/desk/rating.h). scale: 1 stars (value 1 to 5), 2 thumbs (1 up, 0 down).
-- at: when it was given; changed: when it was changed last, or the same.

CREATE TABLE ratings (
    chat INTEGER NOT NULL PRIMARY KEY REFERENCES chats (number) DEFERRABLE INITIALLY DEFERRED,
    scale INTEGER NOT NULL CHECK (scale IN (1, 2)),
    value INTEGER NOT NULL CHECK (value BETWEEN (scale = 1) AND CASE scale WHEN 1 THEN 5 ELSE 1 END),
    text TEXT NOT NULL,
    at INTEGER NOT NULL,
    changed INTEGER NOT NULL CHECK (changed >= at)
) STRICT;
