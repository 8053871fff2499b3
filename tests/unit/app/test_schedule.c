/* The scheduler between storage and desk: who comes when, how many at once, and what a look at all
 * repairs. */
#include "schedule.h"

#include "desk/desk.h"
#include "storage/storage.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define DAY (24 * 60 * 60 * (time_ms)1000)
#define BOB "bob@example.org"

enum { NUMBER = 1001, AT_ONCE = 50 };

static time_ms now;

static time_ms utc(void)
{
    return now;
}

struct rig {
    struct storage *storage;
    struct desk *desk;
    struct schedule *schedule;
    unsigned calls;
};

/* ---- who is told ---- */

static void on_call(void *ctx, const char *agent, const char *department, enum agent_call call,
                    const char *visitor, const char *text)
{
    struct rig *r = ctx;

    (void)department;
    (void)visitor;
    assert_string_equal(agent, BOB);
    assert_int_equal(call, CALL_TICKET_DUE);
    assert_true(strtoll(text, NULL, 10) >= NUMBER);
    r->calls++;
}

static void on_department(void *ctx, const char *department)
{
    (void)ctx;
    (void)department;
}

static void on_commit(void *ctx, uint64_t batch)
{
    (void)ctx;
    (void)batch;
}

static void on_refusing(void *ctx, bool refusing)
{
    (void)ctx;
    (void)refusing;
}

/* ---- life ---- */

static int make(void **state)
{
    static const char *const members[] = {BOB};
    static const struct desk_agent_config agents[] = {
        {.jid = BOB, .name = "Bob", .capacity = 1, .level = 1}};
    static const struct desk_department_config departments[] = {{.id = "sales",
                                                                 .name = "Sales",
                                                                 .agents = members,
                                                                 .agent_count = 1,
                                                                 .close_solved_ms = 7 * DAY}};
    static const struct desk_config config = {.agents = agents,
                                              .agent_count = 1,
                                              .departments = departments,
                                              .department_count = 1,
                                              .max_queue = 10,
                                              .max_visitors = 10};
    static struct rig r;
    static struct desk_agent_ports agent_ports;
    static struct desk_visitor_ports visitor_ports;
    const struct storage_calls calls = {NULL, on_commit, on_refusing};
    char *error = NULL;

    r = (struct rig){.calls = 0};
    now = 1767607200000;
    agent_ports =
        (struct desk_agent_ports){.ctx = &r, .department = on_department, .call = on_call};
    visitor_ports = (struct desk_visitor_ports){.ctx = &r, .department = on_department};
    r.storage = storage_open("memory:", &calls, &error);
    r.desk = desk_create(&config, r.storage, &agent_ports, &visitor_ports);
    desk_start(r.desk, now);
    r.schedule = schedule_create(r.storage, r.desk, utc);
    *state = &r;
    return 0;
}

static int unmake(void **state)
{
    struct rig *r = *state;

    desk_destroy(r->desk);
    storage_close(r->storage);
    schedule_destroy(r->schedule);
    return 0;
}

/* A second: the tick, and what is read for it and for that. */
static void second(struct rig *r)
{
    schedule_tick(r->schedule);
    for (unsigned i = 0; i < 4; i++) {
        storage_seal(r->storage);
        storage_dispatch(r->storage);
    }
    desk_verify(r->desk);
}

static void put(struct rig *r, int64_t at, enum ticket_state state, time_ms due, time_ms wake)
{
    storage_put_visitor(r->storage, &(struct visitor_record){.id = "v",
                                                             .site = "",
                                                             .jid = "",
                                                             .name = "",
                                                             .email = "",
                                                             .language = "",
                                                             .zone = "",
                                                             .browser = "",
                                                             .page_url = "",
                                                             .page_title = "",
                                                             .referrer = "",
                                                             .only_agent = "",
                                                             .last_agent = "",
                                                             .phone = "",
                                                             .fields = "",
                                                             .consent = "",
                                                             .subject = "",
                                                             .claims = ""});
    storage_put_chat(r->storage, &(struct chat_record){.number = NUMBER + at,
                                                       .visitor = "v",
                                                       .department = "sales",
                                                       .address = "sales",
                                                       .state = CHAT_CLOSED,
                                                       .owner = "",
                                                       .closed_by = "desk",
                                                       .priority = PRIORITY_NORMAL,
                                                       .tags = "",
                                                       .handed_to = ""});
    storage_put_ticket(r->storage,
                       &(struct ticket_record){.number = NUMBER + at,
                                               .department = "sales",
                                               .state = state,
                                               .owner = BOB,
                                               .subject = "",
                                               .due = due,
                                               .level = 1,
                                               .converted_by = "",
                                               .visitor = "",
                                               .address = "",
                                               .solved = state == TICKET_SOLVED ? now : 0,
                                               .wake = wake,
                                               .watchers = ""});
}

static void on_ticket(void *ctx, const struct ticket_answer *answer)
{
    struct ticket_record *out = ctx;

    *out = *answer->ticket;
}

static struct ticket_record stored(struct rig *r, int64_t at)
{
    struct ticket_record t = {.number = 0};

    storage_seal(r->storage);
    storage_ticket(r->storage, NUMBER + at, on_ticket, &t);
    storage_dispatch(r->storage);
    return t;
}

/* ---- what it does ---- */

static void schedule__wakes__fifty_a_second_the_earliest_first(void **state)
{
    struct rig *r = *state;
    enum { COUNT = 120 };

    second(r); /* the first look finds nothing */
    for (int64_t i = 0; i < COUNT; i++) {
        put(r, i, TICKET_PENDING, now + COUNT - i, now + COUNT - i);
    }
    second(r);
    assert_int_equal(r->calls, 0);
    now += COUNT;
    second(r);
    assert_int_equal(r->calls, AT_ONCE);
    assert_int_equal(stored(r, COUNT - 1).state, TICKET_OPEN);
    assert_int_equal(stored(r, COUNT - AT_ONCE).state, TICKET_OPEN);
    assert_int_equal(stored(r, COUNT - AT_ONCE - 1).state, TICKET_PENDING);
    second(r);
    second(r);
    assert_int_equal(r->calls, COUNT);
    assert_int_equal(stored(r, 0).state, TICKET_OPEN);
    for (unsigned i = 0; i < 5; i++) {
        second(r);
    }
    assert_int_equal(r->calls, COUNT); /* each once */
}

/* As a migration or an older program leaves them: without a time to wake. */
static void schedule__looks__at_all_that_are_not_closed_when_it_begins(void **state)
{
    struct rig *r = *state;
    enum { COUNT = 120 };

    for (int64_t i = 0; i < COUNT; i++) {
        put(r, i, i % 2 == 0 ? TICKET_SOLVED : TICKET_CLOSED, 0, 0);
    }
    for (unsigned i = 0; i < 3; i++) {
        second(r);
    }
    for (int64_t i = 0; i < COUNT; i++) {
        assert_int_equal(stored(r, i).wake, i % 2 == 0 ? now + 7 * DAY : 0);
    }
    /* And once more when it is told to. */
    put(r, 0, TICKET_SOLVED, 0, 0);
    second(r);
    second(r);
    assert_int_equal(stored(r, 0).wake, 0);
    schedule_review(r->schedule);
    second(r);
    assert_int_equal(stored(r, 0).wake, now + 7 * DAY);
}

static void schedule__looks__at_all_when_the_clock_has_gone_back(void **state)
{
    struct rig *r = *state;
    time_ms began = now;

    second(r);
    now += 365 * DAY;
    put(r, 0, TICKET_SOLVED, 0, now + 7 * DAY); /* in the wrong year */
    second(r);
    now = began + 1000;
    second(r);
    assert_int_equal(stored(r, 0).wake, now + 7 * DAY);
    now += 7 * DAY;
    second(r);
    assert_int_equal(stored(r, 0).state, TICKET_CLOSED);
    assert_int_equal(r->calls, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(schedule__wakes__fifty_a_second_the_earliest_first, make,
                                        unmake),
        cmocka_unit_test_setup_teardown(schedule__looks__at_all_that_are_not_closed_when_it_begins,
                                        make, unmake),
        cmocka_unit_test_setup_teardown(schedule__looks__at_all_when_the_clock_has_gone_back, make,
                                        unmake),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
