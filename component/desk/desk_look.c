/* Looking at the desk: nothing here changes anything. */
#include "base/log.h"
#include "base/text.h"
#include "desk/desk_state.h"
#include "desk/duty.h"
#include "desk/participant.h"

bool desk_department(const struct desk *d, const char *id, struct department_view *out)
{
    const struct department *p = desk_find_department(d, id);

    if (p != NULL) {
        department_view(p, out);
    }
    return p != NULL;
}

const char *desk_department_named(const struct desk *d, const char *id)
{
    const struct department *p = desk_find_department(d, id);

    return p != NULL ? p->id : NULL;
}

size_t desk_department_count(const struct desk *d)
{
    return d->department_count;
}

const char *desk_department_id(const struct desk *d, size_t at)
{
    return d->departments[at]->id;
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
        .invitation = v->invitation != NULL ? v->invitation : "",
        .network = v->network != NULL ? v->network : "",
        .browses = v->browses != NULL ? v->browses->id : "",
        .browses_since = v->browses != NULL ? v->browses_since : 0,
    };
    return true;
}

bool desk_visitor_page_before(const struct desk *d, const char *visitor, size_t at,
                              struct page_view *out)
{
    const struct visitor *v = desk_find_visitor(d, visitor);

    if (v == NULL || at >= v->page_count) {
        return false;
    }
    const struct page *p = &v->pages[v->page_count - 1 - at];
    *out = (struct page_view){.url = p->url, .title = p->title, .left = p->left};
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

bool desk_has_role(const struct desk *d, const char *jid, enum role role)
{
    return role == ROLE_AGENT ? desk_is_agent(d, jid) : roles_have(&d->roles, jid, role);
}

bool desk_is_known(const struct desk *d, const char *jid)
{
    for (int role = 0; role < ROLE_COUNT; role++) {
        if (desk_has_role(d, jid, (enum role)role)) {
            return true;
        }
    }
    return false;
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
        if (department_has(d->departments[i], a) && at-- == 0) {
            return d->departments[i]->id;
        }
    }
    return NULL;
}

bool desk_duty(const struct desk *d, const char *jid, struct duty_view *out)
{
    const struct agent *a = desk_find_agent(d, jid);

    if (a == NULL) {
        return false;
    }
    *out = (struct duty_view){
        .state = duty_state(a, d->last_now),
        .until = a->until,
        .says_on = a->says_on,
        .is_idle = agent_is_idle(a),
        .is_online = a->sensed > AVAILABILITY_DOUBTFUL,
    };
    return true;
}

size_t desk_agent_count(const struct desk *d)
{
    return d->agent_count;
}

const char *desk_agent_jid(const struct desk *d, size_t at)
{
    return d->agents[at]->jid;
}

bool desk_agent_is_beside(const struct desk *d, const char *jid, const char *visitor)
{
    const struct agent *a = desk_find_agent(d, jid);
    const struct visitor *v = desk_find_visitor(d, visitor);

    return a != NULL && v != NULL && v->chat != NULL && participant_find(v->chat, a) != NULL;
}

unsigned desk_highest_level(const struct desk *d)
{
    unsigned highest = 1;

    for (size_t i = 0; i < d->agent_count; i++) {
        highest = d->agents[i]->level > highest ? d->agents[i]->level : highest;
    }
    return highest;
}

bool desk_agent(const struct desk *d, const char *jid, struct agent_view *out)
{
    const struct agent *a = desk_find_agent(d, jid);

    if (a != NULL) {
        *out = (struct agent_view){.name = a->name,
                                   .availability = a->availability,
                                   .active = a->active,
                                   .capacity = a->capacity};
    }
    return a != NULL;
}

bool desk_agent_chat(const struct desk *d, const char *jid, size_t at, struct chat_view *out)
{
    const struct agent *a = desk_find_agent(d, jid);

    if (a == NULL) {
        return false;
    }
    list_for_each (struct chat, c, &a->chats, owner_link) {
        if (c->state == CHAT_ACTIVE && at-- == 0) {
            chat_view(d, c, out);
            return true;
        }
    }
    return false;
}

bool desk_waiting(const struct desk *d, const char *department, size_t at, struct chat_view *out)
{
    size_t position = 0;

    list_for_each (struct chat, c, &d->waiting, waiting_link) {
        if (text_equal(c->department->id, department) && ++position > at) {
            chat_view_at(c, position, out);
            return true;
        }
    }
    return false;
}

bool desk_chat_numbered(const struct desk *d, int64_t number, struct chat_view *out)
{
    list_for_each (struct chat, c, &d->chats, link) {
        if (c->number == number) {
            chat_view(d, c, out);
            return true;
        }
    }
    return false;
}

const char *desk_department_agent(const struct desk *d, const char *department, size_t at)
{
    const struct department *p = desk_find_department(d, department);

    return p != NULL && at < p->agent_count ? p->agents[at]->jid : NULL;
}

const struct entry_record *desk_agent_last_line(const struct desk *d, const char *jid,
                                                const char *visitor)
{
    const struct visitor *v = desk_find_visitor(d, visitor);
    const struct entry_record *last = NULL;
    const struct entry_record *e;

    for (size_t i = 0;
         v != NULL && v->chat != NULL && (e = transcript_at(&v->chat->transcript, i)) != NULL;
         i++) {
        if (e->kind != ENTRY_NOTICE && e->by == BY_AGENT && e->event[0] == '\0' &&
            text_equal(e->agent, jid)) {
            last = e;
        }
    }
    return last;
}

bool desk_agent_said(const struct desk *d, const char *jid, const char *visitor,
                     const char *sender_id)
{
    const struct visitor *v = desk_find_visitor(d, visitor);

    return v != NULL && v->chat != NULL &&
           transcript_find_id(&v->chat->transcript, jid, sender_id, NULL) != NULL;
}

const struct entry_record *desk_line(const struct desk *d, const char *visitor, int64_t sequence)
{
    const struct visitor *v = desk_find_visitor(d, visitor);

    return v != NULL && v->chat != NULL ? transcript_find(&v->chat->transcript, sequence) : NULL;
}

const struct entry_record *desk_chat_entry(const struct desk *d, const char *visitor, size_t at)
{
    const struct visitor *v = desk_find_visitor(d, visitor);

    return v != NULL && v->chat != NULL ? transcript_at(&v->chat->transcript, at) : NULL;
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
