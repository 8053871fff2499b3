/* saved.h - lists of tickets that people keep under a name: the words that they would type for
 * them, which mean nothing here. In memory, sorted by person and name. */
#pragma once

#include "base/list.h"
#include "desk/desk.h"

struct saved_list {
    struct list link; /* saved::lists */
    struct saved_record record;
    char *agent;
    char *name;
    char *words;
};

struct saved {
    struct list lists; /* saved_list::link */
};

void saved_init(struct saved *s);
void saved_finish(struct saved *s);
/* Copies; replaces the one of that name. */
void saved_put(struct saved *s, const struct saved_record *r);
void saved_verify(const struct saved *s);
