/* named.h - the departments that a page names: one id, or several with blanks between, among which
 * its visitor chooses (docs/PROTOCOL.md section 6). */
#pragma once

#include "desk/desk_view.h"

#include <stdbool.h>
#include <stddef.h>

struct desk;

enum { NAMED_MAX = 20 };

struct named {
    struct department_view
        list[NAMED_MAX]; /* as the desk has them now; each once, in their order */
    size_t count;        /* 1 at least */
    bool are_several;    /* the page says so, by a blank, even if it is the same one twice */
};

/* ids "": the fallback alone. False: one of them is no department, or there are more than NAMED_MAX
 * or none. */
bool named_find(struct named *named, const struct desk *d, const char *ids, const char *fallback);
