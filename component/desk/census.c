#include "desk/census.h"

#include "desk/desk_state.h"

enum { SECOND_MS = 1000 };

/* From a wait that nobody minds to one that nobody stands. */
static const time_ms WAIT_BOUNDS[] = {
    5 * SECOND_MS,   10 * SECOND_MS,  20 * SECOND_MS,  30 * SECOND_MS,   60 * SECOND_MS,
    120 * SECOND_MS, 300 * SECOND_MS, 600 * SECOND_MS, 1200 * SECOND_MS, 3600 * SECOND_MS,
};

/* ---- what is so now ---- */

static void add_waiting(const struct desk *d, const struct chat *c, struct census_department *out)
{
    if (c->left) {
        out->left++;
        return;
    }
    time_ms waited = d->steady - c->waits_since;
    out->longest_wait = waited > out->longest_wait ? waited : out->longest_wait;
    if (c->state == CHAT_OFFERED) {
        out->offered++;
    } else {
        out->queued++;
    }
}

bool census_department(const struct desk *d, const char *department, struct census_department *out)
{
    const struct department *p = desk_find_department(d, department);

    if (p == NULL) {
        return false;
    }
    *out = (struct census_department){.active = p->active, .counts = &p->counts};
    size_t ahead = p->waiting;
    list_for_each (struct chat, c, &d->waiting, waiting_link) {
        if (ahead == 0) {
            break;
        }
        if (c->department == p) {
            add_waiting(d, c, out);
            ahead--;
        }
    }
    for (size_t i = 0; i < p->agent_count; i++) {
        out->agents[p->agents[i]->availability]++;
    }
    return true;
}

void census_visitors(const struct desk *d, struct census_visitors *out)
{
    size_t at = 0;
    const char *id;
    void *value;

    *out = (struct census_visitors){0};
    while (map_next(d->visitors, &at, &id, &value)) {
        const struct visitor *v = value;
        if (v->online || !v->told_away) {
            out->online++;
            out->chatting += v->chat != NULL && chat_is_open(v->chat) ? 1 : 0;
        }
    }
}

/* ---- what happens ---- */

static bool counts(const struct chat *c)
{
    return c->visitor->record.only_agent[0] == '\0';
}

/* Who still browses has said nothing: an agent writes to them first, and nobody has waited. */
static bool somebody_waits(const struct chat *c)
{
    return chat_is_waiting(c) && !c->left && c->visitor->browses == NULL;
}

void census_init(struct census_counts *counts)
{
    histogram_init(&counts->waits, WAIT_BOUNDS, sizeof WAIT_BOUNDS / sizeof *WAIT_BOUNDS);
}

void census_begun(struct chat *c)
{
    c->department->counts.begun += counts(c) ? 1 : 0;
}

void census_left(struct chat *c)
{
    c->department->counts.left += counts(c) && !c->left ? 1 : 0;
}

void census_enters(const struct desk *d, struct chat *c, enum chat_state to)
{
    struct census_counts *kept = &c->department->counts;

    if (!somebody_waits(c) || !counts(c)) {
        return;
    }
    if (to == CHAT_ACTIVE) {
        histogram_add(&kept->waits, d->steady - c->waits_since);
    } else if (to == CHAT_CLOSED) {
        kept->abandoned++;
    }
}
