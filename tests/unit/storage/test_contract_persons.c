/* Of the suite for every backend: persons, who looked, what is old; and, of SQLite alone, that
 * nothing is left of who was erased. */
#include "base/buf.h"
#include "base/mem.h"
#include "story.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct found {
    bool is_done;
    struct buf text;
};

static void begin(struct found *f)
{
    f->is_done = false;
    buf_init(&f->text, 1 << 22);
}

static void expect(struct story *t, struct found *f, const char *expected)
{
    story_wait_flag(t, &f->is_done);
    assert_string_equal(f->text.bytes, expected);
    buf_finish(&f->text);
}

static void on_person(void *ctx, const struct person_answer *a)
{
    struct found *f = ctx;

    for (size_t i = 0; i < a->visitor_count; i++) {
        buf_printf(&f->text, "%s ", a->visitors[i]);
    }
    for (size_t i = 0; i < a->part_count; i++) {
        if (a->parts[i].rows > 0) {
            buf_printf(&f->text, "%s=%lld ", a->parts[i].table, (long long)a->parts[i].rows);
        }
    }
    buf_add_text(&f->text, a->unfinished ? "unfinished" : "");
    f->is_done = true;
}

static void expect_person(struct story *t, enum person_by by, const char *value,
                          const char *expected)
{
    const struct person_query q = {by, value};
    struct found f;

    begin(&f);
    storage_person(t->storage, &q, on_person, &f);
    expect(t, &f, expected);
}

static void put_person(struct story *t, const char *id, const char *name, const char *email,
                       const char *jid)
{
    struct visitor_record v = story_visitor(id);

    v.name = name;
    v.email = email;
    v.jid = jid;
    v.site = strcmp(name, "Zoe") == 0 ? "shop" : "default";
    v.subject = strcmp(name, "Zoe") == 0 ? "customer-z" : "";
    storage_put_visitor(t->storage, &v);
}

static void put_closed_chat(struct story *t, int64_t number, const char *visitor, time_ms closed)
{
    struct chat_record c = story_chat(number, visitor);

    c.state = CHAT_CLOSED;
    c.tags = "";
    c.closed = closed;
    storage_put_chat(t->storage, &c);
}

static void put_ticket(struct story *t, int64_t number, enum ticket_state state, time_ms changed)
{
    storage_put_ticket(t->storage, &(struct ticket_record){.number = number,
                                                           .department = "sales",
                                                           .state = state,
                                                           .owner = "",
                                                           .subject = "",
                                                           .level = 1,
                                                           .converted_by = "",
                                                           .visitor = "",
                                                           .address = "",
                                                           .changed = changed,
                                                           .watchers = ""});
}

/* Lines and notices on their way: by address, by whom they are about, by a ticket named in them. */
static void put_outbox(struct story *t)
{
    struct outbox_record line = story_outbox(1);
    line.from = "visitor-a";
    line.body = "anna's first words";
    line.entry = 1;
    storage_put_outbox(t->storage, &line);
    struct outbox_record call = story_outbox(2);
    call.from = "sales";
    call.entry = 0;
    call.body = "Anna waits: visitor-a@support.localhost";
    storage_put_outbox(t->storage, &call);
    struct outbox_record taken = story_outbox(4);
    taken.from = "sales";
    taken.entry = 0;
    taken.visitor = "visitor-a";
    taken.body = "Bob has taken the chat of Anna Muster in Sales.";
    storage_put_outbox(t->storage, &taken);
    struct outbox_record news = story_outbox(5);
    news.from = "sales";
    news.entry = 0;
    news.body = "2 new tickets:\n1 Anna: my knee\n    ticket-1@support.localhost";
    storage_put_outbox(t->storage, &news);
    struct outbox_record others = story_outbox(6);
    others.from = "sales";
    others.entry = 0;
    others.body = "1 new ticket:\n11 Zoe\n    ticket-11@support.localhost";
    storage_put_outbox(t->storage, &others);
    struct outbox_record other = story_outbox(3);
    other.from = "visitor-z";
    other.entry = 3;
    storage_put_outbox(t->storage, &other);
}

/* Two visitors of one address, and another person; of the first, a row in every table. */
static void fill(struct story *t)
{
    put_person(t, "visitor-a", "Anna Muster", "Anna@Example.org", "anna@localhost");
    put_person(t, "visitor-b", "Anna M.", "anna@example.org", "");
    put_person(t, "visitor-z", "Zoe", "zoe@example.org", "zoe@localhost");
    story_put_token(t, "hash-a", "visitor-a", TOKEN_CURRENT, 5);
    put_closed_chat(t, 1, "visitor-a", 100);
    put_closed_chat(t, 2, "visitor-b", 200);
    put_closed_chat(t, 3, "visitor-z", 300);
    story_put_entry(t, 1, 1, "anna's first words");
    story_put_entry(t, 2, 2, "anna's second words");
    story_put_entry(t, 3, 3, "zoe's words");
    put_ticket(t, 1, TICKET_SOLVED, 150);
    storage_put_spent(t->storage, &(struct spent_record){0, 1, "nina@localhost", 5, 60000, false});
    storage_put_spent(t->storage, &(struct spent_record){0, 3, "nina@localhost", 5, 1, true});
    put_ticket(t, 3, TICKET_CLOSED, 350);
    storage_put_participant(t->storage, &(struct participant_record){1, "nina@localhost", 2});
    storage_put_contact(t->storage, &(struct contact_record){"nina@localhost", "visitor-a",
                                                             "Anna Muster", true, true});
    storage_put_slot(t->storage,
                     &(struct slot_record){"nina@localhost", 1, "visitor-a", 1, 0, true, 3, true});
    storage_put_subscriber(t->storage, &(struct subscriber_record){"anna@localhost", "sales"});
    storage_put_subscriber(t->storage, &(struct subscriber_record){"zoe@localhost", "sales"});
    storage_put_block(t->storage, &(struct block_record){1, "visitor-a", "anna@localhost", 1,
                                                         "sales", "nina@localhost", "rude", 1, 99});
    storage_put_file(t->storage,
                     &(struct file_record){
                         "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 1, "",
                         "anna.png", "image/png", 3,
                         "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb", 5});
    put_outbox(t);
    storage_put_read(t->storage,
                     &(struct read_record){0, 7, "nina@localhost", "transcript", "visitor-a", 1});
    storage_put_read(t->storage,
                     &(struct read_record){0, 8, "tom@localhost", "history", "visitor-z", 0});
    storage_seal(t->storage);
}

static void storage_person__finds__all_visitors_of_an_address(void **state)
{
    struct story *t = *state;

    fill(t);
    expect_person(
        t, PERSON_EMAIL, "ANNA@example.ORG",
        "visitor-a visitor-b visitors=2 tokens=1 chats=2 participants=1 entries=2 files=1 "
        "spent=1 tickets=1 outbox=2 contacts=1 slots=1 subscribers=1 blocks=1 reads=1 ");
    expect_person(t, PERSON_JID, "zoe@localhost",
                  "visitor-z visitors=1 chats=1 entries=1 spent=1 tickets=1 outbox=1 subscribers=1 "
                  "reads=1 ");
    expect_person(t, PERSON_VISITOR, "visitor-b", "visitor-b visitors=1 chats=1 entries=1 ");
    expect_person(t, PERSON_JID, "", "");
    expect_person(t, PERSON_IDENTITY, "shop/customer-z",
                  "visitor-z visitors=1 chats=1 entries=1 spent=1 tickets=1 outbox=1 subscribers=1 "
                  "reads=1 ");
    const char *strangers[] = {
        "default/customer-z", "customer-z", "/customer-z", "shop/", "shop/customer-Z",
        "shop/customer-z/",   "shop",       "/",           ""};
    for (size_t i = 0; i < sizeof strangers / sizeof *strangers; i++) {
        expect_person(t, PERSON_IDENTITY, strangers[i], "");
    }
    expect_person(t, PERSON_EMAIL, "' OR 1 = 1 --", "");
}

static void erase_anna(struct story *t)
{
    storage_begin_scrub(t->storage, 1000);
    storage_erase_chat(t->storage, 1);
    storage_erase_chat(t->storage, 2);
    storage_erase_visitor(t->storage, "visitor-a");
    storage_erase_visitor(t->storage, "visitor-b");
    storage_seal(t->storage);
}

static void on_scrubbed(void *ctx, const char *error)
{
    assert_string_equal(error, "");
    *(bool *)ctx = true;
}

static void scrub(struct story *t)
{
    bool done = false;

    storage_scrub(t->storage, on_scrubbed, &done);
    story_wait_flag(t, &done);
}

static void storage_erase__takes__all_of_them_and_nothing_else(void **state)
{
    struct story *t = *state;

    fill(t);
    erase_anna(t);
    expect_person(t, PERSON_EMAIL, "anna@example.org", "unfinished");
    scrub(t);
    expect_person(t, PERSON_EMAIL, "anna@example.org", "");
    expect_person(t, PERSON_VISITOR, "visitor-z",
                  "visitor-z visitors=1 chats=1 entries=1 spent=1 tickets=1 outbox=1 subscribers=1 "
                  "reads=1 ");
    story_reopen_if_kept(t);
    char *all = story_load(t);
    assert_null(strstr(all, "visitor-a"));
    assert_null(strstr(all, "Anna"));
    assert_non_null(strstr(all, "zoe@localhost"));
    assert_non_null(strstr(all, "ticket-11@"));
    free(all);
}

static void storage_erase_visitor__leaves__who_has_chats(void **state)
{
    struct story *t = *state;

    fill(t);
    storage_erase_visitor(t->storage, "visitor-b");
    storage_seal(t->storage);
    expect_person(t, PERSON_VISITOR, "visitor-b", "visitor-b visitors=1 chats=1 entries=1 ");
}

static void storage_erase__numbers__are_not_given_again(void **state)
{
    struct story *t = *state;
    struct entry_record e;

    fill(t);
    storage_erase_chat(t->storage, 3);
    storage_erase_visitor(t->storage, "visitor-z");
    storage_pass_entry(t->storage, 17);
    storage_pass_entry(t->storage, 16);
    storage_seal(t->storage);
    story_commit(t);
    story_reopen_if_kept(t);
    char *all = story_load(t);
    assert_non_null(strstr(all, "counters 3 17 6"));
    free(all);
    e = story_entry(18, 1, "goes on");
    storage_put_entry(t->storage, &e);
    story_commit(t);
}

static void on_reads(void *ctx, const struct read_record *rows, size_t count)
{
    struct found *f = ctx;

    for (size_t i = 0; i < count; i++) {
        buf_printf(&f->text, "%lld|%s|%s|%s|%lld\n", (long long)rows[i].at, rows[i].who,
                   rows[i].what, rows[i].visitor, (long long)rows[i].chat);
    }
    f->is_done = true;
}

static void expect_reads(struct story *t, const char *visitor, unsigned max, const char *expected)
{
    struct found f;

    begin(&f);
    storage_reads(t->storage, visitor, max, on_reads, &f);
    expect(t, &f, expected);
}

static void storage_reads__gives__the_latest_first(void **state)
{
    struct story *t = *state;

    fill(t);
    expect_reads(t, "", 100,
                 "8|tom@localhost|history|visitor-z|0\n"
                 "7|nina@localhost|transcript|visitor-a|1\n");
    expect_reads(t, "visitor-a", 100, "7|nina@localhost|transcript|visitor-a|1\n");
    expect_reads(t, "", 1, "8|tom@localhost|history|visitor-z|0\n");
    storage_prune_reads(t->storage, 8);
    storage_seal(t->storage);
    expect_reads(t, "", 100, "8|tom@localhost|history|visitor-z|0\n");
}

static void on_expired(void *ctx, const char *const *keys, const bool *due, size_t count)
{
    struct found *f = ctx;

    for (size_t i = 0; i < count; i++) {
        buf_printf(&f->text, "%s%s ", keys[i], due[i] ? "" : "(kept)");
    }
    f->is_done = true;
}

static void expect_expired(struct story *t, enum expired_kind kind, time_ms before,
                           const char *after, unsigned max, const char *expected)
{
    const struct expired_query q = {kind, "sales", before, after, max};
    struct found f;

    begin(&f);
    storage_expired(t->storage, &q, on_expired, &f);
    expect(t, &f, expected);
}

static void storage_expired__gives__what_is_older_than_the_time(void **state)
{
    struct story *t = *state;
    struct visitor_record v = story_visitor("visitor-q");

    fill(t);
    put_closed_chat(t, 4, "visitor-b", 50);
    story_put_chat(t, 5, "visitor-z"); /* is open */
    v.last_seen = 10;
    storage_put_visitor(t->storage, &v);
    storage_seal(t->storage);
    expect_expired(t, EXPIRED_CHATS, 201, "", 100, "4 2 "); /* 1 and 3 are tickets */
    expect_expired(t, EXPIRED_CHATS, 200, "", 100, "4 ");
    expect_expired(t, EXPIRED_CHATS, 201, "", 1, "4 ");
    expect_expired(t, EXPIRED_TICKETS, 351, "", 100, "1 3 ");
    expect_expired(t, EXPIRED_TICKETS, 150, "", 100, "");
    put_ticket(t, 1, TICKET_OPEN, 150);
    storage_seal(t->storage);
    expect_expired(t, EXPIRED_TICKETS, 351, "", 100, "3 ");
    expect_expired(t, EXPIRED_VISITORS, 11, "visitor-b", 100, "visitor-q visitor-z(kept) ");
}

/* ---- SQLite alone ---- */

static void on_export(void *ctx, const char *text, const char *error)
{
    struct found *f = ctx;

    buf_printf(&f->text, "%s%s", text, error);
    f->is_done = true;
}

static void export(struct story *t, const char *path, struct found *f)
{
    const struct person_query q = {PERSON_EMAIL, "anna@example.org"};

    begin(f);
    storage_export_person(t->storage, &q, path, on_export, f);
    story_wait_flag(t, &f->is_done);
}

static void storage_export_person__gives__every_table(void **state)
{
    struct story *t = *state;
    struct found f;
    char *path = mem_print("%s/anna.json", t->directory);

    fill(t);
    export(t, "", &f);
    assert_non_null(strstr(f.text.bytes, "\"name\":\"Anna Muster\""));
    assert_non_null(strstr(f.text.bytes, "\"body\":\"anna's second words\""));
    assert_non_null(strstr(f.text.bytes, "\"reads\": ["));
    assert_null(strstr(f.text.bytes, "zoe"));
    buf_finish(&f.text);
    export(t, path, &f);
    assert_string_equal(f.text.bytes, "");
    buf_finish(&f.text);
    export(t, path, &f); /* is there already */
    assert_non_null(strstr(f.text.bytes, "is there already"));
    buf_finish(&f.text);
    free(path);
}

static void expect_no_bytes(const char *path, const char *const *needles, size_t count)
{
    struct stat status;
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0) {
        return; /* no log any more */
    }
    assert_int_equal(fstat(fd, &status), 0);
    char *bytes = mem_alloc((size_t)status.st_size + 1);
    assert_int_equal(read(fd, bytes, (size_t)status.st_size), status.st_size);
    for (size_t i = 0; i < count; i++) {
        if (memmem(bytes, (size_t)status.st_size, needles[i], strlen(needles[i])) != NULL) {
            fail_msg("%s is left in %s", needles[i], path);
        }
    }
    free(bytes);
    close(fd);
}

/* Rows come and go, so that pages split, merge and are used again, and what was moved lies about.
 */
static void churn(struct story *t, const char *prefix, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char *id = mem_print("visitor-%s%zu", prefix, (i * 7919) % count);
        char *name = mem_print("Somebody of %s with a name of some length %zu", prefix, i);
        struct outbox_record line = story_outbox((int64_t)(100 + i));
        put_person(t, id, name, "", "");
        line.body = name;
        storage_put_outbox(t->storage, &line);
        if (i > 30) {
            storage_drop_outbox(t->storage, (int64_t)(100 + i - 30 + (i % 3)));
        }
        free(name);
        free(id);
        if (i % 50 == 0) {
            storage_seal(t->storage);
        }
    }
    storage_seal(t->storage);
    story_commit(t);
}

static void scrub__leaves__no_byte_of_who_was_erased(void **state)
{
    static const char *const needles[] = {"Anna",     "anna@",  "anna's", "visitor-a",  "visitor-b",
                                          "anna.png", "hash-a", "rude",   "Example.org"};
    static const char *const files[] = {"", "-wal", "-shm"};
    struct story *t = *state;

    churn(t, "k", 300);
    fill(t);
    put_person(t, "visitor-a", "Anna Muster, who has a longer name by now, and moves",
               "Anna@Example.org", "anna@localhost");
    churn(t, "p", 300);
    erase_anna(t);
    scrub(t);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char *path = mem_print("%s%s", t->path, files[i]);
        expect_no_bytes(path, needles, sizeof needles / sizeof *needles);
        free(path);
    }
    expect_person(t, PERSON_VISITOR, "visitor-z",
                  "visitor-z visitors=1 chats=1 entries=1 spent=1 tickets=1 outbox=1 subscribers=1 "
                  "reads=1 ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORY_BOTH(storage_person__finds__all_visitors_of_an_address),
        STORY_BOTH(storage_erase__takes__all_of_them_and_nothing_else),
        STORY_BOTH(storage_erase_visitor__leaves__who_has_chats),
        STORY_BOTH(storage_erase__numbers__are_not_given_again),
        STORY_BOTH(storage_reads__gives__the_latest_first),
        STORY_BOTH(storage_expired__gives__what_is_older_than_the_time),
        {"storage_export_person__gives__every_table", storage_export_person__gives__every_table,
         story_begin_sqlite, story_teardown, NULL},
        {"scrub__leaves__no_byte_of_who_was_erased", scrub__leaves__no_byte_of_who_was_erased,
         story_begin_sqlite, story_teardown, NULL},
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
