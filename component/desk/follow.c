#include "desk/follow.h"

#include "desk/desk_state.h"

void follow_init(struct follow *f)
{
    *f = (struct follow){.agents = map_create()};
}

void follow_finish(struct follow *f)
{
    map_destroy(f->agents);
}

void follow_end(struct follow *f)
{
    map_destroy(f->agents);
    follow_init(f);
}

static bool has_contact(const struct agent *a, const struct chat *c)
{
    return a != NULL && map_get(a->contacts, c->visitor->record.id) != NULL;
}

static void tell(struct desk *d, struct chat *c)
{
    size_t at = 0;
    const char *jid;
    void *value;

    c->follow.due = false;
    c->follow.told = true;
    c->follow.told_at = d->steady;
    while (map_next(c->follow.agents, &at, &jid, &value)) {
        /* Who lost the contact, or is no agent any more, is not told. */
        if (has_contact(desk_find_agent(d, jid), c)) {
            d->agent_ports->notice(d->agent_ports->ctx, jid, c->visitor->record.id, NOTICE_PAGE,
                                   "");
        }
    }
}

void follow_page(struct desk *d, struct chat *c)
{
    if (c == NULL || map_count(c->follow.agents) == 0) {
        return;
    }
    c->follow.due = true;
    follow_tick(d, c);
}

void follow_tick(struct desk *d, struct chat *c)
{
    const struct follow *f = &c->follow;

    if (f->due && (!f->told || d->steady - f->told_at >= FOLLOW_MS)) {
        tell(d, c);
    }
}

enum desk_result desk_agent_follow(struct desk *d, const char *agent, const char *visitor,
                                   bool follows)
{
    const struct visitor *v = desk_find_visitor(d, visitor);
    struct agent *a = desk_find_agent(d, agent);

    if (v == NULL || v->chat == NULL || !chat_is_open(v->chat) || !has_contact(a, v->chat)) {
        return DESK_NOT_FOUND;
    }
    struct map *agents = v->chat->follow.agents;
    if ((map_get(agents, a->jid) != NULL) == follows) {
        return DESK_REPEATED;
    }
    if (follows) {
        map_set(agents, a->jid, a);
    } else {
        map_remove(agents, a->jid);
    }
    return DESK_OK;
}
