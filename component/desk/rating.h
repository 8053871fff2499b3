/* rating.h - what a visitor says of a chat that has ended: stars or a thumb, and a few words.
 *
 * Asked where the department has a scale for it, of chats that an agent had and that the visitor or
 * an agent ended. Given once by the chat's visitor, until RATING_DAYS have passed since its end;
 * changed until RATING_CHANGE_MS have passed since it was given. It is a row of its own, and a note
 * of the record (event rated); whoever had the chat is told. */
#pragma once

#include "desk/desk.h"

struct chat;

enum {
    RATING_STARS_MAX = 5,
    RATING_POINTS = 500, /* of its words */
    RATING_DAYS = 30,
    RATING_CHANGE_MS = 60 * 60 * 1000
};

/* What the visitor of that chat is to be asked; NONE: nothing. */
enum rating_scale rating_asked(const struct chat *c);
/* "stars 4", "thumbs up", and its words in the lines below. free() it. */
char *rating_text_dup(const struct rating_record *r);

/* chat and before (NULL: none) as they were read; what is in memory of the chat wins. given: scale,
 * value and text, cleaned. DESK_REPEATED: it says so already. DESK_NOT_FOUND: there is no such chat
 * of that visitor, or none that can be rated. DESK_RUNNING: it goes on. DESK_FORBIDDEN: the
 * department does not ask for it. DESK_FORM: not of its scale, or too many words; of a chat of
 * which nothing that is said is stored: any. DESK_CLOSED: it is too late. */
enum desk_result desk_visitor_rate(struct desk *d, time_ms now, const char *visitor,
                                   const struct chat_record *chat,
                                   const struct rating_record *before,
                                   const struct rating_record *given);
