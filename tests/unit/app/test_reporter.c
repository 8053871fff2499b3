/* Reports that a thread counts: what comes back, one at a time, configurations that go meanwhile.
 */
#include "reporter.h"

#include "config_test.h"
#include "storage/storage.h"

#include <poll.h>
#include <unistd.h>

enum { WAIT_MS = 30000 };

static const struct period ALL_DAYS = {.first = 0, .last = 100, .from = 0, .to = 101 * 86400000LL};

struct told {
    unsigned times;
    unsigned chats;
    char *words;
};

static void on_commit(void *ctx, uint64_t batch)
{
    *(uint64_t *)ctx = batch;
}

static void on_refusing(void *ctx, bool refusing)
{
    (void)ctx;
    (void)refusing;
}

static void on_counted(void *ctx, const struct directory *directory, const struct period *period,
                       const struct figures *figures, const char *words)
{
    struct told *told = ctx;

    assert_non_null(directory);
    assert_int_equal(period->last, ALL_DAYS.last);
    told->times++;
    told->chats = figures != NULL ? figures_tally(figures, FIGURES_ALL, 0)->chats : 0;
    told->words = words != NULL ? mem_dup(words) : NULL;
}

static void wait_for(struct reporter *r, const struct told *told, unsigned times)
{
    while (told->times < times) {
        struct pollfd poller = {.fd = reporter_fd(r), .events = POLLIN};
        if (poll(&poller, 1, WAIT_MS) != 1) {
            fail_msg("nothing is counted");
        }
        reporter_dispatch(r);
    }
}

static struct config *config_of(const char *database)
{
    char *text = mem_print("domain: support.localhost\nserver: {secret: hidden}\n"
                           "web: {origins: [\"http://127.0.0.1:8080\"]}\n"
                           "storage: sqlite:%s\n"
                           "departments:\n  - {id: sales, agents: [agent@localhost]}\n",
                           database);
    struct config *c = accept(text);

    free(text);
    return c;
}

/* A database with one chat. */
static void fill(const char *uri)
{
    uint64_t committed = 0;
    const struct storage_calls calls = {&committed, on_commit, on_refusing};
    char *error = NULL;
    struct storage *s = storage_open(uri, &calls, &error);

    assert_non_null(s);
    storage_put_visitor(s, &(struct visitor_record){.id = "visitor-a",
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
    storage_put_chat(s, &(struct chat_record){.number = 1001,
                                              .visitor = "visitor-a",
                                              .department = "sales",
                                              .address = "sales",
                                              .state = CHAT_CLOSED,
                                              .owner = "",
                                              .created = 1000,
                                              .closed = 2000,
                                              .closed_by = "visitor",
                                              .priority = PRIORITY_NORMAL,
                                              .tags = "",
                                              .handed_to = ""});
    uint64_t batch = storage_seal(s);
    while (committed < batch) {
        struct pollfd poller = {.fd = storage_fd(s), .events = POLLIN};
        assert_int_equal(poll(&poller, 1, WAIT_MS), 1);
        storage_dispatch(s);
    }
    storage_close(s);
}

static void reporter__counts__one_at_a_time_and_keeps_its_configuration(void **state)
{
    char folder[] = "/tmp/reporterXXXXXX";
    struct told told = {0};

    (void)state;
    assert_non_null(mkdtemp(folder));
    char *database = mem_print("%s/tresen.db", folder);
    struct config *config = config_of(database);
    struct reporter *r = reporter_create();
    fill(config->storage);
    for (unsigned i = 1; i <= 3; i++) {
        assert_true(reporter_take(r, config, &ALL_DAYS, NULL, on_counted, &told));
        assert_false(reporter_take(r, config, &ALL_DAYS, NULL, on_counted, &told));
        if (i == 3) {
            reporter_let_go(r, config); /* another one is in force: this one is still read */
        }
        wait_for(r, &told, i);
        assert_null(told.words);
        assert_int_equal(told.chats, 1);
    }
    reporter_let_go(r, config_of(database)); /* nobody reads it */
    struct config *last = config_of(database);
    assert_true(reporter_take(r, last, &ALL_DAYS, "help", on_counted, &told));
    wait_for(r, &told, 4);
    assert_int_equal(told.chats, 0);
    assert_true(reporter_take(r, last, &ALL_DAYS, NULL, on_counted, &told));
    reporter_destroy(r); /* whether it has begun or not */
    assert_int_equal(told.times, 4);
    config_destroy(last);
    assert_int_equal(unlink(database), 0);
    char *more[] = {mem_print("%s-wal", database), mem_print("%s-shm", database),
                    mem_print("%s-lock", database), mem_print("%s.lock", database)};
    for (size_t i = 0; i < sizeof more / sizeof *more; i++) {
        unlink(more[i]);
        free(more[i]);
    }
    rmdir(folder);
    free(database);
}

static void reporter__says__why_nothing_can_be_read(void **state)
{
    struct told told = {0};
    struct config *config = config_of("/nowhere/tresen.db");
    struct reporter *r = reporter_create();

    (void)state;
    assert_true(reporter_take(r, config, &ALL_DAYS, NULL, on_counted, &told));
    wait_for(r, &told, 1);
    assert_string_equal(told.words, "there is no database at /nowhere/tresen.db yet");
    free(told.words);
    reporter_destroy(r);
    config_destroy(config);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reporter__counts__one_at_a_time_and_keeps_its_configuration),
        cmocka_unit_test(reporter__says__why_nothing_can_be_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
