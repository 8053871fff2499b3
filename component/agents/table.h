/* table.h - an answer of lines that have the same columns (command_row of call.h), as text and in a
 * form. */
#pragma once

#include "agents/call.h"

/* A line each, without those values that are empty. */
void table_write_text(const struct command_call *c, struct buf *text);
/* Into a <command/> that is open: these lines as a form of one field, then a form with an item for
 * each (XEP-0004 3.4). Gajim waits for ever behind a form with items, others show it empty; of
 * several payloads the first takes precedence (XEP-0050). */
void table_write_forms(const struct command_call *c, struct writer *w);
