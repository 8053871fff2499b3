/* The start: open chats come back from storage. Owners are not there until a probe says so. */
#include "base/log.h"
#include "base/text.h"
#include "desk/call.h"
#include "desk/desk_state.h"
#include "desk/duty.h"
#include "desk/left.h"
#include "desk/participant.h"
#include "desk/spent.h"

void desk_load_counters(struct desk *d, int64_t last_number, int64_t last_sequence)
{
    if (last_number > d->last_number) {
        d->last_number = last_number;
    }
    if (last_sequence > d->last_sequence) {
        d->last_sequence = last_sequence;
    }
}

void desk_load_visitor(struct desk *d, const struct visitor_record *r)
{
    if (desk_find_visitor(d, r->id) != NULL || desk_has_forgotten(d, r->id)) {
        return;
    }
    struct visitor *v = visitor_create(r);
    v->told_away = true;
    map_set(d->visitors, v->record.id, v);
}

/* A department that was taken out of the configuration leaves its open chats to the first one. */
static struct department *department_of(const struct desk *d, const struct chat_record *r,
                                        const char *id)
{
    struct department *p = desk_find_department(d, id);

    if (p == NULL) {
        log_warn("desk: chat %lld waits for department %s, which is not configured any more; "
                 "%s has it now",
                 (long long)r->number, id, d->departments[0]->id);
        p = d->departments[0];
    }
    return p;
}

void desk_load_chat(struct desk *d, const struct chat_record *r)
{
    struct visitor *v = desk_find_visitor(d, r->visitor);

    if (v == NULL || v->chat != NULL || r->state == CHAT_CLOSED) {
        log_error("desk: chat %lld in the database has no visitor of its own; it stays as it is",
                  (long long)r->number);
        return;
    }
    struct agent *owner = r->state == CHAT_ACTIVE ? desk_find_agent(d, r->owner) : NULL;
    struct chat *c = chat_restore(d, r, v, department_of(d, r, r->department),
                                  department_of(d, r, r->address), owner);
    if (owner != NULL) {
        transfer_restore(d, c, r->handed_to);
    }
}

/* Who is no agent any more is in no chat, and who is no supervisor reads none. */
void desk_load_participant(struct desk *d, const struct participant_record *r)
{
    struct chat *c = desk_find_chat(d, r->chat);
    struct agent *a = desk_find_agent(d, r->agent);

    if (c != NULL && a != NULL && c->owner != a && participant_may(d, a, r->part)) {
        participant_restore(c, a, r->part);
    } else {
        storage_drop_participant(d->storage, r->chat, r->agent);
    }
}

void desk_load_entry(struct desk *d, const struct entry_record *r)
{
    if (d->loading == NULL || d->loading->number != r->chat) {
        d->loading = desk_find_chat(d, r->chat);
    }
    if (d->loading != NULL) {
        transcript_add(&d->loading->transcript, r);
        answer_follow(d, d->loading, r);
        call_follow(d->loading, r);
        hold_follow(d, d->loading, r);
    }
}

/* For how long it had waited counts, but never more than the overflow time. */
static void resume_waiting(const struct desk *d, time_ms now, struct chat *c)
{
    time_ms passed = now - c->waiting_since;
    time_ms most = c->department->overflow_ms;

    c->queued_since = d->steady - (passed < 0 ? 0 : passed > most ? most : passed);
}

static void start_chat(struct desk *d, time_ms now, struct chat *c)
{
    struct chat_view view;

    chat_view(d, c, &view); /* no news: whoever checks in is answered with it */
    c->told_state = c->state;
    c->told_position = view.position;
    c->told_left = c->left;
    answer_resume(d, now, c);
    resume_waiting(d, now, c);
    spent_resume(d, c);
    hold_start(d, now, c);
    chat_store(d, c); /* what was OFFERED is QUEUED; department and owner may have gone */
    if (c->stranded) {
        c->stranded = false;
        chat_notice(d, now, c, "handed-back", NULL);
    }
    if (c->owner != NULL) {
        desk_settle_contact(d, c->owner, c->visitor);
    }
    list_for_each (struct offer, o, &c->offers, chat_link) {
        desk_settle_contact(d, o->agent, c->visitor);
    }
    list_for_each (struct participant, p, &c->participants, chat_link) {
        desk_settle_contact(d, p->agent, c->visitor);
    }
}

void desk_start(struct desk *d, time_ms now)
{
    d->loading = NULL;
    desk_pass(d, now);
    left_expect_agents(d);
    duty_review(d, now);
    mails_start(d, now);
    list_for_each (struct chat, c, &d->chats, link) {
        start_chat(d, now, c);
        if (c->unrecorded && c->left) {
            desk_close_chat(d, now, c, "desk"); /* what was left was in memory only */
        }
    }
    d->unsettled = true;
    desk_settle(d, now);
}
