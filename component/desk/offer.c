#include "desk/offer.h"

#include "base/mem.h"
#include "desk/agent.h"
#include "desk/chat.h"
#include "desk/desk_state.h"

#include <stdlib.h>

struct offer *offer_create(struct chat *chat, struct agent *agent)
{
    struct offer *o = mem_alloc(sizeof *o);

    o->chat = chat;
    o->agent = agent;
    list_append(&chat->offers, &o->chat_link);
    list_append(&agent->offers, &o->agent_link);
    return o;
}

void offer_destroy(struct offer *o)
{
    if (o == NULL) {
        return;
    }
    list_remove(&o->chat_link);
    list_remove(&o->agent_link);
    free(o);
}

void offer_tick(const struct desk *d, struct chat *c)
{
    const struct visitor *v = c->visitor;
    bool somebody_waits = (v->online || !v->told_away) && v->record.only_agent[0] == '\0';

    list_for_each (struct offer, o, &c->offers, chat_link) {
        if (d->config.offer_ms > 0 && somebody_waits && !o->declined && !o->missed &&
            d->steady - o->made_at >= d->config.offer_ms) {
            o->missed = true;
            agent_missed_offer(o->agent);
        }
    }
}

struct offer *offer_find(const struct chat *chat, const struct agent *agent)
{
    list_for_each (struct offer, o, &chat->offers, chat_link) {
        if (o->agent == agent) {
            return o;
        }
    }
    return NULL;
}
