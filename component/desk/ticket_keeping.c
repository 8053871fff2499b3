#include "desk/ticket_keeping.h"

#include "base/mem.h"
#include "desk/desk_state.h"
#include "desk/tags.h"
#include "desk/target.h"

#include <stdlib.h>

const char *desk_priority_name(enum chat_priority priority)
{
    static const char *const NAMES[] = {"", "low", "normal", "high", "urgent"};

    return NAMES[priority];
}

const char *desk_ticket_tags(const struct desk *d, const struct chat_record *chat)
{
    const struct chat *c = desk_find_chat(d, chat->number);
    const struct ticket *t = ticket_find(d, chat->number);

    return c != NULL ? c->tags : t != NULL && t->tags != NULL ? t->tags : chat->tags;
}

/* In memory, or not. */
static void store_chat(struct desk *d, struct ticket *t, const char *tags)
{
    struct chat *c = desk_find_chat(d, t->record.number);

    if (c != NULL) {
        mem_replace(&c->tags, tags);
        c->priority = t->record.priority;
        chat_store(d, c);
    } else {
        storage_change_chat(d->storage, &(struct chat_record){.number = t->record.number,
                                                              .priority = t->record.priority,
                                                              .tags = tags});
    }
    ticket_set_tags(t, tags);
}

enum desk_result desk_ticket_tag(struct desk *d, time_ms now, const char *who,
                                 const struct chat_record *chat, const char *tag, bool present)
{
    struct ticket *t;
    char *tags;
    enum desk_result done = ticket_find_for(d, now, who, chat->number, &t);

    if (done == DESK_OK) {
        done = tags_change_dup(desk_ticket_tags(d, chat), tag, present, &tags);
    }
    if (done != DESK_OK) {
        return done;
    }
    store_chat(d, t, tags);
    free(tags);
    ticket_note(d, now, t, who, present ? "tagged" : "untagged", tag);
    return DESK_OK;
}

enum desk_result desk_ticket_prioritise(struct desk *d, time_ms now, const char *who,
                                        const struct chat_record *chat, enum chat_priority priority)
{
    struct ticket *t;
    enum desk_result may = ticket_find_for(d, now, who, chat->number, &t);

    if (may != DESK_OK && !(may == DESK_FORBIDDEN && desk_has_role(d, who, ROLE_DISPATCHER))) {
        return may;
    }
    enum chat_priority before = t->record.priority;
    if (before == priority) {
        return DESK_REPEATED;
    }
    char *tags = mem_dup(desk_ticket_tags(d, chat));
    t->record.priority = priority;
    target_follow_priority(d, now, t);
    store_chat(d, t, tags);
    ticket_store(d, now, t);
    ticket_note_change(d, now, t, who, "priority", desk_priority_name(before),
                       desk_priority_name(priority));
    free(tags);
    return DESK_OK;
}
