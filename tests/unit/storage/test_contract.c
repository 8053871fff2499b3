/* One suite for every backend: what storage.h promises about writing and the start. */
#include "story.h"

#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void check_load(struct story *t, const char *expected)
{
    char *text = story_load(t);
    assert_string_equal(text, expected);
    free(text);
}

/* ---- batches ---- */

static void storage_seal__returns__the_last_number_when_nothing_was_written(void **state)
{
    struct story *t = *state;
    assert_int_equal(storage_seal(t->storage), 0);
    assert_int_equal(storage_committed(t->storage), 0);
    story_put_visitor(t, "visitor-a");
    assert_int_equal(storage_seal(t->storage), 1);
    assert_int_equal(storage_seal(t->storage), 1);
    story_put_visitor(t, "visitor-b");
    assert_int_equal(storage_seal(t->storage), 2);
    story_wait_commit(t, 2);
    assert_int_equal(storage_seal(t->storage), 2);
    assert_int_equal(storage_committed(t->storage), 2);
}

static void storage_seal__tells_nothing__before_dispatch(void **state)
{
    struct story *t = *state;
    story_put_visitor(t, "visitor-a");
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
    story_put_visitor(t, "visitor-a");
    story_put_token(t, "h1", "visitor-a", TOKEN_NEW, 7);
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
            story_put_token(t, "h", "visitor-a", TOKEN_CURRENT, i);
        } else {
            storage_drop_token(t->storage, "h");
        }
        assert_int_equal(storage_seal(t->storage), i);
    }
    storage_test_hold(t->storage, false);
    story_wait_commit(t, 300);
    story_find_token(t, "default", "h", &a);
    assert_false(a.found);
    story_put_token(t, "h", "visitor-a", TOKEN_CURRENT, 1);
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
    story_put_visitor(t, id);
    story_put_token(t, hash, id, TOKEN_NEW, 1);
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
    story_put_visitor(t, "visitor-a");
    story_put_chat(t, 1001, "visitor-a");
    story_commit(t);
    struct storage_loader nothing = {.ctx = NULL};
    assert_true(storage_load(t->storage, &nothing));
}

static void put_followers_and_duties(struct storage *s)
{
    struct subscriber_record subscriber = {.jid = "fan@localhost", .department = "sales"};
    storage_put_subscriber(s, &subscriber);
    storage_put_subscriber(s, &subscriber);
    storage_put_duty(s, &(struct duty_record){"tom@localhost", DUTY_OFF, 0, 0});
    storage_put_duty(s, &(struct duty_record){"nina@localhost", DUTY_PAUSE, 5, 1795881600000});
    storage_put_news(s, &(struct news_record){"tom@localhost", "sales", 5});
    storage_put_news(s, &(struct news_record){"nina@localhost", "sales", 7});
}

static void put_rows(struct storage *s)
{
    struct outbox_record row = story_outbox(7);

    row.entry = 3;
    row.handed = true;
    row.attempts = 4000000000U;
    storage_put_outbox(s, &row);
    row = (struct outbox_record){.id = 9,
                                 .side = OUTBOX_VISITOR,
                                 .to = "x@anon.localhost/y",
                                 .from = "sales",
                                 .message_id = "e3",
                                 .body = "hi",
                                 .entry = 3,
                                 .at = 6,
                                 .visitor = "visitor-a",
                                 .chat = 1001,
                                 .by = BY_DESK,
                                 .name = "Nina",
                                 .event = "joined",
                                 .knows_ids = true,
                                 .act = ACT_REACT,
                                 .target = "e2",
                                 .payload = "\U0001F44D \u2764"};
    storage_put_outbox(s, &row);
}

static void put_everything(struct story *t)
{
    struct storage *s = t->storage;
    struct contact_record contact = {.agent = "nina@localhost",
                                     .contact = "visitor-a",
                                     .name = "Ada ☕",
                                     .in_roster = true,
                                     .present = false};
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
                                .seen = SEEN_RECEIVED,
                                .about = 1,
                                .form = "form x\nwith 'all' of it"};
    struct entry_record change = {.sequence = 1,
                                  .fate = FATE_CORRECTED,
                                  .shown = "One.",
                                  .visitor_reactions = "",
                                  .agent_reactions = "\U0001F44D \u2764"};
    /* References are checked at the commit: the order within a batch is free. */
    story_put_entry(t, 1, 1001, "one");
    story_put_chat(t, 1001, "visitor-a");
    story_put_visitor(t, "visitor-a");
    story_put_visitor(t, "visitor-b");
    story_put_visitor(t, "visitor-c");
    storage_put_chat(s, &left);
    storage_put_chat(s, &closed);
    story_put_entry(t, 2, 1003, "of a closed chat");
    storage_put_participant(
        s, &(struct participant_record){.chat = 1001, .agent = "otto@localhost", .part = 1});
    storage_put_participant(
        s, &(struct participant_record){.chat = 1001, .agent = "otto@localhost", .part = 2});
    storage_put_participant(
        s, &(struct participant_record){.chat = 1001, .agent = "gone@localhost", .part = 3});
    storage_drop_participant(s, 1001, "gone@localhost");
    storage_put_entry(s, &note);
    storage_change_entry(s, &change);
    put_rows(s);
    storage_put_contact(s, &contact);
    put_followers_and_duties(s);
}

#define VISITOR_REST                                                                               \
    "|default||Ada|ada@example.org|de|Europe/Berlin|Firefox|https://shop.example/"                 \
    "|It's \"cheap\"; DROP TABLE visitors; --||nina@example.org|tom@example.org|1000|2000"         \
    "|+49 30 1234|customer: 4711\nplan: large\n|0123456789ab 2026-01-05T10:00:00.000Z"             \
    "|4711|name: Ada\nplan: gold\n|1500\n"

static void storage_load__gives__what_was_put(void **state)
{
    struct story *t = *state;
    put_everything(t);
    story_commit(t);
    story_reopen_if_kept(t);
    check_load(
        t, "counters 1003 3 9\n"
           "visitor visitor-a" VISITOR_REST "visitor visitor-b" VISITOR_REST
           "chat 1002|visitor-b|sales|1||1|10|5|30|0||1|3|billing urgent|sales|\n"
           "chat 1001|visitor-a|sales|3|agent@localhost|0|10|20|30|0||1|3|billing urgent|sales|\n"
           "participant 1001|otto@localhost|2\n"
           "entry 1|1001|1|1|101|||||one|0\n"
           "  about 0|1|One.||\U0001F44D \u2764\n"
           "entry 3|1001|3|2|9|nina@localhost|Nina|s-3||note|1\n"
           "  about 1|0|||\n"
           "  form form x\nwith 'all' of it\n"
           "outbox 7|1|agent@localhost|visitor-a|m1|hello|3|1|4000000000|5\n"
           "outbox "
           "9|2|x@anon.localhost/"
           "y|sales|e3|hi|3|0|0|6|visitor-a|1001|3|Nina|joined|1|4|e2|\U0001F44D \u2764\n"
           "contact nina@localhost|visitor-a|Ada ☕|1|0\n"
           "subscriber fan@localhost|sales\n"
           "duty nina@localhost|3|5|1795881600000\n"
           "duty tom@localhost|2|0|0\n"
           "news nina@localhost|sales|7\n"
           "news tom@localhost|sales|5\n");
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
    storage_put_duty(s, &(struct duty_record){"nina@localhost", DUTY_ON, 7, 0});
    storage_put_news(s, &(struct news_record){"nina@localhost", "sales", 8});
    struct entry_record change = {.sequence = 1,
                                  .fate = FATE_RETRACTED,
                                  .shown = "",
                                  .visitor_reactions = "\u2764",
                                  .agent_reactions = ""};
    storage_change_entry(s, &change);
    change.sequence = 99; /* there is none */
    storage_change_entry(s, &change);
    storage_mark_entry(s, 1, SEEN_DISPLAYED);
    storage_mark_entry(s, 1, SEEN_RECEIVED); /* never backwards */
    story_commit(t);
    story_reopen_if_kept(t);
    check_load(t,
               "counters 1003 3 9\n"
               "visitor visitor-a|default|grace@localhost|Grace|ada@example.org|de|Europe/Berlin"
               "|Firefox|https://shop.example/|It's \"cheap\"; DROP TABLE visitors; "
               "--||nina@example.org|tom@example.org|1000|2000|+49 30 1234|customer: 4711\nplan: "
               "large\n|0123456789ab 2026-01-05T10:00:00.000Z|4711|name: Ada\nplan: gold\n|1500\n"
               "visitor visitor-b" VISITOR_REST
               "chat 1001|visitor-a|sales|3|otto@localhost|0|10|1|30|0||1|3|billing urgent|sales|\n"
               "chat 1002|visitor-b|sales|1||1|10|5|30|0||1|3|billing urgent|sales|\n"
               "participant 1001|otto@localhost|2\n"
               "entry 1|1001|1|1|101|||||one|2\n"
               "  about 0|2||\u2764|\n"
               "entry 3|1001|3|2|9|nina@localhost|Nina|s-3||note|1\n"
               "  about 1|0|||\n"
               "  form form x\nwith 'all' of it\n"
               "outbox 7|1|agent@localhost|visitor-a|m1|again|0|0|0|5\n"
               "outbox "
               "9|2|x@anon.localhost/"
               "y|sales|e3|hi|3|0|0|6|visitor-a|1001|3|Nina|joined|1|4|e2|\U0001F44D \u2764\n"
               "contact nina@localhost|visitor-a|Grace|0|1\n"
               "subscriber fan@localhost|sales\n"
               "duty nina@localhost|1|7|0\n"
               "duty tom@localhost|2|0|0\n"
               "news nina@localhost|sales|8\n"
               "news tom@localhost|sales|5\n");
}

static void storage_drop__removes__only_what_was_named(void **state)
{
    struct story *t = *state;
    struct storage *s = t->storage;
    put_everything(t);
    struct outbox_record row = story_outbox(10);
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
    storage_drop_outbox(s, 10);
    storage_drop_outbox(s, 99);
    storage_drop_contact(s, "nina@localhost", "visitor-a");
    storage_drop_contact(s, "nobody@localhost", "visitor-a");
    storage_drop_subscriber(s, "fan@localhost", "sales");
    storage_drop_duty(s, "nina@localhost");
    storage_drop_duty(s, "nobody@localhost");
    story_commit(t);
    story_reopen_if_kept(t);
    /* The number of what was dropped is not given again. */
    check_load(t, "counters 1003 3 10\n"
                  "outbox 7|1|agent@localhost|visitor-a|m1|hello|3|1|4000000000|5\n"
                  "outbox "
                  "9|2|x@anon.localhost/"
                  "y|sales|e3|hi|3|0|0|6|visitor-a|1001|3|Nina|joined|1|4|e2|\U0001F44D \u2764\n"
                  "contact otto@localhost|visitor-a||0|0\n"
                  "subscriber fan@localhost|help\n"
                  "duty tom@localhost|2|0|0\n"
                  "news nina@localhost|sales|7\n"
                  "news tom@localhost|sales|5\n");
}

/* What a slot's record is replaced by, and that another agent's is left. */
static void storage_put_slot__keeps__who_is_behind_it(void **state)
{
    struct story *t = *state;
    struct slot_record slot = {.agent = "nina@localhost",
                               .number = 2,
                               .visitor = "visitor-a",
                               .chat = 1001,
                               .ended = 5000,
                               .unread = true,
                               .first_notice = 7};
    storage_put_slot(t->storage, &slot);
    slot.approved = true;
    storage_put_slot(t->storage, &slot);
    slot.agent = "otto@localhost";
    slot.visitor = "";
    storage_put_slot(t->storage, &slot);
    storage_drop_slot(t->storage, "otto@localhost", 3);
    story_commit(t);
    story_reopen_if_kept(t);
    check_load(t, "counters 1000 0 0\n"
                  "slot nina@localhost|2|visitor-a|1001|5000|1|7|1\n"
                  "slot otto@localhost|2||1001|5000|1|7|1\n");
    storage_drop_slot(t->storage, "otto@localhost", 2);
    story_commit(t);
    check_load(t, "counters 1000 0 0\n"
                  "slot nina@localhost|2|visitor-a|1001|5000|1|7|1\n");
}

static void storage_load__gives__the_last_200_entries_of_each_chat(void **state)
{
    struct story *t = *state;
    story_put_visitor(t, "visitor-a");
    story_put_visitor(t, "visitor-b");
    story_put_chat(t, 1001, "visitor-a");
    story_put_chat(t, 1002, "visitor-b");
    for (int64_t i = 1; i <= 500; i++) {
        story_put_entry(t, i, i % 2 == 0 || i > 490 ? 1001 : 1002, "x");
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
    story_put_visitor(t, "visitor-a");
    story_put_chat(t, 1001, "visitor-a");
    for (size_t i = 0; i < count; i++) {
        story_put_entry(t, (int64_t)i + 1, 1001, bodies[i]);
    }
    story_commit(t);
    story_reopen_if_kept(t);
    story_history(t, 0, 0, 100, &a);
    assert_int_equal(a.count, count);
    for (size_t i = 0; i < count; i++) {
        assert_string_equal(a.texts[i], bodies[i]);
    }
    story_answer_clear(&a);
    free(large);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORY_BOTH(storage_seal__returns__the_last_number_when_nothing_was_written),
        STORY_BOTH(storage_seal__tells_nothing__before_dispatch),
        STORY_BOTH(storage__keeps__what_is_held_untold),
        STORY_BOTH(storage__applies__batches_in_order),
        STORY_BOTH(storage_put__copies__its_strings),
        STORY_BOTH(storage_load__gives__counters_of_an_empty_store),
        STORY_BOTH(storage_load__calls__only_what_is_wanted),
        STORY_BOTH(storage_load__gives__what_was_put),
        STORY_BOTH(storage_put__replaces__what_has_the_same_key),
        STORY_BOTH(storage_drop__removes__only_what_was_named),
        STORY_BOTH(storage_put_slot__keeps__who_is_behind_it),
        STORY_BOTH(storage_load__gives__the_last_200_entries_of_each_chat),
        STORY_BOTH(storage__keeps__every_byte_of_a_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
