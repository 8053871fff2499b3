/* call.h - agents who are not there are told that somebody waits.
 *
 * When a visitor has waited for a department's call_ms, and is still there, its agents who are
 * online nowhere or off duty are told, once for that wait; and again when somebody has taken the
 * chat, or it has ended. Not while the department is closed, and not for a probe's visit. Whom it
 * was told is a note of the record ("called"), so that a restart neither repeats it nor leaves them
 * with it. */
#pragma once

#include "storage/storage.h"

struct chat;
struct desk;

struct call {
    char *agents;  /* bare JIDs, blanks between; NULL: nobody was told */
    time_ms since; /* steady: of this wait */
};

void call_finish(struct call *call);
/* A wait begins, or the desk. */
void call_wait(const struct desk *d, struct chat *c);
/* Behind every entry of the chat, loaded or new. */
void call_follow(struct chat *c, const struct entry_record *e);
/* Time has passed over a waiting chat. */
void call_tick(struct desk *d, time_ms now, struct chat *c);
/* It does not wait any more: it has an owner, or is closed. */
void call_end(const struct desk *d, struct chat *c);
