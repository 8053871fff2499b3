/* One suite for every backend: what storage.h promises. */
#include "story.h"

#include "base/mem.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int begin_memory(void **state)
{
    *state = story_begin("memory:");
    return 0;
}

static int begin_sqlite(void **state)
{
    *state = story_begin("sqlite:");
    return 0;
}

static int end(void **state)
{
    story_end(*state);
    return 0;
}

/* What is not on disk goes with the memory store: only SQLite is reopened. */
static void reopen_if_kept(struct story *t)
{
    if (t->path) {
        story_reopen(t);
    }
}

static void check_load(struct story *t, const char *expected)
{
    char *text = story_load(t);
    assert_string_equal(text, expected);
    free(text);
}

static void put_visitor(struct story *t, const char *id)
{
    struct visitor_record r = story_visitor(id);
    storage_put_visitor(t->storage, &r);
}

static void put_chat(struct story *t, int64_t number, const char *visitor)
{
    struct chat_record r = story_chat(number, visitor);
    storage_put_chat(t->storage, &r);
}

static void put_entry(struct story *t, int64_t sequence, int64_t chat, const char *body)
{
    struct entry_record r = story_entry(sequence, chat, body);
    storage_put_entry(t->storage, &r);
}

static void put_token(struct story *t, const char *hash, const char *visitor,
                      enum token_state state, time_ms at)
{
    struct token_record r = {.hash = hash, .visitor = visitor, .state = state, .at = at};
    storage_put_token(t->storage, &r);
}

/* ---- batches ---- */

static void storage_seal__returns__the_last_number_when_nothing_was_written(void **state)
{
    struct story *t = *state;
    assert_int_equal(storage_seal(t->storage), 0);
    assert_int_equal(storage_committed(t->storage), 0);
    put_visitor(t, "visitor-a");
    assert_int_equal(storage_seal(t->storage), 1);
    assert_int_equal(storage_seal(t->storage), 1);
    put_visitor(t, "visitor-b");
    assert_int_equal(storage_seal(t->storage), 2);
    story_wait_commit(t, 2);
    assert_int_equal(storage_seal(t->storage), 2);
    assert_int_equal(storage_committed(t->storage), 2);
}

static void storage_seal__tells_nothing__before_dispatch(void **state)
{
    struct story *t = *state;
    put_visitor(t, "visitor-a");
    storage_seal(t->storage);
    assert_int_equal(t->commits, 0);
    assert_int_equal(storage_committed(t->storage), 0);
    story_wait_commit(t, 1);
    assert_int_equal(t->commits, 1);
}

static void storage__keeps__what_is_held_untold(void **state)
{
    struct story *t = *state;
    struct story_answer a = {.is_done = false};
    storage_test_hold(t->storage, true);
    put_visitor(t, "visitor-a");
    put_token(t, "h1", "visitor-a", TOKEN_NEW, 7);
    storage_seal(t->storage);
    storage_find_visitor(t->storage, "default", "h1", NULL, story_on_visitor, &a);
    while (story_turn(t, 100)) {
    }
    assert_int_equal(t->commits, 0);
    assert_int_equal(storage_committed(t->storage), 0);
    assert_false(a.is_done);
    assert_false(storage_is_refusing(t->storage));
    storage_test_hold(t->storage, false);
    story_wait_flag(t, &a.is_done);
    assert_int_equal(t->committed, 1);
    assert_string_equal(a.visitor, "visitor-a");
    story_answer_clear(&a);
}

static void storage__applies__batches_in_order(void **state)
{
    struct story *t = *state;
    struct story_answer a = {.is_done = false};
    char name[32] = "";
    storage_test_hold(t->storage, true);
    for (int i = 1; i <= 300; i++) {
        struct visitor_record r = story_visitor("visitor-a");
        snprintf(name, sizeof name, "name %d", i);
        r.name = name;
        storage_put_visitor(t->storage, &r);
        if (i % 2 == 1) {
            put_token(t, "h", "visitor-a", TOKEN_CURRENT, i);
        } else {
            storage_drop_token(t->storage, "h");
        }
        assert_int_equal(storage_seal(t->storage), i);
    }
    storage_test_hold(t->storage, false);
    story_wait_commit(t, 300);
    story_find_token(t, "default", "h", &a);
    assert_false(a.found);
    put_token(t, "h", "visitor-a", TOKEN_CURRENT, 1);
    storage_seal(t->storage);
    story_find_token(t, "default", "h", &a);
    assert_string_equal(a.name, "name 300");
    story_answer_clear(&a);
}

/* Copies are taken before the call returns. */
static void storage_put__copies__its_strings(void **state)
{
    struct story *t = *state;
    struct story_answer a = {.is_done = false};
    char id[] = "visitor-a";
    char hash[] = "h1";
    put_visitor(t, id);
    put_token(t, hash, id, TOKEN_NEW, 1);
    memset(id, 'x', sizeof id - 1);
    memset(hash, 'x', sizeof hash - 1);
    storage_seal(t->storage);
    story_find_token(t, "default", "h1", &a);
    assert_string_equal(a.visitor, "visitor-a");
    story_answer_clear(&a);
}

/* ---- records ---- */

static void storage_load__gives__counters_of_an_empty_store(void **state)
{
    check_load(*state, "counters 1000 0 0\n");
}

static void storage_load__calls__only_what_is_wanted(void **state)
{
    struct story *t = *state;
    put_visitor(t, "visitor-a");
    put_chat(t, 1001, "visitor-a");
    story_commit(t);
    struct storage_loader nothing = {.ctx = NULL};
    assert_true(storage_load(t->storage, &nothing));
}

static void put_everything(struct story *t)
{
    struct storage *s = t->storage;
    struct contact_record contact = {.agent = "nina@localhost",
                                     .contact = "visitor-a",
                                     .name = "Ada ☕",
                                     .in_roster = true,
                                     .present = false};
    struct subscriber_record subscriber = {.jid = "fan@localhost", .department = "sales"};
    struct chat_record left = story_chat(1002, "visitor-b");
    left.state = CHAT_QUEUED;
    left.owner = "";
    left.left = true;
    left.waiting_since = 5;
    struct chat_record closed = story_chat(1003, "visitor-c");
    closed.state = CHAT_CLOSED;
    closed.closed = 99;
    closed.closed_by = "visitor";
    struct entry_record note = {.sequence = 3,
                                .chat = 1001,
                                .kind = ENTRY_NOTE,
                                .by = BY_AGENT,
                                .at = 9,
                                .agent = "nina@localhost",
                                .name = "Nina",
                                .sender_id = "s-3",
                                .event = "",
                                .body = "note",
                                .seen = SEEN_RECEIVED};
    struct outbox_record row = story_outbox(7);
    row.entry = 3;
    row.handed = true;
    row.attempts = 4000000000U;
    /* References are checked at the commit: the order within a batch is free. */
    put_entry(t, 1, 1001, "one");
    put_chat(t, 1001, "visitor-a");
    put_visitor(t, "visitor-a");
    put_visitor(t, "visitor-b");
    put_visitor(t, "visitor-c");
    storage_put_chat(s, &left);
    storage_put_chat(s, &closed);
    put_entry(t, 2, 1003, "of a closed chat");
    storage_put_entry(s, &note);
    storage_put_outbox(s, &row);
    storage_put_contact(s, &contact);
    storage_put_subscriber(s, &subscriber);
    storage_put_subscriber(s, &subscriber);
}

#define VISITOR_REST                                                                               \
    "|default||Ada|ada@example.org|de|Europe/Berlin|Firefox|https://shop.example/"                 \
    "|It's \"cheap\"; DROP TABLE visitors; --||1000|2000\n"

static void storage_load__gives__what_was_put(void **state)
{
    struct story *t = *state;
    put_everything(t);
    story_commit(t);
    reopen_if_kept(t);
    check_load(t, "counters 1003 3 7\n"
                  "visitor visitor-a" VISITOR_REST "visitor visitor-b" VISITOR_REST
                  "chat 1002|visitor-b|sales|1||1|10|5|30|0|\n"
                  "chat 1001|visitor-a|sales|3|agent@localhost|0|10|20|30|0|\n"
                  "entry 1|1001|1|1|101|||||one|0\n"
                  "entry 3|1001|3|2|9|nina@localhost|Nina|s-3||note|1\n"
                  "outbox 7|agent@localhost|visitor-a|m1|hello|3|1|4000000000|5\n"
                  "contact nina@localhost|visitor-a|Ada ☕|1|0\n"
                  "subscriber fan@localhost|sales\n");
}

static void storage_put__replaces__what_has_the_same_key(void **state)
{
    struct story *t = *state;
    struct storage *s = t->storage;
    put_everything(t);
    story_commit(t);
    struct visitor_record visitor = story_visitor("visitor-a");
    visitor.name = "Grace";
    visitor.jid = "grace@localhost";
    storage_put_visitor(s, &visitor);
    struct chat_record chat = story_chat(1001, "visitor-a");
    chat.owner = "otto@localhost";
    chat.waiting_since = 1;
    storage_put_chat(s, &chat);
    struct outbox_record row = story_outbox(7);
    row.body = "again";
    storage_put_outbox(s, &row);
    struct contact_record contact = {.agent = "nina@localhost",
                                     .contact = "visitor-a",
                                     .name = "Grace",
                                     .in_roster = false,
                                     .present = true};
    storage_put_contact(s, &contact);
    storage_mark_entry(s, 1, SEEN_DISPLAYED);
    storage_mark_entry(s, 1, SEEN_RECEIVED); /* never backwards */
    story_commit(t);
    reopen_if_kept(t);
    check_load(t, "counters 1003 3 7\n"
                  "visitor visitor-a|default|grace@localhost|Grace|ada@example.org|de|Europe/Berlin"
                  "|Firefox|https://shop.example/|It's \"cheap\"; DROP TABLE visitors; --||1000"
                  "|2000\n"
                  "visitor visitor-b" VISITOR_REST
                  "chat 1001|visitor-a|sales|3|otto@localhost|0|10|1|30|0|\n"
                  "chat 1002|visitor-b|sales|1||1|10|5|30|0|\n"
                  "entry 1|1001|1|1|101|||||one|2\n"
                  "entry 3|1001|3|2|9|nina@localhost|Nina|s-3||note|1\n"
                  "outbox 7|agent@localhost|visitor-a|m1|again|0|0|0|5\n"
                  "contact nina@localhost|visitor-a|Grace|0|1\n"
                  "subscriber fan@localhost|sales\n");
}

static void storage_drop__removes__only_what_was_named(void **state)
{
    struct story *t = *state;
    struct storage *s = t->storage;
    put_everything(t);
    struct outbox_record row = story_outbox(8);
    storage_put_outbox(s, &row);
    struct contact_record contact = {.agent = "otto@localhost", .contact = "visitor-a", .name = ""};
    storage_put_contact(s, &contact);
    struct subscriber_record subscriber = {.jid = "fan@localhost", .department = "help"};
    storage_put_subscriber(s, &subscriber);
    struct chat_record chat = story_chat(1001, "visitor-a");
    chat.state = CHAT_CLOSED;
    storage_put_chat(s, &chat);
    chat = story_chat(1002, "visitor-b");
    chat.state = CHAT_CLOSED;
    storage_put_chat(s, &chat);
    storage_drop_outbox(s, 8);
    storage_drop_outbox(s, 99);
    storage_drop_contact(s, "nina@localhost", "visitor-a");
    storage_drop_contact(s, "nobody@localhost", "visitor-a");
    storage_drop_subscriber(s, "fan@localhost", "sales");
    story_commit(t);
    reopen_if_kept(t);
    /* The number of what was dropped is not given again. */
    check_load(t, "counters 1003 3 8\n"
                  "outbox 7|agent@localhost|visitor-a|m1|hello|3|1|4000000000|5\n"
                  "contact otto@localhost|visitor-a||0|0\n"
                  "subscriber fan@localhost|help\n");
}

static void storage_load__gives__the_last_200_entries_of_each_chat(void **state)
{
    struct story *t = *state;
    put_visitor(t, "visitor-a");
    put_visitor(t, "visitor-b");
    put_chat(t, 1001, "visitor-a");
    put_chat(t, 1002, "visitor-b");
    for (int64_t i = 1; i <= 500; i++) {
        put_entry(t, i, i % 2 == 0 || i > 490 ? 1001 : 1002, "x");
    }
    story_commit(t);
    char *text = story_load(t);
    unsigned entries = 0;
    int64_t first = 0;
    for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
        if (strncmp(line, "entry ", 6) == 0) {
            first = entries == 0 ? atoll(line + 6) : first;
            entries++;
        }
    }
    assert_int_equal(entries, 400);
    assert_int_equal(first, 112);
    free(text);
}

static void storage__keeps__every_byte_of_a_text(void **state)
{
    struct story *t = *state;
    struct story_answer a = {.is_done = false};
    char *large = mem_alloc(20001);
    memset(large, 'z', 20000);
    const char *const bodies[] = {
        "it's",
        "\"quoted\"",
        "'; DROP TABLE entries; --",
        "👩‍👩‍👧 \xf0\x9f\x8d\xba",
        "tab\tand\nnewline",
        "%s %n ?1 :name",
        "",
        large,
    };
    size_t count = sizeof bodies / sizeof bodies[0];
    put_visitor(t, "visitor-a");
    put_chat(t, 1001, "visitor-a");
    for (size_t i = 0; i < count; i++) {
        put_entry(t, (int64_t)i + 1, 1001, bodies[i]);
    }
    story_commit(t);
    reopen_if_kept(t);
    story_history(t, 0, 0, 100, &a);
    assert_int_equal(a.count, count);
    for (size_t i = 0; i < count; i++) {
        assert_string_equal(a.texts[i], bodies[i]);
    }
    story_answer_clear(&a);
    free(large);
}

/* ---- finding visitors ---- */

static void storage_put_visitor__keeps__first_seen(void **state)
{
    struct story *t = *state;
    struct story_answer a = {.is_done = false};
    struct visitor_record r = story_visitor("visitor-a");
    static const struct {
        time_ms put;
        time_ms kept;
    } steps[] = {{0, 0}, {500, 500}, {0, 500}, {900, 500}, {300, 300}, {0, 300}};
    put_token(t, "h1", "visitor-a", TOKEN_NEW, 1);
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        r.first_seen = steps[i].put;
        r.last_seen = (time_ms)i;
        storage_put_visitor(t->storage, &r);
        storage_seal(t->storage);
        story_find_token(t, "default", "h1", &a);
        assert_int_equal(a.first_seen, steps[i].kept);
        assert_int_equal(a.last_seen, i);
    }
    story_answer_clear(&a);
}

static void storage_find_visitor__finds__by_token_of_any_state(void **state)
{
    struct story *t = *state;
    struct story_answer a = {.is_done = false};
    put_visitor(t, "visitor-a");
    put_token(t, "new", "visitor-a", TOKEN_NEW, 11);
    put_token(t, "current", "visitor-a", TOKEN_CURRENT, 22);
    put_token(t, "old", "visitor-a", TOKEN_OLD, 33);
    storage_seal(t->storage);
    story_find_token(t, "default", "new", &a);
    assert_true(a.has_token);
    assert_int_equal(a.token_state, TOKEN_NEW);
    assert_int_equal(a.token_at, 11);
    story_find_token(t, "default", "current", &a);
    assert_int_equal(a.token_state, TOKEN_CURRENT);
    story_find_token(t, "default", "old", &a);
    assert_int_equal(a.token_state, TOKEN_OLD);
    assert_string_equal(a.token_hash, "old");
    story_find_token(t, "default", "none", &a);
    assert_false(a.found);
    assert_false(a.has_token);
    assert_int_equal(a.count, 0);
    story_answer_clear(&a);
}

static void storage_find_visitor__refuses__a_token_of_another_site(void **state)
{
    struct story *t = *state;
    struct story_answer a = {.is_done = false};
    put_visitor(t, "visitor-a");
    put_token(t, "h1", "visitor-a", TOKEN_CURRENT, 1);
    storage_seal(t->storage);
    story_find_token(t, "other", "h1", &a);
    assert_false(a.found);
    assert_false(a.has_token);
    story_answer_clear(&a);
}

static void storage_drop_token__forgets__one_or_all_of_a_visitor(void **state)
{
    struct story *t = *state;
    struct story_answer a = {.is_done = false};
    put_visitor(t, "visitor-a");
    put_visitor(t, "visitor-b");
    put_token(t, "a1", "visitor-a", TOKEN_CURRENT, 1);
    put_token(t, "a2", "visitor-a", TOKEN_NEW, 1);
    put_token(t, "b1", "visitor-b", TOKEN_CURRENT, 1);
    put_token(t, "b2", "visitor-b", TOKEN_CURRENT, 1);
    storage_drop_token(t->storage, "b2");
    storage_drop_token(t->storage, "unknown");
    storage_drop_tokens_of(t->storage, "visitor-a");
    storage_seal(t->storage);
    static const char *const gone[] = {"a1", "a2", "b2"};
    for (size_t i = 0; i < 3; i++) {
        story_find_token(t, "default", gone[i], &a);
        assert_false(a.found);
    }
    story_find_token(t, "default", "b1", &a);
    assert_string_equal(a.visitor, "visitor-b");
    story_answer_clear(&a);
}

static void storage_find_visitor__finds__the_last_seen_by_jid(void **state)
{
    struct story *t = *state;
    struct story_answer a = {.is_done = false};
    struct visitor_record r = story_visitor("visitor-a");
    r.jid = "customer@localhost";
    r.last_seen = 10;
    storage_put_visitor(t->storage, &r);
    r.id = "visitor-b";
    r.site = "other";
    r.last_seen = 20;
    storage_put_visitor(t->storage, &r);
    put_visitor(t, "visitor-c");
    storage_seal(t->storage);
    story_find_jid(t, "customer@localhost", &a);
    assert_string_equal(a.visitor, "visitor-b");
    assert_false(a.has_token);
    story_find_jid(t, "nobody@localhost", &a);
    assert_false(a.found);
    story_find_jid(t, "", &a);
    assert_false(a.found);
    story_answer_clear(&a);
}

/* The ids of the last 50 messages; those without one count, but are not told. */
static void storage_find_visitor__gives__recent_ids(void **state)
{
    struct story *t = *state;
    struct story_answer a = {.is_done = false};
    char id[32];
    struct visitor_record r = story_visitor("visitor-a");
    r.jid = "a@localhost";
    storage_put_visitor(t->storage, &r);
    put_visitor(t, "visitor-b");
    put_chat(t, 1001, "visitor-a");
    put_chat(t, 1002, "visitor-b");
    struct chat_record earlier = story_chat(1003, "visitor-a");
    earlier.department = "help";
    earlier.state = CHAT_CLOSED;
    storage_put_chat(t->storage, &earlier);
    for (int64_t i = 1; i <= 240; i++) {
        struct entry_record e = story_entry(i, i % 8 == 4 ? 1003 : 1001, "x");
        snprintf(id, sizeof id, "id-%d", (int)i);
        e.sender_id = id;
        if (i % 4 == 1) {
            e.by = BY_AGENT;
        } else if (i % 4 == 2) {
            e.chat = 1002;
        } else if (i % 4 == 3) {
            e.kind = ENTRY_NOTICE;
        } else if (i % 20 == 0) {
            e.sender_id = "";
        }
        storage_put_entry(t->storage, &e);
    }
    storage_seal(t->storage);
    story_find_jid(t, "a@localhost", &a);
    /* Its messages are 4, 8, … 240: the last 50 are 44 … 240, of which 60, 80, … 240 have no id. */
    assert_int_equal(a.count, 40);
    assert_int_equal(a.sequences[0], 44);
    assert_string_equal(a.texts[0], "id-44");
    assert_int_equal(a.sequences[39], 236);
    for (size_t i = 1; i < a.count; i++) {
        assert_true(a.sequences[i] > a.sequences[i - 1]);
    }
    story_answer_clear(&a);
}

/* ---- history ---- */

/* Conversation of visitor-a with sales: sequences 1, 11, 21, … 241 in two chats, and others between
 * them. */
static void put_conversation(struct story *t)
{
    put_visitor(t, "visitor-a");
    put_visitor(t, "visitor-b");
    struct chat_record closed = story_chat(1001, "visitor-a");
    closed.state = CHAT_CLOSED;
    storage_put_chat(t->storage, &closed);
    put_chat(t, 1002, "visitor-a");
    put_chat(t, 1003, "visitor-b");
    struct chat_record help = story_chat(1004, "visitor-a");
    help.department = "help";
    storage_put_chat(t->storage, &help);
    for (int64_t i = 0; i < 25; i++) {
        struct entry_record e = story_entry(10 * i + 1, i < 12 ? 1001 : 1002, "line");
        e.kind = i % 5 == 4 ? ENTRY_NOTICE : ENTRY_MESSAGE;
        storage_put_entry(t->storage, &e);
        e.sequence++;
        e.kind = ENTRY_NOTE;
        storage_put_entry(t->storage, &e);
        put_entry(t, e.sequence + 1, 1003, "of another visitor");
        put_entry(t, e.sequence + 2, 1004, "of another department");
    }
    storage_seal(t->storage);
}

static void check_page(struct story *t, int64_t after, int64_t before, unsigned max, int64_t first,
                       size_t count, bool complete)
{
    struct story_answer a = {.is_done = false};
    story_history(t, after, before, max, &a);
    assert_int_equal(a.count, count);
    assert_int_equal(a.total, 25);
    assert_int_equal(a.complete, complete);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(a.sequences[i], first + 10 * (int64_t)i);
        assert_int_equal(a.kinds[i], a.sequences[i] % 50 == 41 ? ENTRY_NOTICE : ENTRY_MESSAGE);
    }
    story_answer_clear(&a);
}

static void storage_history__pages__forward(void **state)
{
    struct story *t = *state;
    put_conversation(t);
    check_page(t, 0, 0, 10, 1, 10, false);
    check_page(t, 91, 0, 10, 101, 10, false);
    check_page(t, 95, 0, 10, 101, 10, false); /* an id that is no entry of it */
    check_page(t, 191, 0, 10, 201, 5, true);
    check_page(t, 191, 0, 5, 201, 5, true);
    check_page(t, 191, 0, 4, 201, 4, false);
    check_page(t, 241, 0, 10, 0, 0, true);
    check_page(t, 0, 0, 100, 1, 25, true);
    check_page(t, 0, 0, 1, 1, 1, false);
    check_page(t, 231, 0, 1, 241, 1, true);
}

static void storage_history__pages__backward(void **state)
{
    struct story *t = *state;
    put_conversation(t);
    check_page(t, 0, -1, 10, 151, 10, false);
    check_page(t, 0, 151, 10, 51, 10, false);
    check_page(t, 0, 51, 10, 1, 5, true);
    check_page(t, 0, 51, 5, 1, 5, true);
    check_page(t, 0, 51, 4, 11, 4, false);
    check_page(t, 0, 1, 10, 0, 0, true);
    check_page(t, 0, -1, 100, 1, 25, true);
    check_page(t, 0, -1, 25, 1, 25, true);
    check_page(t, 0, -1, 24, 11, 24, false);
}

/* Both bounds hold; the page lies at the end of the range. */
static void storage_history__pages__between(void **state)
{
    struct story *t = *state;
    put_conversation(t);
    check_page(t, 101, 151, 10, 111, 4, true);
    check_page(t, 101, 151, 2, 131, 2, false);
    check_page(t, 151, 151, 2, 0, 0, true);
}

static void storage_history__is_empty__for_strangers(void **state)
{
    struct story *t = *state;
    struct story_answer a = {.is_done = false};
    put_visitor(t, "visitor-c");
    storage_seal(t->storage);
    story_history(t, 0, -1, 10, &a);
    assert_int_equal(a.count, 0);
    assert_int_equal(a.total, 0);
    assert_true(a.complete);
    story_answer_clear(&a);
}

static void storage_history__gives__at_most_100(void **state)
{
    struct story *t = *state;
    struct story_answer a = {.is_done = false};
    put_visitor(t, "visitor-a");
    put_chat(t, 1001, "visitor-a");
    for (int64_t i = 1; i <= 150; i++) {
        put_entry(t, i, 1001, "x");
    }
    storage_seal(t->storage);
    story_history(t, 0, 0, 1000, &a);
    assert_int_equal(a.count, 100);
    assert_int_equal(a.sequences[99], 100);
    assert_int_equal(a.total, 150);
    assert_false(a.complete);
    story_answer_clear(&a);
}

/* ---- reads and their order ---- */

/* A read waits for the seal of what was written before it, and does not split the turn. */
static void storage_read__sees__what_was_written_before_it(void **state)
{
    struct story *t = *state;
    struct story_answer a = {.is_done = false};
    put_visitor(t, "visitor-a");
    put_token(t, "h1", "visitor-a", TOKEN_NEW, 1);
    storage_find_visitor(t->storage, "default", "h1", NULL, story_on_visitor, &a);
    while (story_turn(t, 50)) {
    }
    assert_false(a.is_done);
    assert_int_equal(storage_seal(t->storage), 1);
    story_wait_flag(t, &a.is_done);
    assert_true(a.found);
    assert_int_equal(t->committed, 1);
    story_answer_clear(&a);
}

static void storage_read__answers__in_the_order_of_asking(void **state)
{
    struct story *t = *state;
    struct story_answer a[3] = {{.is_done = false}};
    put_conversation(t);
    struct history_query q = {.visitor = "visitor-a", .department = "sales", .max = 2};
    for (size_t i = 0; i < 3; i++) {
        q.after = (int64_t)i * 10;
        storage_history(t->storage, &q, story_on_history, &a[i]);
    }
    story_wait_flag(t, &a[2].is_done);
    for (size_t i = 0; i < 3; i++) {
        assert_true(a[i].is_done);
        assert_int_equal(a[i].sequences[0], 10 * (int64_t)i + 1);
        story_answer_clear(&a[i]);
    }
}

static void storage_cancel__keeps__the_answer_away(void **state)
{
    struct story *t = *state;
    struct story_answer cancelled = {.is_done = false};
    struct story_answer asked = {.is_done = false};
    put_conversation(t);
    struct history_query q = {.visitor = "visitor-a", .department = "sales", .max = 2};
    uint64_t request = storage_history(t->storage, &q, story_on_history, &cancelled);
    uint64_t other = storage_history(t->storage, &q, story_on_history, &asked);
    assert_true(request != 0 && other != 0 && request != other);
    storage_cancel(t->storage, request);
    storage_cancel(t->storage, 12345);
    story_wait_flag(t, &asked.is_done);
    assert_false(cancelled.is_done);
    storage_cancel(t->storage, other); /* answered already: nothing happens */
    story_answer_clear(&asked);
}

struct cancelling {
    struct story *t;
    uint64_t other;
    bool is_done;
};

static void on_history_cancel(void *ctx, const struct entry_record *entries, size_t count,
                              bool complete, int64_t total)
{
    struct cancelling *c = ctx;
    (void)entries;
    (void)count;
    (void)complete;
    (void)total;
    storage_cancel(c->t->storage, c->other);
    c->is_done = true;
}

static void storage_cancel__works__inside_an_answer(void **state)
{
    struct story *t = *state;
    struct cancelling c = {.t = t};
    struct story_answer cancelled = {.is_done = false};
    struct story_answer last = {.is_done = false};
    put_conversation(t);
    struct history_query q = {.visitor = "visitor-a", .department = "sales", .max = 2};
    storage_history(t->storage, &q, on_history_cancel, &c);
    c.other = storage_history(t->storage, &q, story_on_history, &cancelled);
    storage_history(t->storage, &q, story_on_history, &last);
    story_wait_flag(t, &last.is_done);
    assert_true(c.is_done);
    assert_false(cancelled.is_done);
    story_answer_clear(&last);
}

static void storage_close__drops__open_reads(void **state)
{
    struct story *t = *state;
    struct story_answer waiting = {.is_done = false};
    struct story_answer asked = {.is_done = false};
    put_conversation(t);
    story_commit(t);
    struct history_query q = {.visitor = "visitor-a", .department = "sales", .max = 2};
    storage_history(t->storage, &q, story_on_history, &asked);
    storage_test_hold(t->storage, true);
    put_visitor(t, "visitor-z");
    storage_seal(t->storage);
    storage_history(t->storage, &q, story_on_history, &waiting);
    story_close(t);
    assert_false(waiting.is_done);
    assert_false(asked.is_done);
}

/* ---- trouble ---- */

static void storage__refuses_and_recovers__when_commits_fail(void **state)
{
    struct story *t = *state;
    struct story_answer a = {.is_done = false};
    put_visitor(t, "visitor-a");
    story_commit(t);
    storage_test_fail(t->storage, 13);
    put_token(t, "h1", "visitor-a", TOKEN_NEW, 1);
    storage_seal(t->storage);
    story_wait_refusing(t, true);
    put_token(t, "h1", "visitor-a", TOKEN_CURRENT, 2);
    storage_seal(t->storage);
    while (story_turn(t, 1500)) { /* at least one vain repetition */
        if (!t->path) {
            break;
        }
    }
    assert_int_equal(t->refused, 1);
    assert_int_equal(t->recovered, 0);
    assert_int_equal(t->committed, 1);
    storage_test_fail(t->storage, 0);
    story_wait_commit(t, 3);
    story_wait_refusing(t, false);
    assert_int_equal(t->refused, 1);
    assert_int_equal(t->recovered, 1);
    story_find_token(t, "default", "h1", &a);
    assert_int_equal(a.token_state, TOKEN_CURRENT);
    story_answer_clear(&a);
}

static void storage_is_refusing__bounds__what_waits(void **state)
{
    struct story *t = *state;
    storage_test_hold(t->storage, true);
    for (int i = 0; i < 19999; i++) {
        storage_drop_outbox(t->storage, i + 1);
    }
    assert_false(storage_is_refusing(t->storage));
    storage_drop_outbox(t->storage, 20000);
    assert_true(storage_is_refusing(t->storage));
    storage_seal(t->storage);
    story_wait_refusing(t, true);
    storage_test_hold(t->storage, false);
    story_wait_commit(t, 1);
    story_wait_refusing(t, false);
}

static void storage_is_refusing__bounds__the_bytes_that_wait(void **state)
{
    struct story *t = *state;
    char *body = mem_alloc(1 << 20);
    memset(body, 'x', (1 << 20) - 1);
    storage_test_hold(t->storage, true);
    put_visitor(t, "visitor-a");
    put_chat(t, 1001, "visitor-a");
    for (int64_t i = 1; i <= 15; i++) {
        put_entry(t, i, 1001, body);
        storage_seal(t->storage);
    }
    assert_false(storage_is_refusing(t->storage));
    put_entry(t, 16, 1001, body);
    assert_true(storage_is_refusing(t->storage));
    storage_test_hold(t->storage, false);
    story_commit(t);
    story_wait_refusing(t, false);
    free(body);
}

static void storage_is_refusing__bounds__the_reads_that_wait(void **state)
{
    struct story *t = *state;
    struct story_answer last = {.is_done = false};
    struct history_query q = {.visitor = "visitor-a", .department = "sales", .max = 2};
    storage_test_hold(t->storage, true);
    put_visitor(t, "visitor-a");
    storage_seal(t->storage);
    for (int i = 0; i < 4095; i++) {
        storage_cancel(t->storage, storage_history(t->storage, &q, story_on_history, NULL));
    }
    assert_false(storage_is_refusing(t->storage));
    storage_history(t->storage, &q, story_on_history, &last);
    assert_true(storage_is_refusing(t->storage));
    storage_test_hold(t->storage, false);
    story_wait_flag(t, &last.is_done);
    story_wait_refusing(t, false);
    story_answer_clear(&last);
}

/* ---- our own faults abort ---- */

static void put_twice(struct story *t)
{
    put_visitor(t, "visitor-a");
    put_chat(t, 1001, "visitor-a");
    put_entry(t, 1, 1001, "x");
    put_entry(t, 1, 1001, "x");
}

static void put_entry_without_chat(struct story *t)
{
    put_entry(t, 1, 1001, "x");
}

static void put_chat_without_visitor(struct story *t)
{
    put_chat(t, 1001, "visitor-a");
}

static void put_token_without_visitor(struct story *t)
{
    put_token(t, "h", "visitor-a", TOKEN_NEW, 1);
}

/* In a child with a storage of its own: threads do not survive a fork. */
static void check_abort(struct story *t, void (*fault)(struct story *t))
{
    const char *scheme = t->path ? "sqlite:" : "memory:";
    char directory[4096] = "";
    int names[2];
    assert_int_equal(pipe(names), 0);
    fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct story *own = story_begin(scheme);
        const char *name = own->directory ? own->directory : "";
        if (write(names[1], name, strlen(name)) < 0 || !freopen("/dev/null", "w", stderr)) {
            _exit(1);
        }
        signal(SIGABRT, SIG_DFL);
        fault(own);
        storage_seal(own->storage);
        story_wait_commit(own, 1);
        _exit(0);
    }
    close(names[1]);
    assert_true(read(names[0], directory, sizeof directory - 1) >= 0);
    close(names[0]);
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGABRT);
    if (*directory) {
        char *command = mem_print("rm -r '%s'", directory);
        assert_int_equal(system(command), 0);
        free(command);
    }
}

static void storage__aborts__on_our_own_faults(void **state)
{
    struct story *t = *state;
    check_abort(t, put_twice);
    check_abort(t, put_entry_without_chat);
    check_abort(t, put_chat_without_visitor);
    check_abort(t, put_token_without_visitor);
}

#define BOTH(test)                                                                                 \
    {#test " (memory)", test, begin_memory, end, NULL},                                            \
    {                                                                                              \
#test " (sqlite)", test, begin_sqlite, end, NULL                                           \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(storage_seal__returns__the_last_number_when_nothing_was_written),
        BOTH(storage_seal__tells_nothing__before_dispatch),
        BOTH(storage__keeps__what_is_held_untold),
        BOTH(storage__applies__batches_in_order),
        BOTH(storage_put__copies__its_strings),
        BOTH(storage_load__gives__counters_of_an_empty_store),
        BOTH(storage_load__calls__only_what_is_wanted),
        BOTH(storage_load__gives__what_was_put),
        BOTH(storage_put__replaces__what_has_the_same_key),
        BOTH(storage_drop__removes__only_what_was_named),
        BOTH(storage_load__gives__the_last_200_entries_of_each_chat),
        BOTH(storage__keeps__every_byte_of_a_text),
        BOTH(storage_put_visitor__keeps__first_seen),
        BOTH(storage_find_visitor__finds__by_token_of_any_state),
        BOTH(storage_find_visitor__refuses__a_token_of_another_site),
        BOTH(storage_drop_token__forgets__one_or_all_of_a_visitor),
        BOTH(storage_find_visitor__finds__the_last_seen_by_jid),
        BOTH(storage_find_visitor__gives__recent_ids),
        BOTH(storage_history__pages__forward),
        BOTH(storage_history__pages__backward),
        BOTH(storage_history__pages__between),
        BOTH(storage_history__is_empty__for_strangers),
        BOTH(storage_history__gives__at_most_100),
        BOTH(storage_read__sees__what_was_written_before_it),
        BOTH(storage_read__answers__in_the_order_of_asking),
        BOTH(storage_cancel__keeps__the_answer_away),
        BOTH(storage_cancel__works__inside_an_answer),
        BOTH(storage_close__drops__open_reads),
        BOTH(storage__refuses_and_recovers__when_commits_fail),
        BOTH(storage_is_refusing__bounds__what_waits),
        BOTH(storage_is_refusing__bounds__the_bytes_that_wait),
        BOTH(storage_is_refusing__bounds__the_reads_that_wait),
        BOTH(storage__aborts__on_our_own_faults),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
