/* What is said to tickets, by their requesters and by agents. */
#include "base/mem.h"
#include "base/text.h"
#include "desk/desk_state.h"
#include "desk/desk_tickets.h"
#include "desk/related.h"
#include "desk/watcher.h"

#include <stdlib.h>

/* ---- a line ---- */

/* As it is stored. */
static struct entry_record add_line(struct desk *d, time_ms now, const struct ticket *t,
                                    const struct entry_record *line)
{
    struct entry_record e = *line;

    e.form = "";
    ticket_add(d, now, t, &e);
    return e;
}

/* Who is in memory knows of it, and its repeats are recognised. */
static void keep(struct desk *d, struct ticket *t, const struct entry_record *e)
{
    struct visitor *v = desk_find_visitor(d, t->record.visitor);
    struct visitor_ticket *own = v != NULL ? requested_find(&v->tickets, t->record.number) : NULL;
    const struct recent_line line = {e->agent, e->sender_id, e->body, e->sequence};

    if (own != NULL) {
        requested_set_last(own, e);
    }
    if (e->sender_id[0] == '\0') {
        return;
    }
    if (v != NULL) {
        repeats_add(&v->old, &line, 1);
    }
    if (e->by == BY_AGENT) {
        repeats_add(&t->said, &line, 1);
    }
}

/* To the requester, wherever they are. An address that is not configured any more reaches nobody:
 * there is nowhere to say it, it stays in the record. */
static void tell_requester(struct desk *d, const struct ticket *t, const struct entry_record *e)
{
    const struct department *p = desk_find_department(d, t->record.address);

    if (p != NULL) {
        d->visitor_ports->entry(d->visitor_ports->ctx, t->record.visitor, p->id, e);
    }
}

static struct entry_record say(struct desk *d, time_ms now, struct ticket *t,
                               const struct entry_record *line)
{
    const struct entry_record e = add_line(d, now, t, line);

    tell_requester(d, t, &e); /* before the step that it may be */
    t->record.last = e.sequence;
    t->record.last_by = e.by;
    ticket_spoke(d, now, t, e.by);
    keep(d, t, &e);
    if (e.by == BY_AGENT) {
        mail_reply(d, now, t, &e);
    }
    return e;
}

/* ---- agents ---- */

void desk_load_ticket_lines(struct desk *d, int64_t number, const struct recent_line *lines,
                            size_t count)
{
    struct ticket *t = ticket_find(d, number);

    for (size_t i = 0; t != NULL && i < count; i++) {
        const struct recent_line *l = &lines[i];
        if (l->agent[0] != '\0' && repeats_find(&t->said, l->agent, l->id, l->body) == 0) {
            repeats_add(&t->said, l, 1);
        }
    }
}

static bool has_owner(const struct desk *d, const struct ticket *t)
{
    return desk_is_agent(d, t->record.owner);
}

/* What nobody has is theirs from now on. */
static void own(struct desk *d, time_ms now, struct ticket *t, const struct agent *a)
{
    char *before = mem_dup(t->record.owner);
    enum ticket_state from = t->record.state;

    ticket_set_owner(d, t, a->jid);
    if (from == TICKET_NEW) {
        ticket_enter(d, now, t, TICKET_OPEN, 0);
    } else {
        ticket_store(d, now, t);
    }
    ticket_note_change(d, now, t, a->jid, "assigned", before, a->jid);
    if (from == TICKET_NEW) {
        ticket_note_change(d, now, t, a->jid, "state", ticket_state_name(from), "open");
    }
    free(before);
}

/* Its owner and who watches it, but not who has said it. */
static void tell_agents(struct desk *d, const struct ticket *t, const char *who,
                        const struct entry_record *e, bool begins)
{
    if (has_owner(d, t) && !text_equal(t->record.owner, who)) {
        d->agent_ports->ticket(d->agent_ports->ctx, t->record.owner, &t->record, e, begins);
    }
    watchers_tell(d, t, who, e, begins);
}

enum desk_result desk_ticket_say(struct desk *d, time_ms now, const char *who, int64_t number,
                                 const char *sender_id, const char *body, int64_t *sequence)
{
    const struct agent *a = desk_find_agent(d, who);
    const struct chat *c = desk_find_chat(d, number);
    struct ticket *t;
    enum desk_result may = ticket_find_for(d, now, who, number, &t);

    if (may == DESK_NOT_FOUND && a != NULL && c != NULL && chat_is_open(c)) {
        return DESK_RUNNING;
    }
    if (may != DESK_OK || a == NULL) {
        return may != DESK_OK ? may : DESK_FORBIDDEN;
    }
    if (t->record.merged != 0) {
        return DESK_MERGED;
    }
    int64_t repeated = sender_id[0] != '\0' ? repeats_find(&t->said, who, sender_id, body) : 0;
    if (repeated != 0) {
        *sequence = repeated;
        return DESK_REPEATED;
    }
    if (!has_owner(d, t)) {
        own(d, now, t, a);
    }
    const struct entry_record e = say(d, now, t,
                                      &(struct entry_record){.kind = ENTRY_MESSAGE,
                                                             .by = BY_AGENT,
                                                             .agent = a->jid,
                                                             .name = a->name,
                                                             .sender_id = sender_id,
                                                             .event = "",
                                                             .body = body});
    *sequence = e.sequence;
    tell_agents(d, t, who, &e, false);
    return DESK_OK;
}

enum desk_result desk_ticket_take(struct desk *d, time_ms now, const char *who, int64_t number)
{
    const struct agent *a = desk_find_agent(d, who);
    struct ticket *t;
    enum desk_result may = ticket_find_for(d, now, who, number, &t);

    if (may != DESK_OK || a == NULL) {
        return may != DESK_OK ? may : DESK_FORBIDDEN;
    }
    if (text_equal(t->record.owner, who)) {
        return DESK_REPEATED;
    }
    if (has_owner(d, t)) {
        return DESK_FORBIDDEN;
    }
    own(d, now, t, a);
    return DESK_OK;
}

enum desk_result desk_ticket_note(struct desk *d, time_ms now, const char *who, int64_t number,
                                  const char *body)
{
    const struct agent *a = desk_find_agent(d, who);
    struct ticket *t;
    enum desk_result may = ticket_find_for(d, now, who, number, &t);

    if (may != DESK_OK) {
        return may;
    }
    const struct entry_record e = add_line(d, now, t,
                                           &(struct entry_record){.kind = ENTRY_NOTE,
                                                                  .by = BY_AGENT,
                                                                  .agent = who,
                                                                  .name = a != NULL ? a->name : who,
                                                                  .sender_id = "",
                                                                  .event = "",
                                                                  .body = body});
    tell_agents(d, t, who, &e, false);
    return DESK_OK;
}

void desk_ticket_seen(struct desk *d, time_ms now, const char *who, int64_t number,
                      int64_t sequence, enum entry_seen seen)
{
    struct ticket *t;

    if (ticket_find_for(d, now, who, number, &t) != DESK_OK || t->record.last != sequence ||
        t->record.last_by != BY_VISITOR) {
        return;
    }
    struct visitor *v = desk_find_visitor(d, t->record.visitor);
    struct visitor_ticket *own_copy = v != NULL ? requested_find(&v->tickets, number) : NULL;
    if (own_copy == NULL) {
        storage_mark_entry(d->storage, sequence, seen); /* never backwards */
        return;
    }
    if (own_copy->last_seen < seen) {
        struct chat *c = desk_find_chat(d, number);
        struct entry_record *e = c != NULL ? transcript_find(&c->transcript, sequence) : NULL;
        own_copy->last_seen = seen;
        if (e != NULL) {
            e->seen = seen;
        }
        storage_mark_entry(d->storage, sequence, seen);
        d->visitor_ports->seen(d->visitor_ports->ctx, t->record.visitor, t->record.address,
                               own_copy->last_id, seen);
    }
}

/* ---- requesters ---- */

static bool is_there(const struct ticket_record *r, const struct department *p)
{
    return text_equal(r->address, p->id);
}

static bool may_reopen(const struct desk *d, const struct ticket_record *r, time_ms now)
{
    const struct department *p = desk_find_department(d, r->department);

    return r->state != TICKET_CLOSED || (p != NULL && now - r->changed < p->reopen_ms);
}

/* By its number, or as a line in it that is answered. */
static const struct visitor_ticket *find_named(const struct requested *all,
                                               const struct desk_line *line)
{
    for (size_t i = 0; i < all->count; i++) {
        const struct ticket_record *r = &all->tickets[i].record;
        if (line->ticket != 0 ? r->number == line->ticket
                              : line->about != 0 && r->last == line->about) {
            return &all->tickets[i];
        }
    }
    return NULL;
}

/* The latest of them at that address that waits for the visitor, or else, while nobody is there,
 * the latest at all. */
static int64_t find_awaited(const struct requested *all, const struct department *p,
                            bool nobody_is_there)
{
    int64_t latest = 0;
    bool is_first = true;

    for (size_t i = 0; i < all->count; i++) {
        const struct ticket_record *r = &all->tickets[i].record;
        if (!is_there(r, p)) {
            continue;
        }
        if (requested_waits(r)) {
            return r->number;
        }
        if (is_first && nobody_is_there && r->state < TICKET_SOLVED) {
            latest = r->number;
        }
        is_first = false;
    }
    return latest;
}

enum desk_result ticket_of_line(struct desk *d, time_ms now, const struct visitor *v,
                                const struct department *p, const struct desk_line *line,
                                int64_t *number)
{
    const struct visitor_ticket *named = find_named(&v->tickets, line);
    uint64_t rules = rules_match(p->rules, p->rule_count, &v->record);

    *number = 0;
    if (line->ticket != 0 && (named == NULL || !is_there(&named->record, p))) {
        return DESK_NOT_FOUND;
    }
    if (named != NULL && is_there(&named->record, p)) {
        named = related_follow(&v->tickets, named);
        *number = may_reopen(d, &named->record, now) ? named->record.number : 0;
    } else if (!line->new_chat) {
        *number = find_awaited(&v->tickets, p, !department_somebody(p, rules, &v->record));
    }
    return DESK_OK;
}

int64_t ticket_hear(struct desk *d, time_ms now, struct visitor *v, int64_t number,
                    const struct desk_line *line)
{
    const struct visitor_ticket *known = requested_find(&v->tickets, number);
    struct ticket *t = ticket_touch(d, number);

    if (t->record.state == TICKET_NONE) {
        ticket_know(d, t, &known->record);
    }
    bool was_left = t->record.state == TICKET_NEW;
    bool begins = t->record.last_by != BY_VISITOR;
    bool is_reply = line->about != 0 && line->about == t->record.last;
    const struct entry_record e = say(d, now, t,
                                      &(struct entry_record){.kind = ENTRY_MESSAGE,
                                                             .by = BY_VISITOR,
                                                             .agent = "",
                                                             .name = v->record.name,
                                                             .sender_id = line->sender_id,
                                                             .event = "",
                                                             .body = line->body,
                                                             .about = is_reply ? line->about : 0});
    if (has_owner(d, t)) {
        tell_agents(d, t, "", &e, begins);
        return e.sequence;
    }
    watchers_tell(d, t, "", &e, begins);
    if (begins && !was_left) {
        ticket_call_agents(d, t, CALL_TICKET_LINE, NULL); /* once, until somebody has answered */
    }
    return e.sequence;
}

bool ticket_see(struct desk *d, struct visitor *v, int64_t sequence, enum entry_seen seen)
{
    for (size_t i = 0; i < v->tickets.count; i++) {
        struct visitor_ticket *t = &v->tickets.tickets[i];
        if (t->record.last != sequence || t->record.last_by != BY_AGENT) {
            continue;
        }
        if (seen == SEEN_DISPLAYED) {
            mail_seen(d, t->record.number, sequence);
        }
        if (t->last_seen < seen) {
            struct entry_record *e =
                v->chat != NULL ? transcript_find(&v->chat->transcript, sequence) : NULL;
            if (e != NULL) {
                e->seen = seen;
            }
            t->last_seen = seen;
            storage_mark_entry(d->storage, sequence, seen);
            if (t->last_id[0] != '\0') {
                d->agent_ports->ticket_seen(d->agent_ports->ctx, t->last_agent, t->record.number,
                                            t->last_id, seen);
            }
        }
        return true;
    }
    return false;
}
