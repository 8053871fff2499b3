/* bulletin.h - what all visitors are told: "we know that payments fail".
 *
 * One line of a department's, one of a site's. Visitors read it before and during a chat, whether
 * anybody is there or not, until its time is over or somebody ends it. Supervisors and dispatchers
 * say it; each change is in the audit log. A department or a site that left the configuration keeps
 * its line, and it can be ended. */
#pragma once

#include "base/list.h"
#include "desk/desk.h"

enum { BULLETINS_MAX = 100, BULLETIN_POINTS = 300, BULLETIN_DAYS_MAX = 30 };

struct bulletin {
    struct list link;              /* bulletins::list */
    struct bulletin_record record; /* its strings are owned */
};

struct bulletins {
    struct list list; /* bulletin::link, by scope and place */
    size_t count;
};

/* Instead of the one that is there. until 0: until it is ended. FORBIDDEN: neither supervisor nor
 * dispatcher. NOT_FOUND: no such department (a site's id is whoever calls this one's). FORM: not
 * one line of 1 to BULLETIN_POINTS characters, or until is not ahead, within BULLETIN_DAYS_MAX. */
enum desk_result desk_bulletin_put(struct desk *d, time_ms now, const char *who,
                                   enum bulletin_scope scope, const char *place, const char *text,
                                   time_ms until);
/* NOT_FOUND: there is none. */
enum desk_result desk_bulletin_drop(struct desk *d, time_ms now, const char *who,
                                    enum bulletin_scope scope, const char *place);
/* All of them, by scope and place; NULL behind the last. */
const struct bulletin_record *desk_bulletin(const struct desk *d, size_t at);
/* NULL: none. */
const struct bulletin_record *desk_bulletin_of(const struct desk *d, enum bulletin_scope scope,
                                               const char *place);
void desk_load_bulletin(struct desk *d, const struct bulletin_record *r);

/* ---- of the desk ---- */

void bulletins_init(struct bulletins *b);
void bulletins_finish(struct bulletins *b);
/* The ones whose time is over go. */
void bulletins_tick(struct desk *d, time_ms now);
void bulletins_verify(const struct bulletins *b);
