-- Signed identity. What the visitor's website has vouched for last: who it is (the JWT's sub, '' nobody), what else it said (lines
-- "name: value"), and when that was shown to us.

ALTER TABLE visitors ADD COLUMN subject TEXT NOT NULL DEFAULT '';
ALTER TABLE visitors ADD COLUMN claims TEXT NOT NULL DEFAULT '';
ALTER TABLE visitors ADD COLUMN verified INTEGER NOT NULL DEFAULT 0;

CREATE INDEX visitors_by_subject ON visitors (site, subject) WHERE subject <> '';
