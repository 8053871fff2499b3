#include "desk/chat.h"

#include "base/log.h"
#include "base/mem.h"
#include "desk/desk_state.h"
#include "desk/participant.h"
#include "desk/rating.h"
#include "desk/spent.h"

#include <stdlib.h>

static const bool MAY_ENTER[CHAT_CLOSED + 1][CHAT_CLOSED + 1] = {
    [CHAT_QUEUED] = {[CHAT_OFFERED] = true, [CHAT_ACTIVE] = true, [CHAT_CLOSED] = true},
    [CHAT_OFFERED] = {[CHAT_QUEUED] = true, [CHAT_ACTIVE] = true, [CHAT_CLOSED] = true},
    [CHAT_ACTIVE] = {[CHAT_QUEUED] = true, [CHAT_ACTIVE] = true, [CHAT_CLOSED] = true},
};

static const char *const STATE_NAMES[] = {"none", "queued", "offered", "active", "closed"};

bool chat_may_enter(enum chat_state from, enum chat_state to)
{
    return MAY_ENTER[from][to];
}

bool chat_is_waiting(const struct chat *c)
{
    return c->state == CHAT_QUEUED || c->state == CHAT_OFFERED;
}

bool chat_is_open(const struct chat *c)
{
    return c->state != CHAT_CLOSED;
}

static int rank(const struct chat *c)
{
    if (c->claimed != 0) {
        return 0;
    }
    return c->left ? 2 : 1;
}

/* Minutes that a chat is treated as having waited longer: what bounds how often it is overtaken. */
time_ms chat_head_start_ms(enum chat_priority priority)
{
    static const int MINUTES[] = {
        [PRIORITY_LOW] = -15, [PRIORITY_NORMAL] = 0, [PRIORITY_HIGH] = 15, [PRIORITY_URGENT] = 60};

    return MINUTES[priority] * 60 * 1000LL;
}

static time_ms place(const struct chat *c)
{
    return c->waiting_since - chat_head_start_ms(c->priority);
}

bool chat_goes_before(const struct chat *a, const struct chat *b)
{
    if (rank(a) != rank(b)) {
        return rank(a) < rank(b);
    }
    if (place(a) != place(b)) {
        return place(a) < place(b);
    }
    return a->number < b->number;
}

void chat_line_up(struct desk *d, struct chat *c)
{
    list_remove(&c->waiting_link);
    struct list *at = d->waiting.prev;
    while (at != &d->waiting && chat_goes_before(c, LIST_OF(struct chat, at, waiting_link))) {
        at = at->prev;
    }
    list_insert_before(at->next, &c->waiting_link);
}

/* Lists and counts of the state that is left and of the one that is entered. */
static void leave_state(struct chat *c)
{
    if (chat_is_waiting(c)) {
        c->department->waiting--;
        c->department->left -= c->left ? 1 : 0;
        list_remove(&c->waiting_link);
        list_remove(&c->seat_link);
    } else if (c->state == CHAT_ACTIVE) {
        c->department->active--;
        c->owner->active--;
        list_remove(&c->owner_link);
    } else {
        c->department->just_left -= c->left ? 1 : 0;
    }
}

static void enter_state(struct desk *d, struct chat *c, struct agent *owner)
{
    c->owner = owner;
    c->department->just_left += c->state == CHAT_CLOSED && c->left ? 1 : 0;
    if (chat_is_waiting(c)) {
        c->department->waiting++;
        c->department->left += c->left ? 1 : 0;
        chat_line_up(d, c);
    } else if (owner != NULL) {
        list_append(&owner->chats, &c->owner_link);
        if (c->state == CHAT_ACTIVE) {
            c->department->active++;
            owner->active++;
        }
    }
}

static struct chat *make(struct desk *d, int64_t number, struct visitor *v, struct department *p,
                         int64_t last_run)
{
    struct chat *c = mem_alloc(sizeof *c);

    c->number = number;
    c->visitor = v;
    c->department = p;
    c->address = p;
    c->state = CHAT_QUEUED;
    c->priority = PRIORITY_NORMAL;
    c->rules = rules_match(p->rules, p->rule_count, &v->record);
    c->quiet_since = d->steady;
    c->queued_since = d->steady;
    c->waits_since = d->steady;
    c->closed_by = "";
    c->tags = mem_dup("");
    follow_init(&c->follow);
    told_init(&c->told, last_run);
    call_wait(d, c);
    list_init(&c->offers);
    list_init(&c->participants);
    list_init(&c->owner_link);
    list_init(&c->waiting_link);
    list_init(&c->seat_link);
    list_append(&d->chats, &c->link);
    v->chat = c;
    d->unsettled = true;
    return c;
}

struct chat *chat_create(struct desk *d, time_ms now, struct visitor *v, struct department *p)
{
    struct chat *c = make(d, ++d->last_number, v, p, 0);

    c->created = now;
    c->knows_spent = true;
    /* Never before those who came earlier, though the clock jump back. */
    d->last_waiting = now > d->last_waiting ? now : d->last_waiting;
    c->waiting_since = d->last_waiting;
    c->priority = rules_priority(p->rules, p->rule_count, c->rules);
    c->unrecorded = p->keeps_no_transcript;
    enter_state(d, c, NULL);
    census_begun(c);
    chat_store(d, c);
    log_info("chat: created number=%lld department=%s", (long long)c->number, p->id);
    return c;
}

struct chat *chat_restore(struct desk *d, const struct chat_record *r, struct visitor *v,
                          struct department *p, struct department *address, struct agent *owner)
{
    struct chat *c = make(d, r->number, v, p, r->offered ? d->last_sequence : 0);

    c->address = address;
    c->created = r->created;
    c->offered = r->offered;
    c->waiting_since = r->waiting_since;
    d->last_waiting = r->waiting_since > d->last_waiting ? r->waiting_since : d->last_waiting;
    c->claimed = r->claimed;
    c->priority = r->priority;
    mem_replace(&c->tags, r->tags);
    c->unrecorded = r->unrecorded;
    if (owner != NULL) {
        c->state = CHAT_ACTIVE;
        c->owner_gone = true;
        c->gone_since = d->steady;
    } else {
        c->left = r->left;
        c->stranded = r->state == CHAT_ACTIVE;
    }
    enter_state(d, c, owner);
    return c;
}

void chat_destroy(struct desk *d, struct chat *c)
{
    list_for_each_safe (struct offer, o, &c->offers, chat_link) {
        offer_destroy(o);
    }
    list_for_each_safe (struct participant, p, &c->participants, chat_link) {
        participant_destroy(p);
    }
    leave_state(c);
    list_remove(&c->link);
    list_remove(&c->owner_link); /* of a CLOSED one */
    if (c->visitor->chat == c) {
        c->visitor->chat = NULL;
    }
    transcript_finish(&c->transcript);
    told_finish(&c->told);
    call_finish(&c->call);
    follow_finish(&c->follow);
    free(c->tags);
    own_values_finish(&c->own);
    free(c);
    d->unsettled = true;
}

void chat_enter(struct desk *d, time_ms now, struct chat *c, enum chat_state to,
                struct agent *owner)
{
    if (!chat_may_enter(c->state, to) ||
        (to != CHAT_CLOSED && (to == CHAT_ACTIVE) != (owner != NULL))) {
        BUG("chat %lld: %s -> %s", (long long)c->number, STATE_NAMES[c->state], STATE_NAMES[to]);
    }
    log_info("chat: number=%lld %s->%s", (long long)c->number, STATE_NAMES[c->state],
             STATE_NAMES[to]);
    if (c->state == CHAT_ACTIVE) {
        spent_end(d, c);
    }
    census_enters(d, c, to);
    leave_state(c);
    enum chat_state from = c->state;
    c->state = to;
    c->offered = c->offered || to == CHAT_OFFERED || to == CHAT_ACTIVE;
    if (to == CHAT_ACTIVE) {
        c->claimed = now;
        spent_begin(d, c);
        c->left = false;
        c->reach = 0;
    } else if (to == CHAT_CLOSED) {
        c->closed = now;
        c->linger_since = d->steady;
        follow_end(&c->follow);
    }
    enter_state(d, c, owner);
    c->owner_gone = to == CHAT_ACTIVE && agent_is_lost(owner);
    c->gone_since = d->steady;
    c->told_absent = false;
    if (to == CHAT_QUEUED && from == CHAT_ACTIVE) {
        c->queued_since = d->steady;
        c->waits_since = d->steady;
        answer_wait(d, c);
        call_wait(d, c);
    } else if (to == CHAT_ACTIVE || to == CHAT_CLOSED) {
        call_end(d, c);
    }
    chat_store(d, c);
    d->unsettled = true;
}

void chat_move(struct desk *d, struct chat *c, struct department *p)
{
    struct agent *owner = c->owner;

    leave_state(c);
    c->department = p;
    c->rules = rules_match(p->rules, p->rule_count, &c->visitor->record);
    c->overflows = false;
    enter_state(d, c, owner);
    d->unsettled = true;
}

void chat_set_left(struct desk *d, struct chat *c, bool left)
{
    if (left) {
        census_left(c);
    } else {
        c->waits_since = d->steady;
    }
    leave_state(c);
    c->left = left;
    answer_wait(d, c);
    enter_state(d, c, NULL);
    chat_store(d, c);
    d->unsettled = true;
}

void chat_set_priority(struct desk *d, struct chat *c, enum chat_priority priority)
{
    c->priority = priority;
    if (chat_is_waiting(c)) {
        chat_line_up(d, c);
    }
    chat_store(d, c);
    d->unsettled = true;
}

void chat_store(struct desk *d, const struct chat *c)
{
    storage_put_chat(d->storage, &(struct chat_record){
                                     .number = c->number,
                                     .visitor = c->visitor->record.id,
                                     .department = c->department->id,
                                     .state = c->state,
                                     .owner = c->owner != NULL ? c->owner->jid : "",
                                     .left = c->left,
                                     .created = c->created,
                                     .waiting_since = c->waiting_since,
                                     .claimed = c->claimed,
                                     .closed = c->closed,
                                     .closed_by = c->closed_by,
                                     .offered = c->offered,
                                     .priority = c->priority,
                                     .tags = c->tags,
                                     .address = c->address->id,
                                     .handed_to = transfer_target(c),
                                     .unrecorded = c->unrecorded,
                                 });
}

const struct entry_record *chat_add(struct desk *d, time_ms now, struct chat *c,
                                    const struct entry_record *e)
{
    struct entry_record own = *e;

    own.sequence = ++d->last_sequence;
    own.chat = c->number;
    own.at = now;
    own.fate = FATE_AS_SAID;
    own.shown = own.visitor_reactions = own.agent_reactions = "";
    own.form = own.form != NULL ? own.form : "";
    own.body = desk_mask(d, own.body);
    if (c->unrecorded) {
        storage_pass_entry(d->storage, own.sequence);
    } else {
        storage_put_entry(d->storage, &own);
    }
    transcript_add(&c->transcript, &own);
    answer_follow(d, c, &own);
    call_follow(c, &own);
    hold_follow(d, c, &own);
    if (own.kind != ENTRY_NOTE) {
        c->quiet_since = d->steady;
    }
    return transcript_find(&c->transcript, own.sequence);
}

void chat_add_behind(struct desk *d, time_ms now, int64_t number, struct entry_record *e)
{
    struct chat *c = desk_find_chat(d, number);

    e->chat = number;
    e->at = now;
    e->body = desk_mask(d, e->body);
    e->shown = e->visitor_reactions = e->agent_reactions = "";
    if (c != NULL) {
        e->sequence = chat_add(d, now, c, e)->sequence;
    } else {
        e->sequence = ++d->last_sequence;
        storage_put_entry(d->storage, e);
    }
}

void chat_tell(struct desk *d, struct chat *c, const struct agent *a, const struct entry_record *e)
{
    bool again = told_again(&c->told, a->jid, e->sequence);

    d->agent_ports->entry(d->agent_ports->ctx, a->jid, c->visitor->record.id, e, again);
}

void chat_tell_all(struct desk *d, struct chat *c, const struct agent *except,
                   const struct entry_record *e)
{
    if (c->owner != NULL && c->owner != except) {
        chat_tell(d, c, c->owner, e);
    }
    list_for_each (struct offer, o, &c->offers, chat_link) {
        if (o->state == OFFER_OPEN && o->agent != except && participant_find(c, o->agent) == NULL) {
            chat_tell(d, c, o->agent, e);
        }
    }
    list_for_each (struct participant, p, &c->participants, chat_link) {
        if (p->agent != except) {
            chat_tell(d, c, p->agent, e);
        }
    }
}

static size_t count_position(const struct desk *d, const struct chat *c)
{
    size_t at = 0;

    list_for_each (struct chat, other, &d->waiting, waiting_link) {
        if (other->department == c->department) {
            at++;
        }
        if (other == c) {
            return at;
        }
    }
    return 0;
}

static void add_notice(struct desk *d, time_ms now, struct chat *c, const char *event,
                       const struct agent *agent, const char *body)
{
    const struct entry_record *e = chat_add(d, now, c,
                                            &(struct entry_record){
                                                .kind = ENTRY_NOTICE,
                                                .by = BY_DESK,
                                                .agent = agent != NULL ? agent->jid : "",
                                                .name = agent != NULL ? agent->name : "",
                                                .sender_id = "",
                                                .event = event,
                                                .body = body,
                                            });
    /* The notice carries the state with it: not told a second time. */
    c->told_state = c->state;
    c->told_left = c->left;
    c->told_position = chat_is_waiting(c) ? count_position(d, c) : 0;
    d->visitor_ports->entry(d->visitor_ports->ctx, c->visitor->record.id, c->address->id, e);
}

void chat_notice(struct desk *d, time_ms now, struct chat *c, const char *event,
                 const struct agent *agent)
{
    add_notice(d, now, c, event, agent, "");
}

void chat_note(struct desk *d, time_ms now, struct chat *c, const char *event,
               const struct agent *agent, const char *body)
{
    chat_add(d, now, c,
             &(struct entry_record){.kind = ENTRY_NOTE,
                                    .by = BY_DESK,
                                    .agent = agent != NULL ? agent->jid : "",
                                    .name = agent != NULL ? agent->name : "",
                                    .sender_id = "",
                                    .event = event,
                                    .body = body});
}

void chat_tell_about(struct desk *d, time_ms now, struct chat *c, const struct agent *a)
{
    if (a->status[0] != '\0') {
        add_notice(d, now, c, "about", a, a->status);
    }
}

void chat_view_at(const struct chat *c, size_t position, struct chat_view *out)
{
    const struct entry_record *last = transcript_last(&c->transcript);

    *out = (struct chat_view){
        .number = c->number,
        .visitor = c->visitor->record.id,
        .department = c->department->id,
        .address = c->address->id,
        .state = c->state,
        .left = c->left,
        .position = position,
        .owner = c->owner != NULL ? c->owner->jid : "",
        .owner_name = c->owner != NULL ? c->owner->name : "",
        .last_entry = last != NULL ? last->sequence : 0,
        .created = c->created,
        .waiting_since = c->waiting_since,
        .claimed = c->claimed,
        .asked = c->answer.line != 0 ? c->answer.asked : 0,
        .held_until = c->hold.until,
        .closed_by = c->closed_by,
        .priority = c->priority,
        .tags = c->tags,
        .unrecorded = c->unrecorded,
        .rating = rating_asked(c),
    };
}

void chat_view(const struct desk *d, const struct chat *c, struct chat_view *out)
{
    chat_view_at(c, chat_is_waiting(c) ? count_position(d, c) : 0, out);
}
