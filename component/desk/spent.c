#include "desk/spent.h"

#include "base/mem.h"
#include "base/text.h"
#include "desk/desk_state.h"
#include "desk/desk_tickets.h"

#include <stdio.h>
#include <stdlib.h>

enum { MINUTE_MS = 60 * 1000 };

/* ---- while an agent has it ---- */

static void put(struct desk *d, const struct spent_record *r)
{
    struct ticket *t = ticket_find(d, r->chat);
    struct chat *c = desk_find_chat(d, r->chat);

    if (c != NULL) {
        c->spent += r->lasted;
    }
    /* What is put while it is being read may be in what was read, or not: it is not counted. That
     * errs to less, so that nothing is taken off that is not there. */
    if (t != NULL && t->knows_spent) {
        t->spent += r->lasted;
    }
    storage_put_spent(d->storage, r);
}

static void keep(struct desk *d, const struct chat *c, const char *agent, time_ms lasted)
{
    if (lasted > 0) {
        put(d, &(struct spent_record){
                   .chat = c->number, .agent = agent, .began = c->claimed, .lasted = lasted});
    }
}

void spent_begin(const struct desk *d, struct chat *c)
{
    c->worked_since = d->steady;
}

void spent_end(struct desk *d, const struct chat *c)
{
    keep(d, c, c->owner->jid, d->steady - c->worked_since);
}

/* As far as something was said behind the claim. */
static time_ms before_the_restart(const struct chat *c)
{
    const struct entry_record *last = transcript_last(&c->transcript);

    return last != NULL && last->at > c->claimed ? last->at - c->claimed : 0;
}

void spent_resume(struct desk *d, struct chat *c)
{
    if (c->state == CHAT_ACTIVE) {
        c->worked_since = d->steady - before_the_restart(c);
    } else if (c->stranded) {
        keep(d, c, "", before_the_restart(c));
    }
}

void desk_load_spent(struct desk *d, int64_t number, time_ms stored)
{
    struct ticket *t = ticket_find(d, number);
    const struct chat *c = desk_find_chat(d, number);

    if (t != NULL && !t->knows_spent) {
        t->spent = c != NULL && c->knows_spent ? c->spent : stored;
        t->knows_spent = true;
    }
}

time_ms desk_spent(const struct desk *d, int64_t number)
{
    const struct ticket *t = ticket_find(d, number);
    const struct chat *c = desk_find_chat(d, number);
    time_ms running = c != NULL && c->state == CHAT_ACTIVE ? d->steady - c->worked_since : 0;

    return running + (t != NULL && t->knows_spent   ? t->spent
                      : c != NULL && c->knows_spent ? c->spent
                                                    : 0);
}

/* ---- by hand ---- */

static enum desk_result may_spend(const struct desk *d, const char *who,
                                  const struct chat_record *chat)
{
    const struct ticket *t = ticket_find(d, chat->number);
    const struct ticket_record r = ticket_standing(d, chat);

    if (t != NULL && t->erased) {
        return DESK_NOT_FOUND;
    }
    return desk_may_change_ticket(d, who, &r) ? DESK_OK
           : desk_may_see_ticket(d, who, &r)  ? DESK_FORBIDDEN
                                              : DESK_NOT_FOUND;
}

static void note(struct desk *d, time_ms now, const char *who, const struct chat_record *chat,
                 int minutes, const char *comment)
{
    char *body = mem_print("%+d min%s%s", minutes, comment[0] != '\0' ? ": " : "", comment);

    /* Of a chat without a transcript nothing is noted behind its end: there is nothing to read. */
    if (!chat->unrecorded || desk_find_chat(d, chat->number) != NULL) {
        ticket_note(d, now, ticket_touch(d, chat->number), who, "time", body);
    }
    free(body);
}

enum desk_result desk_spend(struct desk *d, time_ms now, const char *who,
                            const struct chat_record *chat, int minutes, const char *comment)
{
    enum desk_result may = may_spend(d, who, chat);
    time_ms lasted = (time_ms)minutes * MINUTE_MS;

    desk_pass(d, now);
    if (may != DESK_OK) {
        return may;
    }
    bool fits = minutes != 0 && minutes >= -DESK_SPENT_MINUTES && minutes <= DESK_SPENT_MINUTES;
    if (!fits || desk_spent(d, chat->number) + lasted < 0) {
        return DESK_FORM;
    }
    put(d,
        &(struct spent_record){
            .chat = chat->number, .agent = who, .began = now, .lasted = lasted, .by_hand = true});
    note(d, now, who, chat, minutes, comment);
    return DESK_OK;
}
