/* own_value.h - what stands in the own fields of a ticket.
 *
 * A value is of the ticket, by its number, from the chat on; so it stays with it in another
 * department, which may have other fields. In memory it stands with the chat and with the ticket,
 * whichever of them are there, and both have the same. Which fields can be written says the
 * department that has the ticket, or the chat that is none.
 *
 * A field that is required must be there before the ticket is SOLVED: by a command, or because an
 * agent ends a chat whose department makes each a ticket. What ends otherwise is not SOLVED. */
#pragma once

#include "desk/desk.h"
#include "desk/own_field.h"

struct chat;
struct ticket;

/* Of a department, in the order of the configuration; NULL behind the last. */
const struct own_field *desk_own_field(const struct desk *d, const char *department, size_t at);
/* Which field a text begins with, by name or label, the longest that fits; *len: how much of it
 * that is. NULL: none. */
const struct own_field *desk_own_begins(const struct desk *d, const char *department,
                                        const char *text, size_t *len);

/* As they were read with the chat of that number (struct ticket_answer), behind desk_load_ticket:
 * what is in memory wins. */
void desk_load_own(struct desk *d, int64_t number, const struct own_records *own);
/* The start: of a chat that is open. */
void desk_load_own_record(struct desk *d, const struct own_record *r);

/* The values of a chat or ticket in memory, those of that department's fields first, in their
 * order, then what it brought from elsewhere; false behind the last. Borrowed until the next
 * change. */
struct own_view {
    const char *label; /* the name, where the department has no such field */
    const char *value;
    const struct own_field *field; /* NULL: likewise */
};
bool desk_own_value(const struct desk *d, int64_t number, const char *department, size_t at,
                    struct own_view *out);
/* In that field of it; "": nothing. */
const char *desk_own(const struct desk *d, int64_t number, const char *field);
/* The department whose fields it has; NULL: it is not in memory. */
const char *desk_own_department(const struct desk *d, int64_t number);
/* The first field that is required and empty; NULL: none. */
const struct own_field *desk_own_missing(const struct desk *d, int64_t number);

/* Of a chat or its ticket, as it was read; value "": taken out. By who may change the ticket, or
 * keep things of the chat (desk_agent_note). DESK_NOT_FOUND: there is no such chat for them.
 * DESK_FORBIDDEN. DESK_NO_TICKETS: no transcript is kept of it. DESK_CLOSED: its department has no
 * such field. DESK_FORM: the value does not fit. DESK_FULL: it is too long, or these are too many.
 * DESK_MISSING: the ticket is SOLVED, and that field is required. DESK_REPEATED. */
enum desk_result desk_set_own(struct desk *d, time_ms now, const char *who,
                              const struct chat_record *chat, const char *field, const char *value);
/* What it would say now. */
enum desk_result desk_may_set_own(struct desk *d, const char *who, const struct chat_record *chat,
                                  const char *field, const char *value);

/* ---- for desk/ ---- */

/* Of one chat or ticket; zeroed: none. */
struct own_values {
    struct own_value *all;
    size_t count;
};
void own_values_finish(struct own_values *values);
/* A ticket is made of a chat that is in memory, or of none (c NULL). */
void own_values_take(struct ticket *t, const struct chat *c);
void own_values_verify(const struct desk *d, const struct ticket *t);
