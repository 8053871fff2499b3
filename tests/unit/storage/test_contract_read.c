/* The other half of the suite for every backend: reads. */
#include "story.h"

#include <stdio.h>

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
    story_put_token(t, "h1", "visitor-a", TOKEN_NEW, 1);
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
    story_put_visitor(t, "visitor-a");
    story_put_token(t, "new", "visitor-a", TOKEN_NEW, 11);
    story_put_token(t, "current", "visitor-a", TOKEN_CURRENT, 22);
    story_put_token(t, "old", "visitor-a", TOKEN_OLD, 33);
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
    story_put_visitor(t, "visitor-a");
    story_put_token(t, "h1", "visitor-a", TOKEN_CURRENT, 1);
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
    story_put_visitor(t, "visitor-a");
    story_put_visitor(t, "visitor-b");
    story_put_token(t, "a1", "visitor-a", TOKEN_CURRENT, 1);
    story_put_token(t, "a2", "visitor-a", TOKEN_NEW, 1);
    story_put_token(t, "b1", "visitor-b", TOKEN_CURRENT, 1);
    story_put_token(t, "b2", "visitor-b", TOKEN_CURRENT, 1);
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

static void storage_age_tokens__replaces__the_current_and_prunes_the_rest(void **state)
{
    static const time_ms week = 7 * 24 * 3600 * 1000LL;
    struct story *t = *state;
    struct story_answer a = {.is_done = false};
    story_put_visitor(t, "visitor-a");
    story_put_visitor(t, "visitor-b");
    story_put_token(t, "current", "visitor-a", TOKEN_CURRENT, 5);
    story_put_token(t, "stale-old", "visitor-a", TOKEN_OLD, 10);
    story_put_token(t, "stale-new", "visitor-a", TOKEN_NEW, 10);
    story_put_token(t, "young-old", "visitor-a", TOKEN_OLD, 2000);
    story_put_token(t, "young-new", "visitor-a", TOKEN_NEW, 2000);
    story_put_token(t, "foreign", "visitor-b", TOKEN_CURRENT, 5);
    story_put_token(t, "foreign-old", "visitor-b", TOKEN_OLD, 5);
    storage_age_tokens(t->storage, "visitor-a", week + 1000);
    storage_seal(t->storage);
    static const struct {
        const char *hash;
        enum token_state state; /* 0: gone */
        time_ms at;
    } expected[] = {
        {"current", TOKEN_OLD, 7 * 24 * 3600 * 1000LL + 1000},
        {"stale-old", 0, 0},
        {"stale-new", 0, 0},
        {"young-old", TOKEN_OLD, 2000},
        {"young-new", TOKEN_NEW, 2000},
        {"foreign", TOKEN_CURRENT, 5},
        {"foreign-old", TOKEN_OLD, 5},
    };
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        story_find_token(t, "default", expected[i].hash, &a);
        assert_int_equal(a.has_token, expected[i].state != 0);
        assert_int_equal(a.token_state, expected[i].state);
        assert_int_equal(a.token_at, expected[i].at);
    }
    story_answer_clear(&a);
}

static void storage_prune_tokens__leaves__the_current_and_the_young(void **state)
{
    struct story *t = *state;
    struct story_answer a = {.is_done = false};
    story_put_visitor(t, "visitor-a");
    story_put_visitor(t, "visitor-b");
    story_put_token(t, "current", "visitor-a", TOKEN_CURRENT, 5);
    story_put_token(t, "old", "visitor-a", TOKEN_OLD, 9);
    story_put_token(t, "new", "visitor-a", TOKEN_NEW, 9);
    story_put_token(t, "young", "visitor-a", TOKEN_OLD, 10);
    story_put_token(t, "foreign", "visitor-b", TOKEN_OLD, 5);
    storage_prune_tokens(t->storage, "visitor-a", 10);
    storage_seal(t->storage);
    static const char *const hashes[] = {"current", "young", "foreign", "old", "new"};
    for (size_t i = 0; i < 5; i++) {
        story_find_token(t, "default", hashes[i], &a);
        assert_int_equal(a.has_token, i < 3);
    }
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
    story_put_visitor(t, "visitor-c");
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

/* What was said last with an id, by the visitor and by agents, notes too; lines without one count,
 * but are not told. */
static void storage_find_visitor__gives__recent_lines(void **state)
{
    struct story *t = *state;
    struct story_answer a = {.is_done = false};
    char id[32];
    struct visitor_record r = story_visitor("visitor-a");
    r.jid = "a@localhost";
    storage_put_visitor(t->storage, &r);
    story_put_visitor(t, "visitor-b");
    story_put_chat(t, 1001, "visitor-a");
    story_put_chat(t, 1002, "visitor-b");
    struct chat_record earlier = story_chat(1003, "visitor-a");
    earlier.address = "help";
    earlier.state = CHAT_CLOSED;
    storage_put_chat(t->storage, &earlier);
    for (int64_t i = 1; i <= 240; i++) {
        struct entry_record e = story_entry(i, i % 8 == 4 ? 1003 : 1001, "x");
        snprintf(id, sizeof id, "id-%d", (int)i);
        e.sender_id = id;
        if (i % 4 == 1) {
            e.by = BY_AGENT;
            e.agent = "bob@example.org";
            e.kind = i % 8 == 1 ? ENTRY_NOTE : ENTRY_MESSAGE;
        } else if (i % 4 == 2) {
            e.chat = 1002;
        } else if (i % 4 == 3) {
            e.kind = i % 8 == 3 ? ENTRY_NOTICE : ENTRY_NOTE;
            e.by = BY_DESK;
        } else if (i % 20 == 0) {
            e.sender_id = "";
        }
        storage_put_entry(t->storage, &e);
    }
    storage_seal(t->storage);
    story_find_jid(t, "a@localhost", &a);
    /* Its lines are 1, 4, 5, 8, … 240: the last 100 are 41 … 240, of which 60, 80, … 240 have no
     * id.
     */
    assert_int_equal(a.count, 90);
    assert_int_equal(a.sequences[0], 41);
    assert_string_equal(a.texts[0], "bob@example.org|id-41|x");
    assert_string_equal(a.texts[1], "|id-44|x");
    assert_int_equal(a.sequences[89], 237);
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
    story_put_visitor(t, "visitor-a");
    story_put_visitor(t, "visitor-b");
    struct chat_record closed = story_chat(1001, "visitor-a");
    closed.state = CHAT_CLOSED;
    storage_put_chat(t->storage, &closed);
    story_put_chat(t, 1002, "visitor-a");
    story_put_chat(t, 1003, "visitor-b");
    struct chat_record help = story_chat(1004, "visitor-a");
    help.address = "help";
    storage_put_chat(t->storage, &help);
    for (int64_t i = 0; i < 25; i++) {
        struct entry_record e = story_entry(10 * i + 1, i < 12 ? 1001 : 1002, "line");
        e.kind = i % 5 == 4 ? ENTRY_NOTICE : ENTRY_MESSAGE;
        storage_put_entry(t->storage, &e);
        e.sequence++;
        e.kind = ENTRY_NOTE;
        storage_put_entry(t->storage, &e);
        story_put_entry(t, e.sequence + 1, 1003, "of another visitor");
        story_put_entry(t, e.sequence + 2, 1004, "of another department");
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
    story_put_visitor(t, "visitor-c");
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
    story_put_visitor(t, "visitor-a");
    story_put_chat(t, 1001, "visitor-a");
    for (int64_t i = 1; i <= 150; i++) {
        story_put_entry(t, i, 1001, "x");
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
    story_put_visitor(t, "visitor-a");
    story_put_token(t, "h1", "visitor-a", TOKEN_NEW, 1);
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
    story_put_visitor(t, "visitor-z");
    storage_seal(t->storage);
    storage_history(t->storage, &q, story_on_history, &waiting);
    story_close(t);
    assert_false(waiting.is_done);
    assert_false(asked.is_done);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORY_BOTH(storage_put_visitor__keeps__first_seen),
        STORY_BOTH(storage_find_visitor__finds__by_token_of_any_state),
        STORY_BOTH(storage_find_visitor__refuses__a_token_of_another_site),
        STORY_BOTH(storage_drop_token__forgets__one_or_all_of_a_visitor),
        STORY_BOTH(storage_age_tokens__replaces__the_current_and_prunes_the_rest),
        STORY_BOTH(storage_prune_tokens__leaves__the_current_and_the_young),
        STORY_BOTH(storage_find_visitor__finds__the_last_seen_by_jid),
        STORY_BOTH(storage_find_visitor__gives__recent_lines),
        STORY_BOTH(storage_history__pages__forward),
        STORY_BOTH(storage_history__pages__backward),
        STORY_BOTH(storage_history__pages__between),
        STORY_BOTH(storage_history__is_empty__for_strangers),
        STORY_BOTH(storage_history__gives__at_most_100),
        STORY_BOTH(storage_read__sees__what_was_written_before_it),
        STORY_BOTH(storage_read__answers__in_the_order_of_asking),
        STORY_BOTH(storage_cancel__keeps__the_answer_away),
        STORY_BOTH(storage_cancel__works__inside_an_answer),
        STORY_BOTH(storage_close__drops__open_reads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
