#include "desk/hold.h"

#include "base/text.h"
#include "desk/desk_state.h"

#include <stdio.h>
#include <stdlib.h>

enum { MINUTE_MS = 60 * 1000 };

static void end(struct desk *d, struct chat *c)
{
    if (c->hold.until != 0) {
        c->hold = (struct hold){0};
        answer_wait(d, c);
    }
}

void hold_follow(struct desk *d, struct chat *c, const struct entry_record *e)
{
    /* What a visitor does to lines that were said brings nobody back. */
    if (entry_is_change(e) && e->by == BY_VISITOR) {
        return;
    }
    if (text_equal(e->event, "hold")) {
        if (e->kind == ENTRY_NOTE) {
            time_ms lasts = (time_ms)strtol(e->body, NULL, 10) * MINUTE_MS;
            c->hold = (struct hold){.until = e->at + lasts, .steady = d->steady + lasts};
        }
        return;
    }
    if (e->kind == ENTRY_NOTICE || (e->kind == ENTRY_MESSAGE && e->by == BY_AGENT) ||
        text_equal(e->event, "hold-over")) {
        end(d, c);
    }
}

void hold_start(const struct desk *d, time_ms now, struct chat *c)
{
    time_ms left = c->hold.until - now;
    time_ms most = (time_ms)HOLD_MINUTES_MAX * MINUTE_MS;

    c->hold.steady = d->steady + (left < 0 ? 0 : left > most ? most : left);
}

void hold_begin(struct desk *d, time_ms now, struct chat *c, unsigned minutes)
{
    char text[12];

    snprintf(text, sizeof text, "%u", minutes);
    chat_note(d, now, c, "hold", c->owner, text);
    chat_notice(d, now, c, "hold", c->owner);
}

void hold_tick(struct desk *d, time_ms now, struct chat *c)
{
    if (c->hold.until == 0 || d->steady < c->hold.steady) {
        return;
    }
    chat_note(d, now, c, "hold-over", c->owner, "");
    d->agent_ports->notice(d->agent_ports->ctx, c->owner->jid, c->visitor->record.id,
                           NOTICE_HOLD_OVER, "");
}
