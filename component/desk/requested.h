/* requested.h - tickets of a visitor who is in memory: what decides where their next line goes, and
 * what they may know.
 *
 * At most VISITOR_TICKETS, the latest first; for one too many a CLOSED one goes, else the oldest.
 * They are copies that follow every change (ticket_store), whether the ticket itself is in memory
 * or not. */
#pragma once

#include "desk/desk.h"

enum { REQUESTED_SUBJECT_POINTS = 120, REQUESTED_SUBJECT_BYTES = 480 };

struct requested {
    struct visitor_ticket *tickets; /* room for VISITOR_TICKETS with the first: most visitors have
                                       none; their strings are owned */
    size_t count;
};

void requested_finish(struct requested *r);
/* NULL: not known. */
struct visitor_ticket *requested_find(struct requested *r, int64_t number);
/* As it is now, copied; NULL: it is older than those that are kept. */
struct visitor_ticket *requested_put(struct requested *r, const struct ticket_record *record);
/* It is erased. */
void requested_drop(struct requested *r, int64_t number);
/* A line of a chat: as much of it as stands for a subject. */
void requested_set_first_line(struct visitor_ticket *t, const char *line);
/* What was said last: of e the sequence, who said it, its id, and how far it was seen. */
void requested_set_last(struct visitor_ticket *t, const struct entry_record *e);
/* The requester's answer is awaited: an agent spoke last, or it is PENDING for them. */
bool requested_waits(const struct ticket_record *r);
