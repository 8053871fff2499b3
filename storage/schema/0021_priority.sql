-- Lists by priority go by the ticket's own, and those of what is not finished do not walk past what is.

DROP INDEX chats_of_priority;
CREATE INDEX tickets_of_priority ON tickets (priority) WHERE priority <> 2;
CREATE INDEX tickets_of_priority_unfinished ON tickets (priority) WHERE priority <> 2 AND state < 4;
