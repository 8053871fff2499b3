/* canned_values.h - what is filled into a canned answer (canned.h), of a chat or of a ticket. */
#pragma once

#include "agents/call.h"
#include "agents/canned.h"

struct canned_values {
    struct filling_value table[CANNED_PLACES + 1]; /* its values are owned */
};

/* Of the chat under that contact; or, ticket not NULL, of the ticket that was read. */
struct canned_values *canned_values_create(const struct command_call *c,
                                           const struct ticket_answer *ticket);
void canned_values_destroy(void *v);
