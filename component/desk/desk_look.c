/* Looking at the desk: nothing here changes anything. */
#include "base/log.h"
#include "base/text.h"
#include "desk/desk_state.h"

bool desk_department(const struct desk *d, const char *id, struct department_view *out)
{
    const struct department *p = desk_find_department(d, id);

    if (p != NULL) {
        department_view(p, out);
    }
    return p != NULL;
}

size_t desk_department_count(const struct desk *d)
{
    return d->department_count;
}

const char *desk_department_id(const struct desk *d, size_t at)
{
    return d->departments[at].id;
}

bool desk_visitor(const struct desk *d, const char *visitor, struct visitor_view *out)
{
    const struct visitor *v = desk_find_visitor(d, visitor);

    if (v == NULL) {
        return false;
    }
    *out = (struct visitor_view){
        .record = &v->record,
        .online = v->online || !v->told_away,
        .chat = v->chat != NULL ? v->chat->number : 0,
    };
    return true;
}

bool desk_chat(const struct desk *d, const char *visitor, struct chat_view *out)
{
    const struct visitor *v = desk_find_visitor(d, visitor);

    if (v == NULL || v->chat == NULL) {
        return false;
    }
    chat_view(d, v->chat, out);
    return true;
}

bool desk_is_agent(const struct desk *d, const char *jid)
{
    return desk_find_agent(d, jid) != NULL;
}

bool desk_is_agent_of(const struct desk *d, const char *jid, const char *department)
{
    const struct agent *a = desk_find_agent(d, jid);
    const struct department *p = desk_find_department(d, department);

    return a != NULL && p != NULL && department_has(p, a);
}

const char *desk_agent_name(const struct desk *d, const char *jid)
{
    const struct agent *a = desk_find_agent(d, jid);

    return a != NULL ? a->name : NULL;
}

const char *desk_agent_department(const struct desk *d, const char *jid, size_t at)
{
    const struct agent *a = desk_find_agent(d, jid);

    for (size_t i = 0; a != NULL && i < d->department_count; i++) {
        if (department_has(&d->departments[i], a) && at-- == 0) {
            return d->departments[i].id;
        }
    }
    return NULL;
}

size_t desk_agent_count(const struct desk *d)
{
    return d->agent_count;
}

const char *desk_agent_jid(const struct desk *d, size_t at)
{
    return d->agents[at].jid;
}

const char *desk_agent_contact(const struct desk *d, const char *jid, size_t at)
{
    const struct agent *a = desk_find_agent(d, jid);
    size_t position = 0;
    const char *visitor;
    void *value;

    while (a != NULL && map_next(a->contacts, &position, &visitor, &value)) {
        if (at-- == 0) {
            return visitor;
        }
    }
    return NULL;
}

/* ---- invariants ---- */

static void verify_chat(const struct desk *d, const struct chat *c)
{
    const struct chat *own = c->visitor->chat;

    if (own != c || map_get(d->visitors, c->visitor->record.id) != c->visitor) {
        BUG("chat %lld: its visitor has another chat", (long long)c->number);
    }
    if ((c->state == CHAT_ACTIVE) != (c->owner != NULL) && c->state != CHAT_CLOSED) {
        BUG("chat %lld: owner does not fit its state", (long long)c->number);
    }
    size_t open_offers = 0;
    list_for_each (struct offer, o, &c->offers, chat_link) {
        open_offers += o->declined ? 0 : 1;
    }
    if ((c->state == CHAT_OFFERED) != (open_offers > 0)) {
        BUG("chat %lld: %zu offers do not fit its state", (long long)c->number, open_offers);
    }
}

static void verify_agent(const struct agent *a)
{
    unsigned active = 0;

    list_for_each (struct chat, c, &a->chats, owner_link) {
        if (c->owner != a || (c->state != CHAT_ACTIVE && c->state != CHAT_CLOSED)) {
            BUG("agent: chat %lld is not its own", (long long)c->number);
        }
        active += c->state == CHAT_ACTIVE ? 1 : 0;
    }
    if (active != a->active) {
        BUG("agent: %u active chats counted as %u", active, a->active);
    }
    list_for_each (struct offer, o, &a->offers, agent_link) {
        if (!o->declined && (!agent_is_there(a) || agent_free_seats(a) == 0)) {
            BUG("agent: an offer without a free seat, chat %lld", (long long)o->chat->number);
        }
    }
}

void desk_verify(const struct desk *d)
{
    size_t offered = 0;
    size_t seats = 0;

    list_for_each (struct chat, c, &d->chats, link) {
        verify_chat(d, c);
        offered += c->state == CHAT_OFFERED ? 1 : 0;
    }
    for (size_t i = 0; i < d->agent_count; i++) {
        verify_agent(&d->agents[i]);
        seats += agent_is_there(&d->agents[i]) ? agent_free_seats(&d->agents[i]) : 0;
    }
    if (offered > seats) {
        BUG("desk: %zu chats offered for %zu seats", offered, seats);
    }
    for (size_t i = 0; i < d->department_count; i++) {
        size_t waiting = 0;
        list_for_each (struct chat, c, &d->waiting, waiting_link) {
            waiting += c->department == &d->departments[i] ? 1 : 0;
        }
        if (waiting != d->departments[i].waiting) {
            BUG("department %s: %zu wait, %zu counted", d->departments[i].id, waiting,
                d->departments[i].waiting);
        }
    }
}
