/* own.h - own fields of tickets in commands: what may stand there, and what came of it.
 *
 * In a form each is a field of its kind, "own-" and its name: a list, a day or a number that the
 * client may check (XEP-0122), or a line. Yes or no is a list of both and nothing, for a field that
 * nobody has filled in says neither. What is not submitted stays; if one does not fit, nothing is
 * changed, and the form comes again. */
#pragma once

#include "agents/call.h"
#include "desk/own_value.h"

/* What is missing, and how it is set: of that chat or ticket, which desk_own_missing says so of. */
void own_fail_missing(struct command_call *c, int64_t number);
/* Facts of the chat or ticket that was read (desk_load_own). */
void own_tell(struct command_call *c, const struct ticket_answer *answer);
/* Instead of what stood there ("": taken out), and says what came of it. */
void own_set(struct command_call *c, const struct chat_record *chat, const struct own_field *f,
             const char *value);

/* ---- the form ---- */

/* Of a department, with the values of c->ticket, or what was submitted. */
void own_write(const struct command_call *c, struct writer *w, const char *department);
/* All that was submitted and is another. False: there was none. */
bool own_set_submitted(struct command_call *c, const struct chat_record *chat,
                       const char *department);
