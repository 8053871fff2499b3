#include "story_walk_state.h"

#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk/desk_state.h"
#include "desk/desk_tickets.h"
#include "desk/related.h"
#include "desk/ticket_keeping.h"
#include "desk/unreached.h"
#include "story_rates.h"

#include <stdio.h>
#include <stdlib.h>

static const char *const own_values[] = {"17", "refund", "yes", "", "18", "no"};

/* With one of the other last tickets, if that is in memory. */
static enum desk_result relate(struct walk *w, const struct ticket_act *act)
{
    unsigned how = act->how;
    const struct ticket_split split = {"more", "of it"};
    const struct ticket_move move = {how % 3 == 0   ? "support"
                                     : how % 3 == 1 ? "sales"
                                                    : "",
                                     how % 3 == 2 ? 1 + how / 3 % 3 : 0, "",
                                     how % 2 == 0 ? "" : "hm"};
    int64_t other = w->desk->last_number - how / 4 % 8;
    int64_t made;

    switch (how % 4) {
    case 0:
        return desk_ticket_link(w->desk, w->now, act->agent, act->number, other, how % 8 != 4);
    case 1:
        return desk_ticket_merge(w->desk, w->now, act->agent, act->number, other, how % 8 == 1);
    case 2:
        return desk_ticket_move(w->desk, w->now, act->agent, act->number, &move);
    default:
        return how % 16 == 3
                   ? desk_ticket_split(w->desk, w->now, act->agent, act->number, &split, &made)
                   : DESK_REPEATED;
    }
}

static enum desk_result relates_tickets(struct walk *w, const struct ticket_act *act)
{
    enum desk_result done = relate(w, act);
    w->counts.tickets_related += done == DESK_OK;
    return done;
}

static enum desk_result keeps(struct walk *w, const struct ticket_act *act,
                              const struct chat_record *chat, unsigned how)
{
    if (how % 4 == 2) {
        return desk_set_own(w->desk, w->now, act->agent, chat, walk_own_fields[how % 3].name,
                            own_values[how / 4 % 6]);
    }
    if (how % 4 == 3) {
        return desk_ticket_watch(w->desk, w->now, act->agent, act->number, how % 8 == 3);
    }
    return desk_spend(w->desk, w->now, act->agent, chat, (int)(how % 8) - 3, "");
}

static enum desk_result act_on_ticket(struct walk *w, const struct ticket_act *act,
                                      const struct chat_record *chat)
{
    static const char *const subjects[] = {"broken", "", "late"};
    unsigned how = act->which / 8u;
    int64_t sequence = 0;
    char id[24];

    switch (act->which % 16) {
    case 15:
        return relates_tickets(w, act);
    case 8:
    case 9:
        snprintf(id, sizeof id, "t%u", how % 4);
        return desk_ticket_say(w->desk, w->now, act->agent, act->number, id, subjects[how % 3],
                               &sequence);
    case 12:
        desk_ticket_returned(w->desk, w->now, act->number, w->last_sequence - how % 8);
        desk_ticket_unreached(w->desk, w->now, act->agent, act->number, w->last_sequence - how % 8);
        return desk_ticket_tag(w->desk, w->now, act->agent, chat, walk_tags[how % 2],
                               how / 2 % 2 == 0);
    case 13:
        return desk_ticket_prioritise(w->desk, w->now, act->agent, chat,
                                      (enum chat_priority)(PRIORITY_LOW + how % 4));
    case 10:
        return desk_ticket_take(w->desk, w->now, act->agent, act->number);
    case 11:
        desk_ticket_seen(w->desk, w->now, act->agent, act->number, w->last_sequence - how % 8,
                         SEEN_DISPLAYED);
        return desk_ticket_note(w->desk, w->now, act->agent, act->number, "hm");
    case 14:
        return keeps(w, act, chat, how);
    default:
        break;
    }
    switch (act->which % 8) {
    case 0:
    case 1:
        return desk_agent_convert(w->desk, w->now, act->agent, chat, 0);
    case 2:
    case 3:
        return desk_ticket_due(w->desk, w->now, act->agent, act->number,
                               how % 4 == 0 ? 0 : w->now + (time_ms)how * 10000);
    case 4:
        return desk_ticket_assign(w->desk, w->now, act->agent, act->number,
                                  how % 5 == 0 ? "" : walk_agents[how % AGENTS]);
    case 5:
        return desk_ticket_subject(w->desk, w->now, act->agent, act->number, subjects[how % 3]);
    case 6:
        return desk_ticket_state(w->desk, w->now, act->agent, act->number,
                                 (enum ticket_state)(TICKET_NEW + how % 5));
    default:
        if (desk_ticket(w->desk, act->number) != NULL && how % 2 == 0) {
            ticket_spoke(w->desk, w->now, ticket_find(w->desk, act->number),
                         how % 4 == 0 ? BY_AGENT : BY_VISITOR);
        }
        desk_ticket_wake(w->desk, w->now, act->number);
        return DESK_REPEATED;
    }
}

static void on_ticket(void *ctx, const struct ticket_answer *answer)
{
    struct ticket_act *act = ctx;
    struct walk *w = act->walk;

    desk_load_ticket(w->desk, act->number, answer->ticket);
    desk_load_ticket_lines(w->desk, act->number, answer->recent, answer->recent_count);
    desk_load_spent(w->desk, act->number, answer->spent);
    desk_load_related(w->desk, act->number, &answer->related);
    desk_load_own(w->desk, act->number, &answer->own);
    if (answer->chat != NULL && act_on_ticket(w, act, answer->chat) == DESK_OK) {
        w->counts.tickets += act->which % 16 < 2;
        w->counts.ticket_steps += act->which % 16 >= 2;
    }
    desk_verify(w->desk);
}

static void makes_by_hand(struct walk *w, const char *agent)
{
    char *visitor = mem_print("visitor-hand%lld", (long long)w->desk->last_number);
    const struct ticket_by_hand h = {visitor, "sales",  "Ada",      "",
                                     "030",   "Broken", "and more", "telephone"};
    int64_t number;

    desk_ticket_by_hand(w->desk, w->now, agent, &h, &number);
    desk_saved_put(w->desk, w->now, agent, "mine-too", "mine tag=x");
    desk_verify(w->desk);
    free(visitor);
}

/* One of the last chats; what was read is acted on steps later. */
void walk_works_on_ticket(struct walk *w, const char *agent, uint8_t which, uint8_t how)
{
    struct ticket_act *act = &w->ticket_acts[w->next_ticket_act++ % TICKET_ACTS];

    if (which % 32 == 30) {
        makes_by_hand(w, agent);
        return;
    }
    *act = (struct ticket_act){.walk = w,
                               .agent = which % 16 == 13 ? walk_supervisors[0] : agent,
                               .which = which,
                               .how = how,
                               .number = w->desk->last_number - which / 4 % 8};
    desk_await_ticket(w->desk, act->number);
    storage_ticket(w->storage, act->number, on_ticket, act);
}

static void compare_own(const struct walk *w, const struct ticket *t, const struct own_records *own)
{
    for (size_t i = 0; t->knows_own && i < OWN_FIELDS; i++) {
        if (t->own.count != own->count ||
            (i < own->count && !text_equal(desk_own(w->desk, t->record.number, own->rows[i].field),
                                           own->rows[i].value))) {
            BUG("walk: ticket %lld has other fields", (long long)t->record.number);
        }
    }
}

static void compare_ticket(void *ctx, const struct ticket_answer *answer)
{
    struct walk *w = ctx;
    const struct ticket_record *s = answer->ticket;
    const struct ticket_record *m =
        answer->chat != NULL ? desk_ticket(w->desk, answer->chat->number) : NULL;

    if (m == NULL) {
        return;
    }
    w->counts.tickets_compared++;
    if (s == NULL || s->state != m->state || s->due != m->due || s->level != m->level ||
        s->changed != m->changed || s->wake != m->wake || s->told != m->told ||
        s->overdue != m->overdue || s->last != m->last || s->last_by != m->last_by ||
        s->merged != m->merged || s->unreached != m->unreached ||
        !text_equal(s->watchers, m->watchers) || !text_equal(s->visitor, m->visitor) ||
        !text_equal(s->owner, m->owner) || !text_equal(s->subject, m->subject)) {
        BUG("walk: ticket %lld is stored otherwise", (long long)m->number);
    }
    const struct ticket *t = ticket_find(w->desk, m->number);
    if (answer->spent < 0 || (t->knows_spent && t->spent > answer->spent)) {
        BUG("walk: on ticket %lld %lld ms were spent", (long long)m->number,
            (long long)answer->spent);
    }
    compare_own(w, t, &answer->own);
    for (size_t i = 0; t->knows_links && i < TICKET_LINKS; i++) {
        if (t->link_count != answer->related.link_count ||
            (i < t->link_count && t->links[i] != answer->related.links[i])) {
            BUG("walk: ticket %lld is linked otherwise", (long long)m->number);
        }
    }
}

/* What is in memory is what is stored, whatever was read in between. */
void walk_compare_tickets(struct walk *w)
{
    walk_commit(w); /* what is awaited is answered, and acts */
    list_for_each (struct ticket, t, &w->desk->tickets, link) {
        storage_ticket(w->storage, t->record.number, compare_ticket, w);
    }
    walk_commit(w);
    story_compare_ratings(w->desk, w->storage);
}

/* ---- mails ---- */

/* One is taken, and a step later something came of it. */
void walk_mail(struct walk *w, uint8_t which)
{
    enum mail_outcome outcome = (enum mail_outcome)(which % (MAIL_NO_SERVER + 1));

    if (w->is_mailing) {
        desk_mail_done(w->desk, w->now, &w->mail, outcome, outcome == MAIL_REFUSED ? "no" : "");
        w->is_mailing = false;
        w->counts.mails += outcome == MAIL_SENT;
    } else if (desk_mail_is_due(w->desk)) {
        w->is_mailing = desk_mail_take(w->desk, w->now, &w->mail);
    }
}
