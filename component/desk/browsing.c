#include "desk/browsing.h"

#include "base/log.h"
#include "base/text.h"
#include "desk/desk_state.h"
#include "desk/identity.h"
#include "desk/routing.h"

bool browsing_is_shown(const struct visitor *v, const struct agent *a)
{
    return v->browses != NULL && v->chat == NULL && department_has(v->browses, a) &&
           agent_is_there(a) && a->room == SIZE_MAX;
}

static void settle(struct desk *d, struct visitor *v)
{
    for (size_t i = 0; i < d->agent_count; i++) {
        desk_settle_contact(d, d->agents[i], v);
    }
}

static bool is_blocked(const struct desk *d, const struct visitor *v)
{
    return desk_is_blocked(d, v->record.id, 0, v->origin != NULL ? v->origin : "");
}

void desk_visitor_browses(struct desk *d, time_ms now, const char *visitor, const char *department)
{
    struct visitor *v = desk_find_visitor(d, visitor);
    struct department *p = desk_find_department(d, department);

    desk_pass(d, now);
    if (v == NULL || p == NULL || v->chat != NULL || !v->online ||
        v->record.only_agent[0] != '\0' || v->browses == p || is_blocked(d, v)) {
        return;
    }
    browsing_end(d, v);
    if (p->browsing >= p->max_browsing) {
        return;
    }
    v->browses = p;
    v->browses_since = now;
    p->browsing++;
    list_append(&d->browsing, &v->browsing_link);
    settle(d, v);
}

void desk_visitor_hides(struct desk *d, time_ms now, const char *visitor)
{
    struct visitor *v = desk_find_visitor(d, visitor);

    desk_pass(d, now);
    if (v != NULL) {
        browsing_end(d, v);
    }
}

void browsing_end(struct desk *d, struct visitor *v)
{
    if (v->browses == NULL) {
        return;
    }
    v->browses->browsing--;
    v->browses = NULL;
    list_remove(&v->browsing_link);
    settle(d, v);
}

void browsing_follow_agent(struct desk *d, struct agent *a)
{
    list_for_each (struct visitor, v, &d->browsing, browsing_link) {
        desk_settle_contact(d, a, v);
    }
}

void browsing_close(struct desk *d, const struct department *p)
{
    list_for_each_safe (struct visitor, v, &d->browsing, browsing_link) {
        if (v->browses == p) {
            browsing_end(d, v);
        }
    }
}

void browsing_review(struct desk *d)
{
    list_for_each_safe (struct visitor, v, &d->browsing, browsing_link) {
        if (v->browses->browsing > v->browses->max_browsing) {
            browsing_end(d, v);
        } else {
            settle(d, v);
        }
    }
}

enum desk_result browsing_claim(struct desk *d, time_ms now, struct visitor *v, struct agent *a)
{
    if (!browsing_is_shown(v, a) || is_blocked(d, v)) {
        return DESK_NOT_FOUND;
    }
    if (!desk_is_answered(v->browses, v)) {
        return DESK_FORM;
    }
    struct chat *c = chat_create(d, now, v, v->browses);
    consent_note(d, now, c);
    identity_note(d, now, c);
    prechat_begin(d, now, c);
    routing_claim(d, now, c, a);
    browsing_end(d, v); /* behind it: the agent's contact stays */
    desk_tell_card(d, v);
    return DESK_OK;
}

/* ---- verify ---- */

void browsing_verify(const struct desk *d)
{
    size_t count = 0;
    size_t counted = 0;

    list_for_each (struct visitor, v, &d->browsing, browsing_link) {
        count++;
        if (v->browses == NULL || v->chat != NULL || desk_find_visitor(d, v->record.id) != v) {
            BUG("visitor %s: browses, and does not", v->record.id);
        }
    }
    for (size_t i = 0; i < d->department_count; i++) {
        const struct department *p = d->departments[i];
        counted += p->browsing;
        if (p->browsing > p->max_browsing) {
            BUG("department %s: %zu browse, not %zu", p->id, p->browsing, p->max_browsing);
        }
    }
    if (count != counted) {
        BUG("desk: %zu browse, %zu are counted", count, counted);
    }
}
