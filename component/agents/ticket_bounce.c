#include "agents/ticket_bounce.h"

#include "agents/words.h"
#include "base/clock.h"
#include "base/mem.h"
#include "desk/desk_tickets.h"
#include "desk/unreached.h"

#include <stdio.h>
#include <stdlib.h>

struct bounce {
    struct agents *agents;
    char *agent;
    int64_t number;
    int64_t sequence;
    struct list link; /* agents::bounces */
};

static void bounce_destroy(struct bounce *b)
{
    list_remove(&b->link);
    free(b->agent);
    free(b);
}

void ticket_bounce_free(struct agents *a)
{
    list_for_each_safe (struct bounce, b, &a->bounces, link) {
        bounce_destroy(b);
    }
}

static void tell_later(struct agents *a, const struct bounce *b)
{
    char number[24];
    char local[32];
    struct buf words;

    snprintf(number, sizeof number, "%lld", (long long)b->number);
    snprintf(local, sizeof local, "ticket-%s", number);
    buf_init(&words, 2048);
    agent_words_unreached(&words, agents_language(a, b->agent), a->config.command_prefix, number,
                          agents_address(a, local, NULL));
    lines_add_later(a, b->agent, words.bytes);
    buf_finish(&words);
}

static void on_ticket(void *ctx, const struct ticket_answer *answer)
{
    struct bounce *b = ctx;
    struct desk *desk = b->agents->desk;

    desk_load_ticket(desk, b->number, answer->ticket);
    if (desk_ticket_unreached(desk, clock_utc_ms(), b->agent, b->number, b->sequence)) {
        tell_later(b->agents, b);
    }
    bounce_destroy(b);
}

void ticket_bounce(struct agents *a, const char *agent, int64_t number, int64_t sequence)
{
    struct bounce *b = mem_alloc(sizeof *b);

    b->agents = a;
    b->agent = mem_dup(agent);
    b->number = number;
    b->sequence = sequence;
    list_append(&a->bounces, &b->link);
    desk_await_ticket(a->desk, number);
    storage_ticket(a->storage, number, on_ticket, b);
}
