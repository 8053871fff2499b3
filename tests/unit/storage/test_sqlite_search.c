/* The index of searches, in SQLite: which words, by which keys, and that what went is gone. */
#include "base/buf.h"
#include "base/mem.h"
#include "storage/sqlite.h"
#include "story.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static sqlite3 *connect(const struct story *t)
{
    sqlite3 *db;
    assert_int_equal(sqlite3_open(t->path, &db), SQLITE_OK);
    assert_int_equal(sqlite_index_keep(db), SQLITE_OK);
    return db;
}

static void expect_words(const struct sqlite_fold *f, const char *text, const char *document,
                         const char *query)
{
    char *words = sqlite_fold_dup(f, text, false);
    assert_string_equal(words, document);
    free(words);
    words = sqlite_fold_dup(f, text, true);
    assert_string_equal(words, query);
    free(words);
}

static void sqlite_fold__gives__words_as_they_are_searched_for(void **state)
{
    struct story *t = *state;
    sqlite3 *db = connect(t);
    struct sqlite_fold *f = sqlite_fold_create(db);
    char word[100];
    expect_words(f, "Die STRASSE, die Straße", "die strasse die strasse",
                 "die strasse die strasse");
    expect_words(f, "Köln-Süd M\xc3\xbcller", "koln sud muller", "koln sud muller");
    expect_words(f, "Mu\xcc\x88ller", "muller", "muller"); /* decomposed */
    expect_words(f, "\xf0\x9f\x8e\x89 party \xe2\x80\x93 \"x\"*(y)^z:-", "party x y z",
                 "party x y z");
    expect_words(f, "東京都", "東 京 東京 都 京都", "東京 京都");
    expect_words(f, "A4紙", "a4 紙", "a4 紙");
    expect_words(f, "한국어", "한 국 한국 어 국어", "한국 국어");
    expect_words(f, "", "", "");
    expect_words(f, "\xf0\x9f\x8e\x89", "", "");
    memset(word, 'w', sizeof word - 1);
    word[sizeof word - 1] = '\0';
    char *words = sqlite_fold_dup(f, word, true);
    assert_int_equal(strlen(words), SEARCH_WORD_BYTES);
    free(words);
    sqlite_fold_destroy(f);
    sqlite3_close(db);
}

/* Whatever the words are made of, each is one word of the table, and never an error of its syntax.
 */
static void sqlite_fold__gives__what_can_be_asked_for_whatever_it_was(void **state)
{
    struct story *t = *state;
    sqlite3 *db = connect(t);
    struct sqlite_fold *f = sqlite_fold_create(db);
    sqlite3_stmt *find;
    assert_int_equal(
        sqlite3_prepare_v2(db, "SELECT rowid FROM search WHERE search MATCH ?", -1, &find, NULL),
        SQLITE_OK);
    for (unsigned letter = 1; letter < 0x3000; letter++) {
        char text[8] = {0};
        if (letter < 0x80) {
            text[0] = (char)letter;
        } else if (letter < 0x800) {
            text[0] = (char)(0xC0 | letter >> 6);
            text[1] = (char)(0x80 | (letter & 0x3F));
        } else {
            text[0] = (char)(0xE0 | letter >> 12);
            text[1] = (char)(0x80 | (letter >> 6 & 0x3F));
            text[2] = (char)(0x80 | (letter & 0x3F));
        }
        char *word = sqlite_fold_dup(f, text, true);
        char *again = sqlite_fold_dup(f, word, true);
        if (strcmp(word, again) == 0 && *word && !strchr(word, ' ')) {
            char *quoted = mem_print("\"%s\"", word);
            sqlite_bind_text(find, 1, quoted);
            if (sqlite3_step(find) != SQLITE_DONE) {
                fail_msg("U+%04X: %s", letter, sqlite3_errmsg(db));
            }
            sqlite3_reset(find);
            free(quoted);
        }
        free(again);
        free(word);
    }
    sqlite3_finalize(find);
    sqlite_fold_destroy(f);
    sqlite3_close(db);
}

static void expect_plan(sqlite3 *db, const char *sql, const char *index)
{
    sqlite3_stmt *statement;
    char *explain = mem_print("EXPLAIN QUERY PLAN %s", sql);
    struct buf plan;

    buf_init(&plan, 4096);
    assert_int_equal(sqlite3_prepare_v2(db, explain, -1, &statement, NULL), SQLITE_OK);
    while (sqlite3_step(statement) == SQLITE_ROW) {
        buf_printf(&plan, "%s\n", (const char *)sqlite3_column_text(statement, 3));
    }
    sqlite3_finalize(statement);
    free(explain);
    if (strstr(plan.bytes, index) == NULL || strstr(plan.bytes, "TEMP B-TREE") != NULL) {
        fail_msg("%s\ngoes by\n%s, not by %s", sql, plan.bytes, index);
    }
    buf_finish(&plan);
}

/* As in sqlite_tickets.c; what tickets are listed by else is in test_contract_tickets.c. */
static void lists__go__by_keys_alone(void **state)
{
    struct story *t = *state;
    sqlite3 *db = connect(t);
    expect_plan(db, "SELECT chat FROM tags WHERE tag = ?1 AND chat < ?3 ORDER BY chat DESC",
                "PRIMARY KEY (tag=? AND chat<?)");
    expect_plan(db,
                "SELECT number FROM tickets INDEXED BY tickets_of_priority WHERE priority = ?2"
                " AND priority <> 2 AND number < ?3 ORDER BY number DESC",
                "tickets_of_priority (priority=? AND rowid<?)");
    expect_plan(db,
                "SELECT number FROM tickets INDEXED BY tickets_of_priority_unfinished"
                " WHERE priority = ?2 AND priority <> 2 AND state < 4 AND number < ?3"
                " ORDER BY number DESC",
                "tickets_of_priority_unfinished (priority=? AND rowid<?)");
    expect_plan(db,
                "SELECT number FROM tickets INDEXED BY tickets_dated WHERE due > 0"
                " AND number < ?3 ORDER BY number DESC",
                "tickets_dated (number<?)");
    expect_plan(db,
                "SELECT number FROM tickets INDEXED BY tickets_targeted WHERE overdue > 0"
                " AND number < ?3 ORDER BY number DESC",
                "tickets_targeted (number<?)");
    expect_plan(db, "SELECT number FROM tickets WHERE number < ?3 ORDER BY number DESC",
                "INTEGER PRIMARY KEY (rowid<?)");
    expect_plan(db,
                "SELECT rowid FROM search WHERE search MATCH ?1 AND rowid < ?3 ORDER BY rowid DESC",
                "VIRTUAL TABLE INDEX");
    expect_plan(db, "SELECT text FROM search_names WHERE visitor = ?1", "chats_of_visitor");
    expect_plan(db, "SELECT text FROM search_said WHERE number = ?1", "entries_of_chat (chat=?");
    sqlite3_close(db);
}

static int64_t number(sqlite3 *db, const char *sql)
{
    int64_t value = -1;
    assert_int_equal(sqlite_number(db, sql, &value), SQLITE_OK);
    return value;
}

static bool stands_in_index(sqlite3 *db, const char *word)
{
    sqlite3_stmt *statement;
    bool found;
    assert_int_equal(sqlite3_prepare_v2(db,
                                        "SELECT count(*) FROM search_data"
                                        " WHERE instr(hex(block), hex(?)) > 0",
                                        -1, &statement, NULL),
                     SQLITE_OK);
    sqlite_bind_text(statement, 1, word);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    found = sqlite3_column_int(statement, 0) > 0;
    sqlite3_finalize(statement);
    return found;
}

static void scrub(sqlite3 *db)
{
    struct sqlite_scrub *s = sqlite_scrub_create(db);
    bool is_done = false;
    while (!is_done) {
        assert_int_equal(sqlite_scrub_step(s, &is_done), SQLITE_OK);
    }
    sqlite_scrub_destroy(s);
}

/* In whichever order the rows go. */
static void sqlite_scrub__leaves__nothing_in_the_index_of_what_went(void **state)
{
    static const char *const ORDERS[][4] = {
        {"entries WHERE chat", "tickets WHERE number", "chats WHERE number", "visitors WHERE 1"},
        {"visitors WHERE 1", "chats WHERE number", "tickets WHERE number", "entries WHERE chat"}};
    struct story *t = *state;
    for (size_t order = 0; order < 2; order++) {
        struct visitor_record v = story_visitor("visitor-gone");
        v.name = "zaphodname";
        v.fields = "plate: zaphodfield\n";
        storage_put_visitor(t->storage, &v);
        for (int64_t i = 1; i <= 20; i++) {
            story_put_chat(t, 100 * (int64_t)(order + 1) + i, "visitor-gone");
            story_put_entry(t, 1000 * (int64_t)(order + 1) + i, 100 * (int64_t)(order + 1) + i,
                            "zaphodsaid something");
            storage_put_ticket(t->storage,
                               &(struct ticket_record){.number = 100 * (int64_t)(order + 1) + i,
                                                       .department = "sales",
                                                       .state = TICKET_OPEN,
                                                       .owner = "",
                                                       .subject = "zaphodsubject",
                                                       .level = 1,
                                                       .converted_by = "",
                                                       .visitor = "",
                                                       .address = "",
                                                       .watchers = ""});
            story_commit(t);
        }
        story_close(t);
        sqlite3 *db = connect(t);
        assert_true(stands_in_index(db, "zaphod"));
        assert_int_equal(sqlite_run(db, "BEGIN"), SQLITE_OK);
        for (size_t i = 0; i < 4; i++) {
            char *sql = mem_print("DELETE FROM %s > 0", ORDERS[order][i]);
            assert_int_equal(sqlite_run(db, sql), SQLITE_OK);
            free(sql);
        }
        assert_int_equal(sqlite_run(db, "COMMIT"), SQLITE_OK);
        scrub(db);
        assert_false(stands_in_index(db, "zaphod"));
        assert_false(stands_in_index(db, "something"));
        assert_int_equal(number(db, "SELECT count(*) FROM tags"), 0);
        sqlite3_close(db);
        story_open(t);
    }
}

/* FTS5 counts what it has, and what is taken oftener than it was put is damage to it. */
static void index__stays_whole__whatever_comes_and_goes(void **state)
{
    struct story *t = *state;
    struct visitor_record v = story_visitor("visitor-a");
    struct chat_record c = story_chat(1, "visitor-a");

    v.name = v.email = v.phone = v.fields = "";
    storage_put_visitor(t->storage, &v);
    for (int i = 0; i < 5; i++) {
        c.tags = "alpha beta";
        storage_put_chat(t->storage, &c);
        story_commit(t);
        c.tags = "";
        storage_put_chat(t->storage, &c);
        v.fields = v.name = "gamma";
        storage_put_visitor(t->storage, &v);
        story_commit(t);
        v.fields = v.name = "";
        storage_put_visitor(t->storage, &v);
        story_commit(t);
    }
    assert_false(storage_is_refusing(t->storage));
    story_close(t);
    sqlite3 *db = connect(t);
    assert_int_equal(sqlite_run(db, "DELETE FROM chats"), SQLITE_OK);
    assert_int_equal(sqlite_run(db, "DELETE FROM visitors"), SQLITE_OK);
    assert_int_equal(number(db, "SELECT count(*) FROM search WHERE search MATCH 'gamma'"), 0);
    sqlite3_close(db);
    story_open(t);
}

static int64_t count_found(sqlite3 *db, const char *word)
{
    char *sql = mem_print("SELECT count(*) FROM search WHERE search MATCH '%s'", word);
    int64_t count = number(db, sql);
    free(sql);
    return count;
}

/* What a batch adds waits for its end; what the same batch takes away must not come after that. */
static void index__keeps__nothing_that_one_batch_puts_and_takes(void **state)
{
    struct story *t = *state;
    story_put_visitor(t, "visitor-a");
    story_put_chat(t, 1, "visitor-a");
    story_put_chat(t, 2, "visitor-a");
    story_put_entry(t, 1, 1, "zaphod stays");
    story_put_entry(t, 2, 1, "trillian goes");
    storage_change_entry(t->storage, &(struct entry_record){.sequence = 2,
                                                            .fate = FATE_RETRACTED,
                                                            .shown = "",
                                                            .visitor_reactions = "",
                                                            .agent_reactions = ""});
    story_put_entry(t, 3, 2, "marvin was corrected");
    storage_change_entry(t->storage, &(struct entry_record){.sequence = 3,
                                                            .fate = FATE_CORRECTED,
                                                            .shown = "arthur stays",
                                                            .visitor_reactions = "",
                                                            .agent_reactions = ""});
    story_put_entry(t, 4, 1, "and more of it");
    struct visitor_record renamed = story_visitor("visitor-a");
    renamed.name = "fenchurch";
    storage_put_visitor(t->storage, &renamed);
    renamed.name = "lig";
    storage_put_visitor(t->storage, &renamed);
    struct chat_record erased = story_chat(3, "visitor-a");
    erased.state = CHAT_CLOSED;
    erased.tags = "slartibartfast";
    storage_put_chat(t->storage, &erased);
    story_put_entry(t, 5, 3, "eddie goes");
    storage_erase_chat(t->storage, 3);
    story_commit(t);
    sqlite3 *db = connect(t);
    assert_int_equal(count_found(db, "stays"), 2);
    assert_int_equal(count_found(db, "more"), 1);
    assert_int_equal(count_found(db, "trillian"), 0);
    assert_int_equal(count_found(db, "marvin"), 0);
    assert_int_equal(count_found(db, "fenchurch"), 0);
    assert_int_equal(count_found(db, "lig"), 2);
    assert_int_equal(count_found(db, "eddie"), 0);
    assert_int_equal(count_found(db, "slartibartfast"), 0);
    assert_int_equal(number(db, "SELECT count(*) FROM search_waiting"), 0);
    sqlite3_close(db);
}

/* Of one that is not committed nothing is left to be put there with the next one. */
static void index__forgets__what_waited_in_a_transaction_that_failed(void **state)
{
    struct story *t = *state;
    story_put_visitor(t, "visitor-a");
    story_put_chat(t, 1, "visitor-a");
    story_commit(t);
    sqlite3 *db = connect(t);
    struct sqlite_settler *s = sqlite_settler_create(db);
    static const char PUT[] =
        "INSERT INTO entries (sequence, chat, kind, by, at, agent, name, sender_id, event, body,"
        " seen) VALUES (%d, 1, 1, 1, 5, '', '', '', '', '%s', 0)";
    for (int i = 0; i < 2; i++) {
        char *sql = mem_print(PUT, 10 + i, i == 0 ? "marvin" : "zaphod");
        assert_int_equal(sqlite_run(db, "BEGIN"), SQLITE_OK);
        assert_int_equal(sqlite_run(db, sql), SQLITE_OK);
        free(sql);
        if (i == 1) {
            assert_int_equal(sqlite_settle(s), SQLITE_OK);
        }
        assert_int_equal(sqlite_run(db, i == 0 ? "ROLLBACK" : "COMMIT"), SQLITE_OK);
    }
    assert_int_equal(count_found(db, "marvin"), 0);
    assert_int_equal(count_found(db, "zaphod"), 1);
    /* Paused there is no place to wait in; with another one it goes on. */
    assert_int_equal(sqlite_index_pause(db), SQLITE_OK);
    assert_int_equal(number(db, "SELECT count(*) FROM sqlite_temp_schema"), 0);
    assert_int_equal(sqlite_index_resume(db), SQLITE_OK);
    assert_int_equal(sqlite_index_resume(db), SQLITE_OK);
    assert_int_equal(sqlite_settle(s), SQLITE_OK);
    sqlite_settler_destroy(s);
    sqlite3_close(db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(sqlite_fold__gives__words_as_they_are_searched_for,
                                        story_begin_sqlite, story_teardown),
        cmocka_unit_test_setup_teardown(sqlite_fold__gives__what_can_be_asked_for_whatever_it_was,
                                        story_begin_sqlite, story_teardown),
        cmocka_unit_test_setup_teardown(lists__go__by_keys_alone, story_begin_sqlite,
                                        story_teardown),
        cmocka_unit_test_setup_teardown(sqlite_scrub__leaves__nothing_in_the_index_of_what_went,
                                        story_begin_sqlite, story_teardown),
        cmocka_unit_test_setup_teardown(index__stays_whole__whatever_comes_and_goes,
                                        story_begin_sqlite, story_teardown),
        cmocka_unit_test_setup_teardown(index__keeps__nothing_that_one_batch_puts_and_takes,
                                        story_begin_sqlite, story_teardown),
        cmocka_unit_test_setup_teardown(index__forgets__what_waited_in_a_transaction_that_failed,
                                        story_begin_sqlite, story_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
