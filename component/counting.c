#include "counting.h"

#include "base/calendar.h"
#include "base/mem.h"
#include "config.h"
#include "directory.h"

#include <stdlib.h>

struct counting {
    const struct directory *directory;
    struct figures *figures;
};

static void on_chat(void *ctx, const struct archive_chat *c)
{
    const struct counting *k = ctx;
    const struct calendar *clock = directory_clock(k->directory, c->department);

    figures_add_chat(k->figures, c, calendar_offset(clock, c->created));
}

static void on_spent(void *ctx, const struct archive_spent *s)
{
    const struct counting *k = ctx;
    const struct calendar *clock = directory_clock(k->directory, s->department);

    figures_add_spent(k->figures, s, calendar_offset(clock, s->began));
}

static void on_ticket(void *ctx, const struct archive_ticket *t)
{
    figures_add_ticket(((const struct counting *)ctx)->figures, t);
}

char *counting_read(struct archive *archive, const struct directory *directory,
                    const struct period *period, const char *department, struct figures **out)
{
    const struct config *c = directory_config(directory);
    struct rate *rates = mem_array(c->reports.rate_count + 1, sizeof *rates);

    for (size_t i = 0; i < c->reports.rate_count; i++) {
        const struct config_rate *rate = &c->reports.rates[i];
        rates[i] = (struct rate){rate->department, rate->email, rate->cents};
    }
    struct counting k = {
        directory, figures_create(&(struct figures_config){.period = *period,
                                                           .department = department,
                                                           .per_agent = c->reports.per_agent,
                                                           .rates = rates,
                                                           .rate_count = c->reports.rate_count})};
    char *error = archive_chats(archive, period->from, period->to, on_chat, &k);
    if (error == NULL) {
        error = archive_spent(archive, period->from, period->to, on_spent, &k);
    }
    if (error == NULL) {
        const struct archive_query tickets = {.from = period->from, .to = period->to};
        error = archive_tickets(archive, &tickets, on_ticket, &k);
    }
    free(rates); /* they are asked for while it counts */
    *out = k.figures;
    return error;
}
