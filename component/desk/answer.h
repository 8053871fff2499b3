/* answer.h - the answer that a chat owes: a visitor's line that nobody has answered.
 *
 * When the answer time (desk_config.answer_ms) has passed over such a line, whoever has the chat is
 * reminded: its owner, or those to whom it is offered. When it has passed once more, supervisors
 * are told. Each happens once for a line that waits; lines behind it change nothing, an agent's
 * line ends it.
 *
 * Only while somebody waits: not for a message that was left, not for a visitor who has gone, and
 * not while the owner is lost (then the grace time decides) or has put the chat on hold (hold.h).
 * Both steps are notes of the record
 * ("reminded", "reported"), so that after a restart neither is repeated nor forgotten. */
#pragma once

#include "storage/storage.h"

struct chat;
struct desk;

enum answer_step { ANSWER_AWAITED, ANSWER_REMINDED, ANSWER_REPORTED };

struct answer {
    int64_t line;          /* sequence of the first unanswered line; 0: none */
    time_ms asked;         /* UTC: when that line was said */
    enum answer_step step; /* what was done about it */
    time_ms step_at;       /* UTC, of that: to go on after a restart */
    time_ms since;         /* the same, steady */
};

/* Does it wait for an answer of an agent's: a line of the visitor's, or the answers to a form. */
bool answer_is_due_to(const struct entry_record *e);
/* Behind every entry of the chat, loaded or new. */
void answer_follow(struct desk *d, struct chat *c, const struct entry_record *e);
/* The start: what had passed on the wall clock counts, but never more than the answer time. */
void answer_resume(const struct desk *d, time_ms now, struct chat *c);
/* The answer time begins anew: what was a message that was left is none any more, or the owner was
 * lost and others have the chat. */
void answer_wait(const struct desk *d, struct chat *c);
/* Time has passed over an open chat. */
void answer_tick(struct desk *d, time_ms now, struct chat *c);
