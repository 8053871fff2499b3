/* A damaged index of searches stops nobody: what is said is stored, searches say that they cannot
 * look, and it is made again. */
#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "storage/sqlite.h"
#include "story.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHATS = 120, PAGE = 4096 };

/* ---- searching ---- */

struct page {
    bool is_done;
    size_t count;
    int64_t first; /* the highest number */
    int64_t next;
};

static void on_tickets(void *ctx, const struct ticket_answer *rows, size_t count, int64_t next)
{
    struct page *p = ctx;
    p->is_done = true;
    p->count = count;
    p->first = count > 0 ? rows[0].chat->number : 0;
    p->next = next;
}

static struct page ask(struct story *t, const char *text)
{
    struct page p = {.is_done = false};
    storage_tickets(t->storage,
                    &(struct ticket_query){
                        .scope = {.who = "", .all = true}, .text = text, .max = TICKETS_PAGE},
                    on_tickets, &p);
    story_wait_flag(t, &p.is_done);
    return p;
}

/* As soon as it can be searched again; told: how often it could not be. */
static struct page ask_until_whole(struct story *t, const char *text, unsigned *told)
{
    time_ms until = clock_monotonic_ms() + STORY_PATIENCE_MS;
    struct page p = ask(t, text);
    while (p.next == TICKETS_UNINDEXED) {
        assert_int_equal(p.count, 0);
        assert_true(clock_monotonic_ms() < until);
        (*told)++;
        p = ask(t, text);
    }
    return p;
}

static void expect_whole(struct story *t, int64_t last)
{
    unsigned told = 0;
    char *word = mem_print("word%lld", (long long)last);
    assert_int_equal(ask_until_whole(t, "word1", &told).first, 1);
    assert_int_equal(ask(t, word).first, last);
    assert_int_equal(ask(t, "anna").count, TICKETS_PAGE);
    assert_int_equal(ask(t, "plate").count, TICKETS_PAGE);
    free(word);
}

/* ---- what is searched ---- */

static void say(struct story *t, int64_t number)
{
    char *body = mem_print("printer word%lld", (long long)number);
    story_put_chat(t, number, "visitor-a");
    story_put_entry(t, number, number, body);
    free(body);
}

static void fill(struct story *t)
{
    struct visitor_record v = story_visitor("visitor-a");
    v.only_agent = ""; /* no probe */
    v.name = "Anna";
    v.fields = "plate: HH\n";
    storage_put_visitor(t->storage, &v);
    for (int64_t i = 1; i <= CHATS; i++) {
        say(t, i);
    }
    story_commit(t);
}

static sqlite3 *connect(const struct story *t)
{
    sqlite3 *db;
    assert_int_equal(sqlite3_open(t->path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_busy_timeout(db, 10000), SQLITE_OK);
    return db;
}

static int64_t number(sqlite3 *db, const char *sql)
{
    int64_t value = -1;
    assert_int_equal(sqlite_number(db, sql, &value), SQLITE_OK);
    return value;
}

static int64_t number_in(const struct story *t, const char *sql)
{
    sqlite3 *db = connect(t);
    int64_t value = number(db, sql);
    sqlite3_close(db);
    return value;
}

/* ---- damage ---- */

/* What FTS5 knows of its own pages: two segments, of which there is nothing. */
static void spoil_structure(sqlite3 *db)
{
    assert_int_equal(sqlite_run(db, "UPDATE search_data SET block = x'00000000017F7F7F7F7F'"
                                    " WHERE id = 10"),
                     SQLITE_OK);
}

/* It has forgotten all it had, and gives numbers twice. Only who writes can notice. */
static void spoil_memory(sqlite3 *db)
{
    assert_int_equal(sqlite_run(db, "UPDATE search_data SET block = x'00' WHERE id = 10"),
                     SQLITE_OK);
}

/* Noise in the place of a table's root, of a database that others may have open: through SQLite's
 * own file, as closing another would end our locks. They look again as something was written. */
static void spoil_root(sqlite3 *db, const char *name)
{
    sqlite3_file *file = NULL;
    unsigned char noise[PAGE];
    char *sql = mem_print("SELECT rootpage FROM sqlite_schema WHERE name = '%s'", name);
    int64_t root = number(db, sql);
    assert_true(root > 1);
    memset(noise, 0xA5, sizeof noise);
    for (;;) {
        int code = sqlite3_wal_checkpoint_v2(db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
        if (code == SQLITE_OK) {
            break;
        }
        assert_int_equal(code, SQLITE_BUSY);
    }
    sqlite3_file_control(db, "main", SQLITE_FCNTL_FILE_POINTER, (void *)&file);
    assert_int_equal(file->pMethods->xWrite(file, noise, PAGE, (root - 1) * PAGE), SQLITE_OK);
    assert_int_equal(sqlite_run(db, "INSERT OR REPLACE INTO news (agent, department, told)"
                                    " VALUES ('nobody', 'sales', 1)"),
                     SQLITE_OK);
    free(sql);
}

static void spoil_pages(sqlite3 *db)
{
    spoil_root(db, "search_data");
}

static void spoil_words(sqlite3 *db)
{
    spoil_root(db, "search_idx");
}

static void spoil_settings(sqlite3 *db)
{
    spoil_root(db, "search_config");
}

/* Those that a search notices first. */
static void (*const spoils[])(sqlite3 *db) = {spoil_structure, spoil_pages, spoil_words,
                                              spoil_settings, spoil_memory};
enum { SPOILS = sizeof spoils / sizeof *spoils };

/* ---- tests ---- */

static void storing__goes_on__while_the_index_is_damaged(void **state)
{
    (void)state;
    for (size_t i = 0; i < SPOILS; i++) {
        struct story *t = story_begin("sqlite:");
        fill(t);
        sqlite3 *db = connect(t);
        spoils[i](db);
        sqlite3_close(db);
        for (int64_t n = CHATS + 1; n <= CHATS + 10; n++) {
            say(t, n);
            story_commit(t);
        }
        assert_int_equal(t->refused, 0);
        unsigned told = 0;
        ask_until_whole(t, "printer", &told); /* settings are in memory: it may be noticed late */
        expect_whole(t, CHATS + 10);
        story_reopen(t);
        expect_whole(t, CHATS + 10);
        assert_int_equal(number_in(t, "SELECT count(*) FROM upkeep WHERE work = 'index'"), 0);
        story_end(t);
    }
}

/* Nobody writes: it is the search that finds it. */
static void search__finds__the_damage_and_says_so(void **state)
{
    (void)state;
    for (size_t i = 0; i < SPOILS - 2; i++) {
        struct story *t = story_begin("sqlite:");
        unsigned told = 0;
        fill(t);
        sqlite3 *db = connect(t);
        spoils[i](db);
        sqlite3_close(db);
        assert_int_equal(ask_until_whole(t, "word7", &told).first, 7);
        assert_true(told > 0);
        expect_whole(t, CHATS);
        assert_int_equal(t->refused, 0);
        story_end(t);
    }
}

static void start__makes__a_damaged_index_again(void **state)
{
    (void)state;
    for (size_t i = 0; i < SPOILS; i++) {
        struct story *t = story_begin("sqlite:");
        fill(t);
        story_close(t);
        sqlite3 *db = connect(t);
        spoils[i](db);
        sqlite3_close(db);
        assert_false(storage_is_damaged(t->uri));
        story_open(t);
        say(t, CHATS + 1);
        story_commit(t);
        expect_whole(t, CHATS + 1);
        assert_int_equal(t->refused, 0);
        story_end(t);
    }
}

/* It is as the migration made it. */
static void index__is__what_it_was(void **state)
{
    struct story *t = *state;
    sqlite3 *db = connect(t);
    int64_t before = number(db, "SELECT count(*) FROM sqlite_schema WHERE name GLOB 'search*'");
    assert_int_equal(sqlite_run(db, "CREATE TABLE was AS SELECT name, sql FROM sqlite_schema"
                                    " WHERE name GLOB 'search*'"),
                     SQLITE_OK);
    fill(t);
    spoil_structure(db);
    say(t, CHATS + 1);
    story_commit(t);
    expect_whole(t, CHATS + 1);
    assert_int_equal(number(db, "SELECT count(*) FROM sqlite_schema s JOIN was USING (name)"
                                " WHERE s.sql = was.sql"),
                     before);
    assert_int_equal(sqlite_run(db, "DROP TABLE was"), SQLITE_OK);
    sqlite3_close(db);
}

/* A start in the middle of it: half of what there is is not an answer, and the rest is made. */
static void start__goes_on__with_an_index_that_is_half_made(void **state)
{
    struct story *t = *state;
    unsigned told = 0;
    fill(t);
    story_close(t);
    sqlite3 *db = connect(t);
    assert_int_equal(sqlite_index_register(db), SQLITE_OK);
    assert_int_equal(sqlite_mend_begin(db), SQLITE_OK);
    bool is_done;
    assert_int_equal(sqlite_mend_step(db, &is_done), SQLITE_OK);
    assert_false(is_done);
    assert_int_equal(number(db, "SELECT reached FROM upkeep WHERE work = 'index'"), CHATS - 24);
    assert_int_equal(sqlite_run(db, "BEGIN IMMEDIATE"), SQLITE_OK); /* so it does not go on yet */
    story_open(t);
    assert_int_equal(ask(t, "printer").next, TICKETS_UNINDEXED);
    assert_int_equal(sqlite_run(db, "COMMIT"), SQLITE_OK);
    sqlite3_close(db);
    ask_until_whole(t, "printer", &told);
    say(t, CHATS + 1);
    story_commit(t);
    expect_whole(t, CHATS + 1);
}

/* What changes and goes while it is being made is in it as it is then. */
static void index__has__what_changed_meanwhile(void **state)
{
    struct story *t = *state;
    unsigned told = 0;
    fill(t);
    story_close(t);
    sqlite3 *db = connect(t);
    assert_int_equal(sqlite_index_register(db), SQLITE_OK);
    assert_int_equal(sqlite_mend_begin(db), SQLITE_OK);
    sqlite3_close(db);
    story_open(t);
    struct entry_record e = story_entry(5, 5, "printer word5");
    e.fate = FATE_CORRECTED;
    e.shown = "plotter";
    e.visitor_reactions = e.agent_reactions = "";
    storage_change_entry(t->storage, &e);
    storage_erase_chat(t->storage, 6);
    story_commit(t);
    assert_int_equal(ask_until_whole(t, "plotter", &told).first, 5);
    assert_int_equal(ask(t, "word5").count, 0);
    assert_int_equal(ask(t, "word6").count, 0);
    assert_int_equal(ask(t, "word7").count, 1);
}

/* More than the index is damaged: nothing is accepted, as ever. */
static void damage_elsewhere__is__damage(void **state)
{
    struct story *t = *state;
    fill(t);
    sqlite3 *db = connect(t);
    spoil_root(db, "search_data");
    spoil_root(db, "entries");
    sqlite3_close(db);
    say(t, CHATS + 1);
    storage_seal(t->storage);
    story_wait_refusing(t, true);
    story_close(t);
    assert_true(storage_is_damaged(t->uri));
    char *error = storage_inspect(t->uri);
    assert_non_null(strstr(error, "is damaged"));
    free(error);
    t->storage = NULL;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(storing__goes_on__while_the_index_is_damaged),
        cmocka_unit_test(search__finds__the_damage_and_says_so),
        cmocka_unit_test(start__makes__a_damaged_index_again),
        cmocka_unit_test_setup_teardown(index__is__what_it_was, story_begin_sqlite, story_teardown),
        cmocka_unit_test_setup_teardown(start__goes_on__with_an_index_that_is_half_made,
                                        story_begin_sqlite, story_teardown),
        cmocka_unit_test_setup_teardown(index__has__what_changed_meanwhile, story_begin_sqlite,
                                        story_teardown),
        cmocka_unit_test_setup_teardown(damage_elsewhere__is__damage, story_begin_sqlite,
                                        story_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
