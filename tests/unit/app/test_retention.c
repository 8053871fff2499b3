/* What was kept long enough goes: by department and state, in steps, once an hour; what is in use
 * waits for the next time. */
#include "retention.h"

#include "config.h"
#include "erasure.h"
#include "files/files.h"
#include "storage/storage.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { SECOND_MS = 1000, A_STEP = 50 };
static const time_ms NOW = 1767607200000;
static const time_ms DAY_MS = 24LL * 60 * 60 * 1000;

static time_ms steady = 1000;

static time_ms steady_ms(void)
{
    return steady;
}

struct rig {
    char folder[64];
    struct storage *storage;
    struct files *files;
    struct erasure *erasure;
    struct retention *retention;
    struct config_department departments[2];
    struct config config;
    bool keeps; /* the house says that chats are in memory */
};

/* ---- the house ---- */

static bool on_no(void *ctx, const char *visitor)
{
    (void)ctx;
    (void)visitor;
    return false;
}

static bool on_forget_chat(void *ctx, int64_t number, bool if_unused)
{
    (void)number;
    assert_true(if_unused);
    return !((struct rig *)ctx)->keeps;
}

static bool on_is_here(void *ctx, const char *visitor)
{
    (void)visitor;
    return ((struct rig *)ctx)->keeps;
}

/* ---- life ---- */

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
    static struct rig r;
    static struct files_config config;
    static struct erasure_house house;
    const struct storage_calls calls = {NULL, on_commit, on_refusing};
    char *error = NULL;

    r = (struct rig){.folder = "/tmp/retention-XXXXXX"};
    assert_non_null(mkdtemp(r.folder));
    config = (struct files_config){.directory = r.folder, .max_bytes = 1000, .max_per_chat = 5};
    house = (struct erasure_house){&r, on_no, on_no, on_forget_chat, on_is_here, on_no};
    r.departments[0] =
        (struct config_department){.id = "sales", .keep_chats_days = 30, .keep_tickets_days = 60};
    r.departments[1] = (struct config_department){.id = "support"};
    r.config =
        (struct config){.departments = r.departments, .department_count = 2, .keep_reads_days = 10};
    r.storage = storage_open("memory:", &calls, &error);
    r.files = files_create(&config, r.storage, &error);
    r.erasure = erasure_create(r.storage, r.files, &house);
    r.retention = retention_create(r.storage, r.erasure, steady_ms);
    *state = &r;
    return 0;
}

static int unmake(void **state)
{
    struct rig *r = *state;
    retention_destroy(r->retention);
    erasure_destroy(r->erasure);
    files_destroy(r->files);
    storage_close(r->storage);
    assert_int_equal(rmdir(r->folder), 0);
    return 0;
}

/* So many seconds. */
static void pass(struct rig *r, unsigned seconds)
{
    for (unsigned i = 0; i < seconds; i++) {
        steady += SECOND_MS;
        retention_tick(r->retention, &r->config, NOW);
        storage_seal(r->storage);
        storage_dispatch(r->storage);
    }
}

static void put_visitor(struct rig *r, const char *id, time_ms seen)
{
    storage_put_visitor(r->storage, &(struct visitor_record){.id = id,
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
                                                             .last_seen = seen,
                                                             .phone = "",
                                                             .fields = "",
                                                             .consent = "",
                                                             .subject = "",
                                                             .claims = ""});
}

static void put_chat(struct rig *r, int64_t number, const char *department, unsigned days_ago)
{
    storage_put_chat(r->storage, &(struct chat_record){.number = number,
                                                       .visitor = "visitor-a",
                                                       .department = department,
                                                       .address = department,
                                                       .state = CHAT_CLOSED,
                                                       .owner = "",
                                                       .created = 1,
                                                       .closed = NOW - days_ago * DAY_MS,
                                                       .closed_by = "",
                                                       .tags = "",
                                                       .handed_to = ""});
}

struct counted {
    bool is_done;
    size_t visitors;
    int64_t chats;
};

static void on_person(void *ctx, const struct person_answer *a)
{
    struct counted *c = ctx;
    c->is_done = true;
    c->visitors = a->visitor_count;
    for (size_t i = 0; i < a->part_count; i++) {
        c->chats += strcmp(a->parts[i].table, "chats") == 0 ? a->parts[i].rows : 0;
    }
}

static struct counted count(struct rig *r)
{
    struct counted c = {.is_done = false};
    storage_person(r->storage, &(struct person_query){.by = PERSON_VISITOR, .value = "visitor-a"},
                   on_person, &c);
    storage_dispatch(r->storage);
    assert_true(c.is_done);
    return c;
}

/* ---- tests ---- */

static void retention__takes__what_is_old_enough_where_that_is_configured(void **state)
{
    struct rig *r = *state;
    put_visitor(r, "visitor-a", NOW);
    put_chat(r, 1001, "sales", 31);
    put_chat(r, 1002, "sales", 29);
    put_chat(r, 1003, "support", 4000); /* for ever */
    pass(r, 5);
    assert_int_equal(count(r).chats, 3); /* not at the start */
    pass(r, 20);
    assert_int_equal(count(r).chats, 2);
    r->departments[1].keep_chats_days = 1;
    pass(r, 3000);
    assert_int_equal(count(r).chats, 2); /* once an hour */
    pass(r, 700);
    assert_int_equal(count(r).chats, 1);
}

/* More than one step has. */
static void retention__goes__on_until_nothing_is_left(void **state)
{
    struct rig *r = *state;
    put_visitor(r, "visitor-a", NOW);
    for (int64_t i = 0; i < 3 * A_STEP + 7; i++) {
        put_chat(r, 1001 + i, "sales", 40);
    }
    pass(r, 60);
    assert_int_equal(count(r).chats, 0);
}

static void retention__leaves__what_is_in_use_until_the_next_time(void **state)
{
    struct rig *r = *state;
    put_visitor(r, "visitor-a", NOW);
    put_chat(r, 1001, "sales", 40);
    r->keeps = true;
    pass(r, 60);
    assert_int_equal(count(r).chats, 1);
    r->keeps = false;
    pass(r, 60);
    assert_int_equal(count(r).chats, 1);
    pass(r, 3700);
    assert_int_equal(count(r).chats, 0);
}

/* Visitors go behind their last chat, and not while they are here. */
static void retention__takes__visitors_of_whom_no_chat_is_kept(void **state)
{
    struct rig *r = *state;
    r->config.keep_visitors_days = 90;
    put_visitor(r, "visitor-a", NOW - 91 * DAY_MS);
    put_chat(r, 1001, "support", 200);
    pass(r, 60);
    assert_int_equal(count(r).visitors, 1);
    r->departments[1].keep_chats_days = 100;
    r->keeps = true;
    pass(r, 3700);
    assert_int_equal(count(r).visitors, 1);
    r->keeps = false;
    pass(r, 3700);
    assert_int_equal(count(r).visitors, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            retention__takes__what_is_old_enough_where_that_is_configured, make, unmake),
        cmocka_unit_test_setup_teardown(retention__goes__on_until_nothing_is_left, make, unmake),
        cmocka_unit_test_setup_teardown(retention__leaves__what_is_in_use_until_the_next_time, make,
                                        unmake),
        cmocka_unit_test_setup_teardown(retention__takes__visitors_of_whom_no_chat_is_kept, make,
                                        unmake),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
