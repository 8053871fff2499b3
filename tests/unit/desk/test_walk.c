/* Random walks over everything that can happen to a desk, with desk_verify behind each step.
 * TRESEN_WALK_SEED=N walks that one only. */
#include "base/log.h"
#include "story_walk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

#include <cmocka.h>

enum { SEEDS = 10, STEPS = 25000 };

static uint64_t next(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

/* In the place of the system's: a map's order comes from its key, and a seed is to be walked again
 * as it was. */
static uint64_t keys;

ssize_t getrandom(void *buffer, size_t length, unsigned flags)
{
    unsigned char *bytes = buffer;

    (void)flags;
    for (size_t i = 0; i < length; i++) {
        bytes[i] = (unsigned char)(next(&keys) >> 32);
    }
    return (ssize_t)length;
}

static void on_log(void *ctx, enum log_level level, const char *line)
{
    (void)ctx;
    if (level == LOG_ERROR) {
        fprintf(stderr, "%s\n", line);
    }
}

static void walk(uint64_t seed, struct walk_counts *sum)
{
    uint64_t state = seed * 0x9E3779B97F4A7C15U + 1;

    keys = state;
    struct walk *w = walk_create((uint8_t)(next(&state) >> 32));

    print_message("seed %llu: %d steps\n", (unsigned long long)seed, STEPS);
    for (unsigned i = 0; i < STEPS; i++) {
        uint64_t random = next(&state) >> 16;
        const uint8_t bytes[WALK_STEP] = {(uint8_t)random, (uint8_t)(random >> 8),
                                          (uint8_t)(random >> 16), (uint8_t)(random >> 24)};
        walk_step(w, bytes);
    }
    const struct walk_counts *counts = walk_counts(w);
    sum->claims += counts->claims;
    sum->losses += counts->losses;
    sum->left += counts->left;
    sum->closed += counts->closed;
    sum->withdrawn += counts->withdrawn;
    sum->went_on += counts->went_on;
    sum->overflows += counts->overflows;
    sum->repeats += counts->repeats;
    sum->refusals += counts->refusals;
    sum->restarts += counts->restarts;
    sum->reminders += counts->reminders;
    sum->reports += counts->reports;
    sum->configurations += counts->configurations;
    sum->dismissed += counts->dismissed;
    sum->calls += counts->calls;
    sum->taken += counts->taken;
    sum->closing += counts->closing;
    sum->takes += counts->takes;
    sum->released += counts->released;
    sum->held += counts->held;
    sum->resumed += counts->resumed;
    sum->transfers += counts->transfers;
    sum->handed += counts->handed;
    sum->returned += counts->returned;
    sum->escalations += counts->escalations;
    sum->not_escalated += counts->not_escalated;
    sum->joins += counts->joins;
    sum->files += counts->files;
    sum->forms += counts->forms;
    sum->tickets += counts->tickets;
    sum->ticket_steps += counts->ticket_steps;
    sum->ticket_calls += counts->ticket_calls;
    sum->ticket_lines += counts->ticket_lines;
    sum->tickets_related += counts->tickets_related;
    sum->tickets_compared += counts->tickets_compared;
    sum->steps_told += counts->steps_told;
    sum->news += counts->news;
    sum->erased += counts->erased;
    sum->mails += counts->mails;
    sum->ratings += counts->ratings;
    walk_destroy(w);
}

static void desk__holds_its_invariants__on_random_walks(void **state)
{
    (void)state;
    struct walk_counts sum = {0};
    const char *one = getenv("TRESEN_WALK_SEED");

    log_set_sink(on_log, NULL);
    if (one != NULL) {
        walk(strtoull(one, NULL, 10), &sum);
        log_set_sink(NULL, NULL);
        return;
    }
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        walk(seed, &sum);
    }
    log_set_sink(NULL, NULL);
    print_message(
        "claims %u, losses %u, left %u, closed %u, withdrawn %u, repeats %u, refusals %u,"
        " restarts %u, reminders %u, reports %u, configurations %u, dismissed %u, calls "
        "%u, taken %u, closing %u, went on %u, overflows %u, takes %u, released %u, held %u, "
        "resumed %u, transfers %u, handed %u, returned %u, joins %u, escalations %u, "
        "not escalated %u, forms %u, tickets %u, ticket steps %u, lines %u, tickets compared %u, "
        "ticket calls %u, ratings %u\n",
        sum.claims, sum.losses, sum.left, sum.closed, sum.withdrawn, sum.repeats, sum.refusals,
        sum.restarts, sum.reminders, sum.reports, sum.configurations, sum.dismissed, sum.calls,
        sum.taken, sum.closing, sum.went_on, sum.overflows, sum.takes, sum.released, sum.held,
        sum.resumed, sum.transfers, sum.handed, sum.returned, sum.joins, sum.escalations,
        sum.not_escalated, sum.forms, sum.tickets, sum.ticket_steps, sum.ticket_lines,
        sum.tickets_compared, sum.ticket_calls, sum.ratings);
    /* The walk gets everywhere: otherwise it proves nothing. */
    assert_true(sum.claims > 1000 && sum.losses > 100 && sum.left > 100 && sum.closed > 1000);
    assert_true(sum.withdrawn > 1000 && sum.repeats > 1000 && sum.refusals > 1000);
    assert_true(sum.restarts > 100 && sum.reminders > 100 && sum.reports > 100);
    assert_true(sum.configurations > 100 && sum.dismissed > 50);
    assert_true(sum.calls > 100 && sum.taken > 100 && sum.closing > 20);
    assert_true(sum.went_on > 100 && sum.overflows > 100);
    assert_true(sum.takes > 100 && sum.released > 20 && sum.held > 50 && sum.resumed > 5);
    assert_true(sum.transfers > 20 && sum.handed > 5 && sum.returned > 10 && sum.joins > 5);
    assert_true(sum.files > 20);
    assert_true(sum.escalations > 1 && sum.not_escalated > 1);
    assert_true(sum.forms > 20);
    assert_true(sum.steps_told > 100 && sum.news > 20);
    assert_true(sum.tickets > 20 && sum.ticket_steps > 100 && sum.tickets_compared > 100);
    assert_true(sum.ticket_calls > 20);
    assert_true(sum.ticket_lines > 20 && sum.tickets_related > 20);
    assert_true(sum.erased > 50 && sum.mails > 5);
    assert_true(sum.ratings > 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(desk__holds_its_invariants__on_random_walks),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
