/* Of the suite for every backend: tickets that are read with their requester. */
#include "base/buf.h"
#include "story.h"

struct found {
    bool is_done;
    struct buf text;
};

static void on_visitor(void *ctx, const struct visitor_answer *answer)
{
    struct found *f = ctx;

    f->is_done = true;
    for (size_t i = 0; i < answer->ticket_count; i++) {
        const struct visitor_ticket *t = &answer->tickets[i];
        buf_printf(&f->text, "%lld %d %s '%s' %s %s %d\n", (long long)t->record.number,
                   (int)t->record.state, t->record.address, t->first_line, t->last_agent,
                   t->last_id, (int)t->last_seen);
    }
}

static void expect_tickets_of(struct story *t, const char *hash, const char *expected)
{
    struct found f = {.is_done = false};

    buf_init(&f.text, 1 << 16);
    storage_find_visitor(t->storage, "default", hash, NULL, on_visitor, &f);
    story_wait_flag(t, &f.is_done);
    assert_string_equal(f.text.bytes, expected);
    buf_finish(&f.text);
}

static void put_ticket(struct story *t, int64_t number, const char *visitor,
                       enum ticket_state state, int64_t last, enum entry_by last_by)
{
    story_put_chat(t, number, visitor);
    storage_put_ticket(t->storage, &(struct ticket_record){.number = number,
                                                           .department = "sales",
                                                           .state = state,
                                                           .owner = "",
                                                           .subject = "",
                                                           .level = 1,
                                                           .converted_by = "",
                                                           .visitor = visitor,
                                                           .address = "sales",
                                                           .last = last,
                                                           .last_by = last_by,
                                                           .watchers = ""});
}

static void storage_find_visitor__gives__the_visitors_tickets(void **state)
{
    struct story *t = *state;
    story_put_visitor(t, "visitor-a");
    story_put_visitor(t, "visitor-b");
    story_put_token(t, "ha", "visitor-a", TOKEN_CURRENT, 1);
    story_put_token(t, "hb", "visitor-b", TOKEN_CURRENT, 1);
    put_ticket(t, 1, "visitor-a", TICKET_OPEN, 4, BY_AGENT);
    put_ticket(t, 2, "visitor-b", TICKET_OPEN, 0, 0);
    put_ticket(t, 3, "visitor-a", TICKET_CLOSED, 5, BY_VISITOR);
    story_put_chat(t, 4, "visitor-a"); /* was never converted */
    story_put_entry(t, 1, 1, "taken back");
    story_put_entry(t, 2, 1, "it's broken");
    story_put_entry(t, 3, 1, "still");
    struct entry_record e = story_entry(4, 1, "which one?");
    e.by = BY_AGENT;
    e.agent = "nina@localhost";
    e.sender_id = "a1";
    storage_put_entry(t->storage, &e);
    e = story_entry(5, 3, "thanks");
    e.sender_id = "m1";
    storage_put_entry(t->storage, &e);
    storage_mark_entry(t->storage, 4, SEEN_DISPLAYED);
    storage_change_entry(t->storage, &(struct entry_record){.sequence = 1,
                                                            .fate = FATE_RETRACTED,
                                                            .shown = "",
                                                            .visitor_reactions = "",
                                                            .agent_reactions = ""});
    story_commit(t);
    story_reopen_if_kept(t);
    expect_tickets_of(t, "ha",
                      "1 2 sales 'it's broken' nina@localhost a1 2\n"
                      "3 5 sales 'thanks'  m1 0\n");
    expect_tickets_of(t, "hb", "2 2 sales ''   0\n");
}

/* Ten, those that are to be finished first; of each kind the latest first. */
static void storage_find_visitor__gives__at_most_ten_tickets(void **state)
{
    struct story *t = *state;
    struct buf expected;
    story_put_visitor(t, "visitor-a");
    story_put_token(t, "ha", "visitor-a", TOKEN_CURRENT, 1);
    for (int64_t number = 1; number <= 7; number++) {
        put_ticket(t, number, "visitor-a", number % 2 == 0 ? TICKET_NEW : TICKET_SOLVED, 0, 0);
        put_ticket(t, number + 100, "visitor-a", TICKET_CLOSED, 0, 0);
    }
    storage_seal(t->storage);
    buf_init(&expected, 4096);
    for (int number = 7; number >= 1; number--) {
        buf_printf(&expected, "%d %d sales ''   0\n", number, number % 2 == 0 ? 1 : 4);
    }
    for (int number = 107; number >= 105; number--) {
        buf_printf(&expected, "%d 5 sales ''   0\n", number);
    }
    expect_tickets_of(t, "ha", expected.bytes);
    for (int64_t number = 8; number <= 11; number++) {
        put_ticket(t, number, "visitor-a", TICKET_OPEN, 0, 0);
    }
    storage_seal(t->storage);
    buf_reset(&expected);
    for (int number = 11; number >= 2; number--) {
        buf_printf(&expected, "%d %d sales ''   0\n", number,
                   number >= 8       ? 2
                   : number % 2 == 0 ? 1
                                     : 4);
    }
    expect_tickets_of(t, "ha", expected.bytes);
    buf_finish(&expected);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORY_BOTH(storage_find_visitor__gives__the_visitors_tickets),
        STORY_BOTH(storage_find_visitor__gives__at_most_ten_tickets),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
