-- A form that an agent sent to the visitor, as it was asked (component/desk/question.h). Its line has the event 'form'; what
-- became of it is an entry about that line.

ALTER TABLE entries ADD COLUMN form TEXT NOT NULL DEFAULT '';
