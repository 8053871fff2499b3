/* appearance.h - the answer to the one question that a page asks before the click: who is there,
 * and how the widget looks and what it says, for that department, website and language. Of several
 * departments among which the visitor chooses it is who is there in each, and the looks and words
 * that they have in common.
 *
 * The house's look (`widget`) is overridden by the site's, that by the department's. A text in the
 * visitor's language goes before one for all languages in the same place. */
#pragma once

#include "base/clock.h"

#include <stddef.h>

struct appearance;
struct config;

/* Reads the words of the widget in that folder. A folder without them, or NULL: the answer says
 * only who is there. */
struct appearance *appearance_create(const char *folder);
void appearance_destroy(struct appearance *a); /* NULL is fine */

/* One of several that a page offers. */
struct appearance_department {
    const char *id;
    const char *name;
    const char *availability;
    time_ms opens; /* 0: is not told */
};

struct appearance_question {
    const char *department;   /* its id; NULL: there are several, and none has been chosen yet */
    const char *site;         /* NULL: of no site that is known */
    const char *language;     /* as the page says it; NULL: it does not */
    const char *availability; /* the answer to the first half; of several: of the best of them */
    const struct appearance_department *several; /* without a department */
    size_t count;
};

/* JSON; free() it. Nothing in it comes from the question as it is. */
char *appearance_print(const struct appearance *a, const struct config *c,
                       const struct appearance_question *q);
