#include "desk/saved.h"

#include "base/log.h"
#include "base/mem.h"
#include "desk/desk_state.h"
#include "desk/desk_tickets.h"

#include <stdlib.h>
#include <string.h>

void saved_init(struct saved *s)
{
    list_init(&s->lists);
}

static void drop(struct saved_list *l)
{
    list_remove(&l->link);
    free(l->agent);
    free(l->name);
    free(l->words);
    free(l);
}

void saved_finish(struct saved *s)
{
    list_for_each_safe (struct saved_list, l, &s->lists, link) {
        drop(l);
    }
}

static int compare(const struct saved_record *a, const struct saved_record *b)
{
    int order = strcmp(a->agent, b->agent);

    return order != 0 ? order : strcmp(a->name, b->name);
}

static struct saved_list *find(const struct saved *s, const char *who, const char *name)
{
    const struct saved_record key = {.agent = who, .name = name};

    list_for_each (struct saved_list, l, &s->lists, link) {
        if (compare(&l->record, &key) == 0) {
            return l;
        }
    }
    return NULL;
}

/* Where a new one belongs: before that link. */
static struct list *place(struct saved *s, const struct saved_record *r)
{
    list_for_each (struct saved_list, l, &s->lists, link) {
        if (compare(&l->record, r) > 0) {
            return &l->link;
        }
    }
    return &s->lists;
}

void saved_put(struct saved *s, const struct saved_record *r)
{
    struct saved_list *old = find(s, r->agent, r->name);
    struct saved_list *l = mem_alloc(sizeof *l);

    l->agent = mem_dup(r->agent);
    l->name = mem_dup(r->name);
    l->words = mem_dup(r->words);
    l->record = (struct saved_record){.agent = l->agent, .name = l->name, .words = l->words};
    list_insert_before(place(s, r), &l->link);
    if (old != NULL) {
        drop(old);
    }
}

static size_t count_of(const struct desk *d, const char *who)
{
    size_t count = 0;

    while (desk_saved(d, who, count) != NULL) {
        count++;
    }
    return count;
}

void saved_verify(const struct saved *s)
{
    const struct saved_record *before = NULL;

    list_for_each (const struct saved_list, l, &s->lists, link) {
        if (before != NULL && compare(before, &l->record) >= 0) {
            BUG("saved list %s stands behind %s", l->name, before->name);
        }
        if (!desk_canned_is_word(l->name) || strlen(l->words) > DESK_SAVED_BYTES) {
            BUG("saved list %s is beyond the limits", l->name);
        }
        before = &l->record;
    }
}

/* ---- of the desk ---- */

void desk_load_saved(struct desk *d, const struct saved_record *r)
{
    saved_put(&d->saved, r);
}

const struct saved_record *desk_saved(const struct desk *d, const char *who, size_t at)
{
    list_for_each (const struct saved_list, l, &d->saved.lists, link) {
        if (strcmp(l->agent, who) == 0 && at-- == 0) {
            return &l->record;
        }
    }
    return NULL;
}

const char *desk_saved_words(const struct desk *d, const char *who, const char *name)
{
    const struct saved_list *l = find(&d->saved, who, name);

    return l != NULL ? l->words : NULL;
}

enum desk_result desk_saved_put(struct desk *d, time_ms now, const char *who, const char *name,
                                const char *words)
{
    const struct saved_record r = {.agent = who, .name = name, .words = words};

    desk_pass(d, now);
    if (!desk_is_known(d, who)) {
        return DESK_FORBIDDEN;
    }
    if (!desk_canned_is_word(name)) {
        return DESK_FORM;
    }
    if (strlen(words) > DESK_SAVED_BYTES ||
        (find(&d->saved, who, name) == NULL && count_of(d, who) >= DESK_SAVED)) {
        return DESK_FULL;
    }
    saved_put(&d->saved, &r);
    storage_put_saved(d->storage, &r);
    return DESK_OK;
}

enum desk_result desk_saved_drop(struct desk *d, time_ms now, const char *who, const char *name)
{
    struct saved_list *l = find(&d->saved, who, name);

    desk_pass(d, now);
    if (l == NULL) {
        return DESK_NOT_FOUND;
    }
    storage_drop_saved(d->storage, who, name);
    drop(l);
    return DESK_OK;
}
