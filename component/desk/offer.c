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

struct offer *offer_find(const struct chat *chat, const struct agent *agent)
{
    list_for_each (struct offer, o, &chat->offers, chat_link) {
        if (o->agent == agent) {
            return o;
        }
    }
    return NULL;
}

bool offer_is_open(const struct chat *chat, const struct agent *agent)
{
    const struct offer *o = offer_find(chat, agent);

    return o != NULL && o->state == OFFER_OPEN;
}
