#include "report/tally.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

/* The notice is written in the same turn as the chat, perhaps in the next millisecond. */
enum { AT_ONCE_MS = 1000 };

enum outcome outcome_of(const struct archive_chat *c)
{
    if (c->taken > 0 && (c->left == 0 || c->taken < c->left)) {
        return OUTCOME_ANSWERED;
    }
    if (c->left > 0) {
        return c->left - c->created <= AT_ONCE_MS ? OUTCOME_LEFT
               : c->closing                       ? OUTCOME_MISSED
                                                  : OUTCOME_ABANDONED;
    }
    if (c->state != CHAT_CLOSED) {
        return OUTCOME_WAITING;
    }
    return strcmp(c->closed_by, "visitor") == 0 ? OUTCOME_ABANDONED : OUTCOME_MISSED;
}

unsigned tally_stars(const struct tally *t)
{
    unsigned count = 0;

    for (unsigned i = 1; i <= TALLY_STARS; i++) {
        count += t->stars[i];
    }
    return count;
}

unsigned tally_thumbs(const struct tally *t)
{
    return t->thumbs[0] + t->thumbs[1];
}

double tally_mean(const struct tally *t)
{
    unsigned count = tally_stars(t);
    unsigned sum = 0;

    for (unsigned i = 1; i <= TALLY_STARS; i++) {
        sum += i * t->stars[i];
    }
    return count > 0 ? (double)sum / count : 0;
}

void tally_init(struct tally *t, const char *id)
{
    *t = (struct tally){.id = mem_dup(id)};
}

void tally_finish(struct tally *t)
{
    spread_finish(&t->wait);
    spread_finish(&t->answer);
    free(t->id);
}

void tally_add_chat(struct tally *t, const struct archive_chat *c)
{
    enum outcome outcome = outcome_of(c);

    t->chats++;
    t->outcomes[outcome]++;
    t->left += c->left > 0 ? 1 : 0;
    if (outcome == OUTCOME_ANSWERED) {
        spread_add(&t->wait, c->taken - c->created);
    }
    if (c->rating == RATING_STARS && c->rated <= TALLY_STARS) {
        t->stars[c->rated]++;
    } else if (c->rating == RATING_THUMBS) {
        t->thumbs[c->rated > 0 ? 1 : 0]++;
    }
    if (outcome == OUTCOME_ANSWERED && c->answered > 0) {
        spread_add(&t->answer, c->answered - c->created);
    }
}

void tally_add_ticket(struct tally *t, const struct archive_ticket *ticket)
{
    t->tickets++;
    t->states[ticket->ticket.state]++;
    for (size_t i = 0; i < SERVICE_KINDS; i++) {
        t->service[i][ticket->service[i]]++;
    }
}
