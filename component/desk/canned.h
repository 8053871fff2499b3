/* canned.h - answers that people keep ready, in memory: sorted by scope, owner and word.
 *
 * Who may do what is in desk_canned.c; the texts mean nothing here. */
#pragma once

#include "base/list.h"
#include "desk/desk.h"

struct canned_answer {
    struct list link; /* canned::answers */
    struct canned_record record;
    char *owner;
    char *word;
    char *text;
    char *author;
};

struct canned {
    struct list answers; /* canned_answer::link */
};

void canned_init(struct canned *c);
void canned_finish(struct canned *c);
struct canned_answer *canned_find(const struct canned *c, enum canned_scope scope,
                                  const char *owner, const char *word);
/* The one at that place of its owner's; NULL behind the last. */
const struct canned_answer *canned_at(const struct canned *c, enum canned_scope scope,
                                      const char *owner, size_t at);
size_t canned_count(const struct canned *c, enum canned_scope scope, const char *owner);
/* Copies; replaces the one with the same key. */
const struct canned_record *canned_put(struct canned *c, const struct canned_record *r);
void canned_drop(struct canned_answer *answer);
void canned_verify(const struct canned *c);
