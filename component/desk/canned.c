#include "desk/canned.h"

#include "base/log.h"
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

void canned_init(struct canned *c)
{
    list_init(&c->answers);
}

void canned_finish(struct canned *c)
{
    list_for_each_safe (struct canned_answer, answer, &c->answers, link) {
        canned_drop(answer);
    }
}

static int compare(const struct canned_record *a, const struct canned_record *b)
{
    int order = (int)a->scope - (int)b->scope;

    order = order != 0 ? order : strcmp(a->owner, b->owner);
    return order != 0 ? order : strcmp(a->word, b->word);
}

struct canned_answer *canned_find(const struct canned *c, enum canned_scope scope,
                                  const char *owner, const char *word)
{
    const struct canned_record key = {.scope = scope, .owner = owner, .word = word};

    list_for_each (struct canned_answer, answer, &c->answers, link) {
        if (compare(&answer->record, &key) == 0) {
            return answer;
        }
    }
    return NULL;
}

const struct canned_answer *canned_at(const struct canned *c, enum canned_scope scope,
                                      const char *owner, size_t at)
{
    list_for_each (const struct canned_answer, answer, &c->answers, link) {
        if (answer->record.scope == scope && strcmp(answer->owner, owner) == 0 && at-- == 0) {
            return answer;
        }
    }
    return NULL;
}

size_t canned_count(const struct canned *c, enum canned_scope scope, const char *owner)
{
    size_t count = 0;

    while (canned_at(c, scope, owner, count) != NULL) {
        count++;
    }
    return count;
}

/* Where a new one belongs: before that link. */
static struct list *place(struct canned *c, const struct canned_record *r)
{
    list_for_each (struct canned_answer, answer, &c->answers, link) {
        if (compare(&answer->record, r) > 0) {
            return &answer->link;
        }
    }
    return &c->answers;
}

const struct canned_record *canned_put(struct canned *c, const struct canned_record *r)
{
    struct canned_answer *old = canned_find(c, r->scope, r->owner, r->word);
    struct canned_answer *answer = mem_alloc(sizeof *answer);

    answer->owner = mem_dup(r->owner);
    answer->word = mem_dup(r->word);
    answer->text = mem_dup(r->text);
    answer->author = mem_dup(r->author);
    answer->record = (struct canned_record){.scope = r->scope,
                                            .owner = answer->owner,
                                            .word = answer->word,
                                            .text = answer->text,
                                            .author = answer->author,
                                            .changed = r->changed};
    list_insert_before(place(c, r), &answer->link);
    if (old != NULL) {
        canned_drop(old);
    }
    return &answer->record;
}

void canned_drop(struct canned_answer *answer)
{
    list_remove(&answer->link);
    free(answer->owner);
    free(answer->word);
    free(answer->text);
    free(answer->author);
    free(answer);
}

void canned_verify(const struct canned *c)
{
    const struct canned_record *before = NULL;

    list_for_each (const struct canned_answer, answer, &c->answers, link) {
        const struct canned_record *r = &answer->record;
        if (before != NULL && compare(before, r) >= 0) {
            BUG("canned answer %s stands behind %s", r->word, before->word);
        }
        if (!desk_canned_is_word(r->word) || canned_count(c, r->scope, r->owner) > CANNED_MAX) {
            BUG("canned answer %s is beyond the limits", r->word);
        }
        before = r;
    }
}
