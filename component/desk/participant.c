#include "desk/participant.h"

#include "base/mem.h"
#include "desk/desk_state.h"

#include <stdlib.h>

struct participant *participant_find(const struct chat *c, const struct agent *a)
{
    list_for_each (struct participant, p, &c->participants, chat_link) {
        if (p->agent == a) {
            return p;
        }
    }
    return NULL;
}

bool participant_speaks(const struct chat *c, const struct agent *a)
{
    const struct participant *p = participant_find(c, a);

    return c->owner == a || (p != NULL && p->part == PART_JOINED);
}

void participant_restore(struct chat *c, struct agent *a, enum part part)
{
    struct participant *p = mem_alloc(sizeof *p);

    p->chat = c;
    p->agent = a;
    p->part = part;
    list_append(&c->participants, &p->chat_link);
    list_append(&a->participations, &p->agent_link);
}

void participant_enter(struct desk *d, struct chat *c, struct agent *a, enum part part)
{
    struct participant *p = participant_find(c, a);

    if (p == NULL) {
        participant_restore(c, a, part);
    } else {
        p->part = part;
    }
    storage_put_participant(
        d->storage, &(struct participant_record){.chat = c->number, .agent = a->jid, .part = part});
    desk_settle_contact(d, a, c->visitor);
}

void participant_destroy(struct participant *p)
{
    list_remove(&p->chat_link);
    list_remove(&p->agent_link);
    free(p);
}

void participant_leave(struct desk *d, struct chat *c, struct agent *a)
{
    struct participant *p = participant_find(c, a);

    if (p == NULL) {
        return;
    }
    participant_destroy(p);
    storage_drop_participant(d->storage, c->number, a->jid);
    desk_settle_contact(d, a, c->visitor);
}

bool participant_may(const struct desk *d, const struct agent *a, enum part part)
{
    return part != PART_WATCHING || roles_have(&d->roles, a->jid, ROLE_SUPERVISOR);
}

void participant_dismiss(struct desk *d)
{
    list_for_each (struct chat, c, &d->chats, link) {
        list_for_each_safe (struct participant, p, &c->participants, chat_link) {
            struct agent *a = p->agent;
            if (!participant_may(d, a, p->part)) {
                participant_destroy(p);
                storage_drop_participant(d->storage, c->number, a->jid);
                d->agent_ports->notice(d->agent_ports->ctx, a->jid, c->visitor->record.id,
                                       NOTICE_NOT_READING, "");
                desk_settle_contact(d, a, c->visitor);
            }
        }
    }
}

void participant_close(struct desk *d, struct chat *c, const char *by)
{
    list_for_each_safe (struct participant, p, &c->participants, chat_link) {
        struct agent *a = p->agent;
        d->agent_ports->notice(d->agent_ports->ctx, a->jid, c->visitor->record.id, NOTICE_CLOSED,
                               by);
        participant_leave(d, c, a);
    }
}

struct agent *participant_heir(const struct chat *c)
{
    list_for_each (struct participant, p, &c->participants, chat_link) {
        if (p->part == PART_JOINED && !agent_is_lost(p->agent)) {
            return p->agent;
        }
    }
    return NULL;
}

void participant_tell_all(struct desk *d, const struct chat *c, const struct agent *except,
                          enum agent_notice notice, const char *text)
{
    const struct desk_agent_ports *ports = d->agent_ports;
    const char *visitor = c->visitor->record.id;

    if (c->owner != NULL && c->owner != except) {
        ports->notice(ports->ctx, c->owner->jid, visitor, notice, text);
    }
    list_for_each (struct participant, p, &c->participants, chat_link) {
        if (p->agent != except) {
            ports->notice(ports->ctx, p->agent->jid, visitor, notice, text);
        }
    }
}
