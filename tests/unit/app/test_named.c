/* The departments that a page names. */
#include "desk/desk.h"
#include "named.h"
#include "storage/storage.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

enum { DEPARTMENTS = NAMED_MAX + 1 };

struct rig {
    struct storage *storage;
    struct desk *desk;
    char ids[DEPARTMENTS][8];
};

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

static int make(void **state)
{
    static const char *const members[] = {"bob@localhost"};
    static const struct desk_agent_config agents[] = {
        {.jid = "bob@localhost", .name = "Bob", .capacity = 1, .level = 1}};
    static struct desk_department_config departments[DEPARTMENTS];
    static struct rig r;
    static const struct desk_agent_ports agent_ports;
    static const struct desk_visitor_ports visitor_ports;
    const struct storage_calls calls = {NULL, on_commit, on_refusing};
    char *error = NULL;

    for (size_t i = 0; i < DEPARTMENTS; i++) {
        snprintf(r.ids[i], sizeof r.ids[i], "d%zu", i);
        departments[i] = (struct desk_department_config){
            .id = r.ids[i], .name = "A name", .agents = members, .agent_count = 1};
    }
    const struct desk_config config = {.agents = agents,
                                       .agent_count = 1,
                                       .departments = departments,
                                       .department_count = DEPARTMENTS,
                                       .max_queue = 10,
                                       .max_visitors = 10};
    r.storage = storage_open("memory:", &calls, &error);
    r.desk = desk_create(&config, r.storage, &agent_ports, &visitor_ports);
    *state = &r;
    return 0;
}

static int unmake(void **state)
{
    struct rig *r = *state;

    desk_destroy(r->desk);
    storage_close(r->storage);
    return 0;
}

static bool find(void **state, struct named *named, const char *ids)
{
    const struct rig *r = *state;

    return named_find(named, r->desk, ids, "d1");
}

static void named_find__finds__one_or_the_fallback(void **state)
{
    struct named named;

    assert_true(find(state, &named, "d2"));
    assert_int_equal(named.count, 1);
    assert_string_equal(named.list[0].id, "d2");
    assert_false(named.are_several);
    assert_true(find(state, &named, ""));
    assert_string_equal(named.list[0].id, "d1");
    assert_false(named.are_several);
}

static void named_find__finds__several_once_each_in_their_order(void **state)
{
    struct named named;

    assert_true(find(state, &named, " d2  d0 d2 d1 "));
    assert_true(named.are_several);
    assert_int_equal(named.count, 3);
    assert_string_equal(named.list[0].id, "d2");
    assert_string_equal(named.list[1].id, "d0");
    assert_string_equal(named.list[2].id, "d1");
    assert_string_equal(named.list[2].name, "A name");
    assert_true(find(state, &named, "d2 d2"));
    assert_true(named.are_several);
    assert_int_equal(named.count, 1);
}

/* As of one that is none. */
static void named_find__refuses__all_where_one_is_unknown(void **state)
{
    struct named named;

    assert_false(find(state, &named, "nobody"));
    assert_false(find(state, &named, "d0 nobody"));
    assert_false(find(state, &named, "nobody d0"));
    assert_false(find(state, &named, "d0,d1"));
    assert_false(find(state, &named, "d0\td1"));
    assert_false(find(state, &named, " "));
}

static void named_find__has__a_limit(void **state)
{
    char ids[DEPARTMENTS * sizeof "d00 "] = "";
    size_t len = 0;
    struct named named;

    for (size_t i = 0; i < NAMED_MAX; i++) {
        len += (size_t)snprintf(ids + len, sizeof ids - len, "d%zu ", i);
    }
    assert_true(find(state, &named, ids));
    assert_int_equal(named.count, NAMED_MAX);
    snprintf(ids + len, sizeof ids - len, "d%d", NAMED_MAX);
    assert_false(find(state, &named, ids));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(named_find__finds__one_or_the_fallback, make, unmake),
        cmocka_unit_test_setup_teardown(named_find__finds__several_once_each_in_their_order, make,
                                        unmake),
        cmocka_unit_test_setup_teardown(named_find__refuses__all_where_one_is_unknown, make,
                                        unmake),
        cmocka_unit_test_setup_teardown(named_find__has__a_limit, make, unmake),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
