/* What is stored, read beside a storage that is open and written to. */
#include "base/buf.h"
#include "base/mem.h"
#include "storage/archive.h"
#include "story.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

enum { AT = 1000000 };

static struct archive *open_archive(const struct story *t)
{
    char *error = NULL;
    struct archive *a = archive_open(t->uri, &error);

    if (a == NULL) {
        fail_msg("%s", error);
    }
    return a;
}

static void put_visitor(struct story *t, const char *id, const char *only_agent)
{
    struct visitor_record v = story_visitor(id);

    v.only_agent = only_agent;
    storage_put_visitor(t->storage, &v);
}

static void put_chat(struct story *t, int64_t number, const char *visitor, time_ms created)
{
    struct chat_record c = story_chat(number, visitor);

    c.state = CHAT_CLOSED;
    c.closed_by = "visitor";
    c.created = created;
    c.closed = created + 60000;
    storage_put_chat(t->storage, &c);
}

static void put_entry(struct story *t, int64_t sequence, int64_t chat, enum entry_kind kind,
                      enum entry_by by, const char *event, time_ms at)
{
    struct entry_record e = story_entry(sequence, chat, "words");

    e.kind = kind;
    e.by = by;
    e.event = event;
    e.at = at;
    storage_put_entry(t->storage, &e);
}

static void put_ticket(struct story *t, int64_t number, enum ticket_state state, const char *owner)
{
    storage_put_ticket(t->storage, &(struct ticket_record){.number = number,
                                                           .department = "sales",
                                                           .state = state,
                                                           .owner = owner,
                                                           .subject = "",
                                                           .level = 1,
                                                           .priority = PRIORITY_NORMAL,
                                                           .converted = AT + number,
                                                           .converted_by = "",
                                                           .visitor = "",
                                                           .address = "",
                                                           .changed = AT,
                                                           .watchers = ""});
}

static void on_chat(void *ctx, const struct archive_chat *c)
{
    buf_printf(ctx, "%lld taken=%lld left=%lld%s answered=%lld\n", (long long)c->number,
               (long long)c->taken, (long long)c->left, c->closing ? " closing" : "",
               (long long)c->answered);
}

static void on_ticket(void *ctx, const struct archive_ticket *t)
{
    buf_printf(ctx, "%lld/%d %s '%s'\n", (long long)t->chat.number, (int)t->ticket.state,
               t->requester.id, t->first_line);
}

static void on_entry(void *ctx, const struct entry_record *e)
{
    buf_printf(ctx, "%lld ", (long long)e->sequence);
}

static void expect(struct buf *said, char *error, const char *wanted)
{
    assert_null(error);
    assert_string_equal(said->bytes, wanted);
    buf_reset(said);
}

static void archive_chats__tells__what_happened_first(void **state)
{
    struct story *t = *state;
    struct buf said;

    buf_init(&said, 1 << 20);
    put_visitor(t, "visitor-p", "nina@example.org"); /* a probe's */
    put_visitor(t, "visitor-a", "");
    put_chat(t, 1001, "visitor-a", AT);
    put_entry(t, 1, 1001, ENTRY_MESSAGE, BY_VISITOR, "", AT);
    put_entry(t, 2, 1001, ENTRY_NOTICE, BY_DESK, "joined", AT + 5);
    put_entry(t, 3, 1001, ENTRY_NOTE, BY_AGENT, "", AT + 6);
    put_entry(t, 4, 1001, ENTRY_MESSAGE, BY_AGENT, "", AT + 7);
    put_entry(t, 5, 1001, ENTRY_NOTICE, BY_DESK, "joined", AT + 8);
    put_entry(t, 6, 1001, ENTRY_MESSAGE, BY_AGENT, "", AT + 9);
    put_chat(t, 1002, "visitor-p", AT);
    put_chat(t, 5003, "visitor-a", AT + 1);
    put_entry(t, 7, 5003, ENTRY_NOTICE, BY_DESK, "closing", AT + 20);
    put_entry(t, 8, 5003, ENTRY_NOTICE, BY_DESK, "left-message", AT + 30);
    put_chat(t, 5004, "visitor-a", AT + 100);
    story_commit(t);

    struct archive *a = open_archive(t);
    expect(&said, archive_chats(a, AT, AT + 100, on_chat, &said),
           "1001 taken=1000005 left=0 answered=1000007\n"
           "5003 taken=0 left=1000020 closing answered=0\n");
    expect(&said, archive_chats(a, AT + 100, AT + 101, on_chat, &said),
           "5004 taken=0 left=0 answered=0\n");
    expect(&said, archive_chats(a, 0, AT, on_chat, &said), "");
    archive_close(a);
    buf_finish(&said);
}

static void on_spent(void *ctx, const struct archive_spent *s)
{
    buf_printf(ctx, "%lld %s %s %lld+%lld\n", (long long)s->chat, s->visitor, s->agent,
               (long long)(s->began - AT), (long long)s->lasted);
}

static void put_spent(struct story *t, int64_t chat, const char *agent, time_ms began,
                      time_ms lasted)
{
    storage_put_spent(t->storage, &(struct spent_record){.chat = chat,
                                                         .agent = agent,
                                                         .began = AT + began,
                                                         .lasted = lasted,
                                                         .by_hand = lasted < 0});
}

static void on_total(void *ctx, const struct archive_ticket *t)
{
    buf_printf(ctx, "%lld: %lld\n", (long long)t->chat.number, (long long)t->spent);
}

static void archive_spent__tells__what_began_in_the_period(void **state)
{
    struct story *t = *state;
    struct buf said;

    buf_init(&said, 1 << 20);
    put_visitor(t, "visitor-p", "nina@example.org"); /* a probe's */
    put_visitor(t, "visitor-a", "");
    put_chat(t, 1001, "visitor-a", AT);
    put_chat(t, 1002, "visitor-p", AT);
    put_chat(t, 5003, "visitor-a", AT);
    put_ticket(t, 5003, TICKET_OPEN, "");
    put_spent(t, 5003, "nina@example.org", 5, 70000);
    put_spent(t, 1001, "", 9, -2);
    put_spent(t, 1001, "bob@example.org", 0, 60000);
    put_spent(t, 1002, "bob@example.org", 0, 60000);
    put_spent(t, 1001, "bob@example.org", 10, 1);
    story_commit(t);

    struct archive *a = open_archive(t);
    expect(&said, archive_spent(a, AT, AT + 10, on_spent, &said),
           "1001 visitor-a bob@example.org 0+60000\n"
           "1001 visitor-a  9+-2\n"
           "5003 visitor-a nina@example.org 5+70000\n");
    expect(&said, archive_spent(a, AT + 10, AT + 11, on_spent, &said),
           "1001 visitor-a bob@example.org 10+1\n");
    expect(&said, archive_ticket(a, 1001, on_total, &said), "1001: 59999\n");
    expect(&said, archive_tickets(a, &(struct archive_query){.max = 5}, on_total, &said),
           "5003: 70000\n");
    archive_close(a);
    buf_finish(&said);
}

static void archive_tickets__are__the_newest_first__page_by_page(void **state)
{
    struct story *t = *state;
    struct buf said;
    unsigned lines = 0;

    buf_init(&said, 1 << 20);
    put_visitor(t, "visitor-a", "");
    for (int64_t number = 1001; number <= 1450; number++) {
        put_chat(t, number, "visitor-a", AT);
        put_ticket(t, number, number % 2 != 0 ? TICKET_NEW : TICKET_OPEN,
                   number % 2 != 0 ? "" : "nina@example.org");
    }
    put_chat(t, 1451, "visitor-a", AT); /* not converted */
    put_entry(t, 1, 1450, ENTRY_MESSAGE, BY_VISITOR, "", AT);
    story_commit(t);

    struct archive *a = open_archive(t);
    assert_null(archive_tickets(a, &(struct archive_query){.max = 0}, on_ticket, &said));
    for (const char *at = said.bytes; (at = strchr(at, '\n')) != NULL; at++) {
        lines++;
    }
    assert_int_equal(lines, 450);
    buf_reset(&said);
    expect(&said, archive_tickets(a, &(struct archive_query){.max = 2}, on_ticket, &said),
           "1450/2 visitor-a 'words'\n1449/1 visitor-a ''\n");
    expect(&said,
           archive_tickets(
               a,
               &(struct archive_query){
                   .owner = "", .state = TICKET_NEW, .department = "sales", .before = 1003},
               on_ticket, &said),
           "1001/1 visitor-a ''\n");
    expect(&said,
           archive_tickets(a, &(struct archive_query){.department = "help"}, on_ticket, &said), "");
    expect(&said,
           archive_tickets(a, &(struct archive_query){.from = AT + 1100, .to = AT + 1101},
                           on_ticket, &said),
           "1100/2 visitor-a ''\n");
    expect(&said, archive_ticket(a, 1451, on_ticket, &said), "1451/0 visitor-a ''\n");
    expect(&said, archive_ticket(a, 9999, on_ticket, &said), "");
    archive_close(a);
    buf_finish(&said);
}

static void archive_entries__are__all_in_order(void **state)
{
    struct story *t = *state;
    struct buf said;
    struct buf wanted;

    buf_init(&said, 1 << 20);
    buf_init(&wanted, 1 << 20);
    put_visitor(t, "visitor-a", "");
    put_chat(t, 1001, "visitor-a", AT);
    put_chat(t, 1002, "visitor-a", AT);
    for (int64_t i = 1; i <= 250; i++) {
        put_entry(t, i, i == 7 ? 1002 : 1001, ENTRY_NOTE, BY_AGENT, "", AT);
        if (i != 7) {
            buf_printf(&wanted, "%lld ", (long long)i);
        }
    }
    story_commit(t);
    struct archive *a = open_archive(t);
    expect(&said, archive_entries(a, 1001, on_entry, &said), wanted.bytes);
    expect(&said, archive_entries(a, 1003, on_entry, &said), "");
    archive_close(a);
    buf_finish(&wanted);
    buf_finish(&said);
}

struct slow_reader {
    struct story *story;
    unsigned rows;
};

/* Somebody looks at the page for long: what is written meanwhile can leave the log. */
static void on_row(void *ctx, const struct archive_ticket *ticket)
{
    struct slow_reader *r = ctx;
    sqlite3 *db = NULL;
    int wanted = 0;
    int moved = 0;

    (void)ticket;
    if (r->rows++ > 0) {
        return;
    }
    story_put_visitor(r->story, "visitor-z");
    story_commit(r->story);
    assert_int_equal(sqlite3_open(r->story->path, &db), SQLITE_OK);
    assert_int_equal(
        sqlite3_wal_checkpoint_v2(db, NULL, SQLITE_CHECKPOINT_TRUNCATE, &wanted, &moved),
        SQLITE_OK);
    sqlite3_close(db);
}

static void archive__does_not_hold__the_log(void **state)
{
    struct story *t = *state;
    struct slow_reader reader = {.story = t};

    put_visitor(t, "visitor-a", "");
    for (int64_t number = 1001; number <= 1003; number++) {
        put_chat(t, number, "visitor-a", AT);
        put_ticket(t, number, TICKET_NEW, "");
    }
    story_commit(t);
    struct archive *a = open_archive(t);
    assert_null(archive_tickets(a, &(struct archive_query){.max = 0}, on_row, &reader));
    assert_int_equal(reader.rows, 3);
    archive_close(a);
}

static void archive_open__refuses__what_is_not_there_or_of_another_version(void **state)
{
    struct story *t = *state;
    char *error = NULL;
    sqlite3 *db = NULL;
    char *uri = mem_print("%s-none", t->uri);

    assert_null(archive_open(uri, &error));
    assert_non_null(strstr(error, "there is no database"));
    free(error);
    free(uri);
    assert_null(archive_open("memory:", &error));
    free(error);
    story_close(t);
    assert_int_equal(sqlite3_open(t->path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "PRAGMA user_version = 3", NULL, NULL, NULL), SQLITE_OK);
    assert_null(archive_open(t->uri, &error));
    assert_non_null(strstr(error, "an older tresen (schema 3"));
    free(error);
    assert_int_equal(sqlite3_exec(db, "PRAGMA user_version = 3000", NULL, NULL, NULL), SQLITE_OK);
    assert_null(archive_open(t->uri, &error));
    assert_non_null(strstr(error, "a newer tresen"));
    free(error);
    sqlite3_exec(db, "PRAGMA user_version = 1", NULL, NULL, NULL);
    sqlite3_close(db);
}

/* There is no log and no shared memory beside it. */
static void archive_open__reads__what_nobody_has_open(void **state)
{
    struct story *t = *state;
    struct buf said;

    buf_init(&said, 1 << 16);
    put_visitor(t, "visitor-a", "");
    put_chat(t, 1001, "visitor-a", AT);
    story_commit(t);
    story_close(t);
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(t->path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "PRAGMA wal_checkpoint(TRUNCATE)", NULL, NULL, NULL),
                     SQLITE_OK);
    sqlite3_close(db);
    struct archive *a = open_archive(t);
    expect(&said, archive_ticket(a, 1001, on_ticket, &said), "1001/0 visitor-a ''\n");
    archive_close(a);
    buf_finish(&said);
}

static void on_service(void *ctx, const struct archive_ticket *t)
{
    buf_printf(ctx, "%d%d%d ", (int)t->service[SERVICE_FIRST_ANSWER],
               (int)t->service[SERVICE_NEXT_ANSWER], (int)t->service[SERVICE_SOLUTION]);
}

/* No target; one that runs; kept; missed, though it was answered later. */
static void archive_tickets__tells__which_service_levels_were_kept(void **state)
{
    const struct {
        unsigned measured, missed;
        time_ms answered, solved;
    } CASES[] = {{0, 0, AT, AT}, {7, 0, 0, 0}, {7, 0, AT, AT}, {5, 5, AT, AT}};
    struct story *t = *state;
    struct buf said;

    buf_init(&said, 1 << 16);
    put_visitor(t, "visitor-a", "");
    for (int i = 0; i < 4; i++) {
        put_chat(t, 1004 - i, "visitor-a", AT);
        storage_put_ticket(t->storage, &(struct ticket_record){.number = 1004 - i,
                                                               .department = "sales",
                                                               .state = TICKET_OPEN,
                                                               .owner = "",
                                                               .subject = "",
                                                               .level = 1,
                                                               .converted = AT,
                                                               .converted_by = "",
                                                               .visitor = "",
                                                               .address = "",
                                                               .changed = AT,
                                                               .priority = PRIORITY_NORMAL,
                                                               .answered = CASES[i].answered,
                                                               .solved = CASES[i].solved,
                                                               .measured = CASES[i].measured,
                                                               .missed = CASES[i].missed,
                                                               .watchers = ""});
    }
    story_commit(t);
    struct archive *a = open_archive(t);
    expect(&said, archive_tickets(a, &(struct archive_query){.max = 0}, on_service, &said),
           "000 010 111 202 ");
    archive_close(a);
    buf_finish(&said);
}

static void archive_search__finds__all_words_page_by_page(void **state)
{
    struct story *t = *state;
    struct buf said;
    unsigned lines = 0;

    buf_init(&said, 1 << 20);
    put_visitor(t, "visitor-a", "");
    for (int64_t number = 1001; number <= 1120; number++) {
        put_chat(t, number, "visitor-a", AT);
        put_entry(t, number, number, ENTRY_MESSAGE, BY_VISITOR, "", AT);
    }
    put_ticket(t, 1120, TICKET_NEW, "");
    story_commit(t);
    struct archive *a = open_archive(t);
    assert_null(archive_search(a, "WORDS", 0, on_ticket, &said));
    for (const char *at = said.bytes; (at = strchr(at, '\n')) != NULL; at++) {
        lines++;
    }
    assert_int_equal(lines, 120);
    buf_reset(&said);
    expect(&said, archive_search(a, "words", 2, on_ticket, &said),
           "1120/1 visitor-a 'words'\n1119/0 visitor-a 'words'\n");
    expect(&said, archive_search(a, "words nothing", 0, on_ticket, &said), "");
    expect(&said, archive_search(a, "\"", 0, on_ticket, &said), "");
    archive_close(a);
    buf_finish(&said);
}

static void on_chat_cancel(void *ctx, const struct archive_chat *c)
{
    assert_int_equal(c->number, 1001);
    archive_cancel(ctx);
}

static void archive_cancel__ends__what_is_read_and_all_behind(void **state)
{
    struct story *t = *state;

    put_visitor(t, "visitor-a", "");
    put_chat(t, 1001, "visitor-a", AT);
    put_chat(t, 9001, "visitor-a", AT);
    story_commit(t);
    struct archive *a = open_archive(t);
    for (int i = 0; i < 2; i++) {
        char *error = archive_chats(a, 0, AT + 1, i == 0 ? on_chat_cancel : on_chat, a);
        assert_non_null(error);
        free(error);
    }
    archive_close(a);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, story_begin_sqlite, story_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(archive_chats__tells__what_happened_first),
        CASE(archive_spent__tells__what_began_in_the_period),
        CASE(archive_tickets__are__the_newest_first__page_by_page),
        CASE(archive_entries__are__all_in_order),
        CASE(archive_search__finds__all_words_page_by_page),
        CASE(archive_tickets__tells__which_service_levels_were_kept),
        CASE(archive__does_not_hold__the_log),
        CASE(archive_cancel__ends__what_is_read_and_all_behind),
        CASE(archive_open__refuses__what_is_not_there_or_of_another_version),
        CASE(archive_open__reads__what_nobody_has_open),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
