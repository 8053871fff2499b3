/* What a visitor is told of their ticket. */
#include "desk/desk_state.h"
#include "desk/desk_tickets.h"
#include "story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#define ANN "visitor-ann"
#define BOB "bob@example.org"
#define EVE "eve@example.org"

/* Ann has left a message while nobody was there. */
static struct story *story_of_a_message(int64_t *number)
{
    struct story *s = story_create();
    struct chat_view chat;

    has_agent(s, "bob", 1);
    has_agent(s, "eve", 1);
    has_department(s, "sales", "bob eve");
    leaves_tickets(s);
    story_begins(s);
    pass_time(s, AGENT_GRACE);
    visitor_says(s, "ann", "anybody?");
    assert_true(desk_chat(desk_of(s), ANN, &chat));
    *number = chat.number;
    forget_what_was_told(s);
    return s;
}

static void assigns(struct story *s, int64_t number, const char *owner)
{
    assert_int_equal(desk_ticket_assign(desk_of(s), now_of(s), BOB, number, owner), DESK_OK);
    story_turn(s);
}

static void enters(struct story *s, int64_t number, enum ticket_state to)
{
    assert_int_equal(desk_ticket_state(desk_of(s), now_of(s), BOB, number, to), DESK_OK);
    story_turn(s);
}

static void steps__are_told__as_they_come(void **state)
{
    (void)state;
    int64_t number;
    struct story *s = story_of_a_message(&number);

    assigns(s, number, BOB);
    expect_step(s, "ann", "ticket-taken", "");
    enters(s, number, TICKET_PENDING);
    expect_step(s, "ann", "ticket-waiting", "");
    enters(s, number, TICKET_SOLVED);
    expect_step(s, "ann", "ticket-solved", "");
    enters(s, number, TICKET_CLOSED);
    expect_nothing(s); /* it was solved */
    enters(s, number, TICKET_OPEN);
    expect_step(s, "ann", "ticket-taken", "again");
    story_ends(s);
}

static void on_ticket(void *ctx, const struct ticket_answer *answer)
{
    desk_load_ticket(ctx, answer->ticket->number, answer->ticket);
}

static void steps__are_told__when_the_chat_has_left_memory(void **state)
{
    (void)state;
    int64_t number;
    struct story *s = story_of_a_message(&number);

    pass_time(s, LINGER);
    expect_no_chat(s, "ann");
    assert_null(desk_ticket(desk_of(s), number));
    desk_await_ticket(desk_of(s), number);
    storage_ticket(storage_of(s), number, on_ticket, desk_of(s));
    story_turn(s);
    assigns(s, number, BOB);
    expect_step(s, "ann", "ticket-taken", "");
    story_ends(s);
}

/* What the requester writes then brings it back by what they carry of it. */
static void steps__are_not_told_again__when_the_ticket_has_left_memory(void **state)
{
    (void)state;
    int64_t number;
    struct story *s = story_of_a_message(&number);

    pass_time(s, TICKET_IDLE_MS + SECOND);
    assert_null(desk_ticket(desk_of(s), number));
    visitor_says(s, "ann", "by telephone");
    assert_non_null(desk_ticket(desk_of(s), number));
    expect_nothing(s);
    story_ends(s);
}

static void a_date__is_no_step(void **state)
{
    (void)state;
    int64_t number;
    struct story *s = story_of_a_message(&number);

    assigns(s, number, BOB);
    expect_step(s, "ann", "ticket-taken", "");
    assert_int_equal(desk_ticket_due(desk_of(s), now_of(s), BOB, number, now_of(s) + HOUR),
                     DESK_OK);
    story_turn(s);
    expect_nothing(s);
    story_ends(s);
}

static void who_has_it__is_no_step(void **state)
{
    (void)state;
    int64_t number;
    struct story *s = story_of_a_message(&number);

    assigns(s, number, BOB);
    expect_step(s, "ann", "ticket-taken", "");
    assigns(s, number, "");
    assigns(s, number, BOB);
    expect_step(s, "ann", "ticket-taken", ""); /* nobody had it: said again */
    story_ends(s);
}

static void steps__are_not_told__of_what_was_only_converted(void **state)
{
    (void)state;
    struct story *s = story_of_a_chat();
    struct chat_view chat;

    assert_true(desk_chat(desk_of(s), ANN, &chat));
    assert_int_equal(desk_agent_end_with_ticket(desk_of(s), now_of(s), BOB, ANN, ""), DESK_OK);
    story_turn(s);
    expect_notice(s, "ann", "closed", "bob");
    enters(s, chat.number, TICKET_PENDING);
    enters(s, chat.number, TICKET_SOLVED);
    expect_nothing(s);
    assert_false(desk_is_told_of(desk_ticket(desk_of(s), chat.number)));
    story_ends(s);
}

static void leaves(struct story *s, const char *visitor, const char *email, const char *why)
{
    visitor_comes_from(s, visitor, "de", email, NULL);
    visitor_says(s, visitor, "anybody?");
    expect_step(s, visitor, "ticket-received", why);
    forget_what_was_told(s);
}

/* What the notice promises is what mail_receipt has decided. */
static void ticket_received__tells__of_a_mail_that_goes_and_of_no_other(void **state)
{
    (void)state;
    const struct desk_mail_config mail = {.is_on = true,
                                          .unseen_ms = MINUTE,
                                          .give_up_ms = HOUR,
                                          .max_waiting = 5,
                                          .receipts_per_hour = 10,
                                          .receipts_per_address = 2};
    struct story *s = story_create();

    has_agent(s, "bob", 1);
    has_department(s, "sales", "bob");
    leaves_tickets(s);
    sends_mail(s, &mail);
    story_begins(s);
    pass_time(s, AGENT_GRACE);
    leaves(s, "ann", "ann@shop.example", " mail");
    leaves(s, "eve", NULL, "");
    leaves(s, "joe", "joe@[127.0.0.1]", ""); /* no mail goes there */
    leaves(s, "sue", "ann@shop.example", " mail");
    leaves(s, "tom", "Ann@shop.example", ""); /* that was enough for an hour */
    assert_int_equal(desk_mail_count(desk_of(s)), 2);
    story_ends(s);
}

static void expect_mailed(const char *event, const char *body, bool is_mailed)
{
    const struct entry_record e = {.event = event, .body = body};

    assert_int_equal(desk_is_mailed(&e), is_mailed);
}

static void desk_is_mailed__reads__receipts_alone(void **state)
{
    (void)state;
    expect_mailed("ticket-received", " mail", true);
    expect_mailed("ticket-received", "closing mail", true);
    expect_mailed("ticket-received", "", false);
    expect_mailed("ticket-received", "closing", false);
    expect_mailed("ticket-received", "mail", false);
    expect_mailed("ticket-taken", " mail", false);
    expect_mailed("", "I wrote you a mail", false);
}

static void desk_step_name__knows__steps_alone(void **state)
{
    (void)state;
    assert_string_equal(desk_step_name("ticket-waiting"), "waiting");
    assert_null(desk_step_name("ticket-"));
    assert_null(desk_step_name("closed"));
    assert_null(desk_step_name(""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(steps__are_told__as_they_come),
        cmocka_unit_test(steps__are_told__when_the_chat_has_left_memory),
        cmocka_unit_test(steps__are_not_told_again__when_the_ticket_has_left_memory),
        cmocka_unit_test(a_date__is_no_step),
        cmocka_unit_test(who_has_it__is_no_step),
        cmocka_unit_test(steps__are_not_told__of_what_was_only_converted),
        cmocka_unit_test(ticket_received__tells__of_a_mail_that_goes_and_of_no_other),
        cmocka_unit_test(desk_is_mailed__reads__receipts_alone),
        cmocka_unit_test(desk_step_name__knows__steps_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
