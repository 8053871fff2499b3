#include "story_rates.h"

#include "base/log.h"
#include "base/text.h"
#include "desk/desk_state.h"
#include "desk/rating.h"

#include <stdio.h>

struct rate {
    struct desk *desk;
    time_ms now;
    const char *visitor;
    int64_t number;
    struct rating_record given;
    enum desk_result result;
    /* as it is stored */
    bool is_stored;
    struct rating_record stored;
    char text[16];
};

static void settle(struct storage *storage)
{
    storage_seal(storage);
    storage_dispatch(storage);
}

static void keep(struct rate *r, const struct ticket_answer *answer)
{
    r->is_stored = answer->rating != NULL;
    if (r->is_stored) {
        r->stored = *answer->rating;
        snprintf(r->text, sizeof r->text, "%s", answer->rating->text);
    }
}

static void on_read(void *ctx, const struct ticket_answer *answer)
{
    struct rate *r = ctx;

    r->result = DESK_NOT_FOUND;
    keep(r, answer);
    if (answer->chat != NULL) {
        r->result =
            desk_visitor_rate(r->desk, r->now, r->visitor, answer->chat, answer->rating, &r->given);
    }
}

static void on_stored(void *ctx, const struct ticket_answer *answer)
{
    keep(ctx, answer);
}

static bool is_as_given(const struct rate *r)
{
    return r->is_stored && r->stored.scale == r->given.scale && r->stored.value == r->given.value &&
           text_equal(r->text, r->given.text);
}

bool story_rates(struct desk *desk, struct storage *storage, time_ms now, const char *visitor,
                 int64_t number, uint8_t how)
{
    struct rate r = {.desk = desk,
                     .now = now,
                     .visitor = visitor,
                     .number = number,
                     .given = {.scale = how % 2 == 0 ? RATING_STARS : RATING_THUMBS,
                               .value = how / 2 % 8,
                               .text = how >= 192 ? "well done" : ""}};

    settle(storage); /* what comes back is what there is */
    storage_ticket(storage, number, on_read, &r);
    settle(storage);
    storage_ticket(storage, number, on_stored, &r);
    settle(storage);
    if ((r.result == DESK_OK || r.result == DESK_REPEATED) && !is_as_given(&r)) {
        BUG("walk: the rating of chat %lld is not stored", (long long)number);
    }
    return r.result == DESK_OK;
}

struct compared {
    struct desk *desk;
    int64_t number;
};

static void on_compared(void *ctx, const struct ticket_answer *answer)
{
    const struct compared *m = ctx;
    const struct chat *c = desk_find_chat(m->desk, m->number);

    if (c->is_rated != (answer->rating != NULL) || (c->is_rated && c->state != CHAT_CLOSED) ||
        (c->is_rated && rating_asked(c) != RATING_NONE)) {
        BUG("walk: chat %lld is rated otherwise", (long long)m->number);
    }
}

void story_compare_ratings(struct desk *desk, struct storage *storage)
{
    settle(storage);
    list_for_each (struct chat, c, &desk->chats, link) {
        struct compared m = {desk, c->number};
        storage_ticket(storage, c->number, on_compared, &m);
        storage_dispatch(storage);
    }
}
