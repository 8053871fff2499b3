/* listing.h - a page of tickets as an answer: a line each, read as often as it takes.
 *
 * One read looks at so many tickets and no more (storage_tickets), so an answer goes on from where
 * the last one ended, until the page is full, nothing is left, or it was asked often enough; then
 * it says how to go on. Only what the reader may read is asked for; and who may see which row is
 * looked up once more when it is there. That it was shown is noted of each (past.h). */
#pragma once

#include "agents/call.h"

/* q's texts are the call's or constants; scope and max are filled in. The rest of a longer list is
 * what is typed as head, "before=NUMBER", tail; copied. c is deferred. */
void listing_start(struct command_call *c, const struct ticket_query *q, const char *head,
                   const char *tail);
