/* lint: long because each rule of what is mailed has its story here. */
/* Mails to visitors: what goes, when, and when not any more. */
#include "base/mem.h"
#include "base/text.h"
#include "desk/desk_state.h"
#include "desk/mail.h"
#include "story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Less than a chat lingers: what is noted can be looked at in memory. */
enum { UNSEEN = 4 * MINUTE };

static const struct desk_mail_config MAIL = {.is_on = true,
                                             .unseen_ms = UNSEEN,
                                             .give_up_ms = 72 * (time_ms)HOUR,
                                             .max_waiting = 5,
                                             .receipts_per_hour = 10,
                                             .receipts_per_address = 2};

static struct story *story_with(const struct desk_mail_config *mail)
{
    struct story *s = story_create();

    has_agent(s, "bob", 5);
    has_department(s, "sales", "bob");
    keeps_tickets(s, TICKETS_ALWAYS);
    sends_mail(s, mail);
    story_begins(s);
    return s;
}

static void ends(struct story *s)
{
    forget_what_was_told(s);
    story_ends(s);
}

/* What a visitor with that address has left: nobody took it. */
static struct ticket leaves(struct story *s, const char *visitor, const char *email)
{
    struct chat_view chat;
    char *id = mem_print("visitor-%s", visitor);

    visitor_comes_from(s, visitor, "de", email, NULL);
    visitor_says(s, visitor, "hello?");
    visitor_ends(s, visitor);
    assert_true(desk_chat(desk_of(s), id, &chat));
    free(id);
    const struct ticket *t = ticket_find(desk_of(s), chat.number);
    assert_non_null(t);
    assert_int_equal(t->record.state, TICKET_NEW);
    return (struct ticket){.record = {.number = chat.number, .state = TICKET_NEW}};
}

/* An agent's line on it; the sequence. */
static int64_t says(struct story *s, struct ticket t, const char *body)
{
    struct chat *c = desk_find_chat(desk_of(s), t.record.number);
    const struct entry_record line = {.kind = ENTRY_MESSAGE,
                                      .by = BY_AGENT,
                                      .agent = "bob@example.org",
                                      .name = "Bob",
                                      .sender_id = "",
                                      .event = "",
                                      .body = body};

    const struct entry_record *e = chat_add(desk_of(s), now_of(s), c, &line);
    mail_reply(desk_of(s), now_of(s), &t, e);
    story_turn(s);
    return e->sequence;
}

static bool is_receipted(struct story *s, struct ticket t)
{
    bool is = mail_receipt(desk_of(s), now_of(s), &t);

    story_turn(s);
    return is;
}

static struct mail_record take(struct story *s)
{
    struct mail_record r;

    if (!desk_mail_take(desk_of(s), now_of(s), &r)) {
        fail_msg("no mail is to go");
    }
    story_turn(s);
    return r;
}

static void done(struct story *s, const struct mail_record *r, enum mail_outcome outcome,
                 const char *words)
{
    desk_mail_done(desk_of(s), now_of(s), r, outcome, words);
    story_turn(s);
}

/* The last entry of the chat's record. */
static void expect_note(struct story *s, const struct mail_record *r, const char *event,
                        const char *body)
{
    struct chat *c = desk_find_chat(desk_of(s), r->ticket);
    struct entry_record *e = transcript_at(&c->transcript, c->transcript.count - 1);

    assert_int_equal(e->kind, ENTRY_NOTE);
    assert_int_equal(e->by, BY_DESK);
    assert_string_equal(e->event, event);
    assert_string_equal(e->body, body);
}

/* ---- receipts ---- */

static void mail_receipt__goes__at_once_and_once(void **state)
{
    (void)state;
    struct story *s = story_with(&MAIL);
    const struct ticket t = leaves(s, "ann", "ann@shop.example");

    assert_true(is_receipted(s, t));
    assert_false(is_receipted(s, t)); /* it is on its way */
    struct mail_record r = take(s);
    assert_int_equal(r.ticket, t.record.number);
    assert_int_equal(r.first, 0);
    assert_int_equal(r.tries, 1);
    assert_false(desk_mail_is_due(desk_of(s))); /* under way */
    done(s, &r, MAIL_SENT, "");
    expect_note(s, &r, "mailed", "receipt");
    assert_int_equal(desk_mail_count(desk_of(s)), 0);
    ends(s);
}

static void mail_receipt__is__refused_without_mail_or_an_address(void **state)
{
    (void)state;
    struct story *s = story_with(&(struct desk_mail_config){.is_on = false});

    assert_false(is_receipted(s, leaves(s, "ann", "ann@shop.example")));
    ends(s);
    s = story_with(&MAIL);
    assert_false(is_receipted(s, leaves(s, "ann", NULL)));
    /* Plausible, but more than an address (text_is_email takes it). */
    assert_false(is_receipted(s, leaves(s, "eve", "eve@[127.0.0.1]")));
    struct ticket t = leaves(s, "joe", "joe@shop.example");
    t.record.state = TICKET_OPEN;
    assert_false(mail_receipt(desk_of(s), now_of(s), &t));
    t.record.state = TICKET_NEW;
    assert_true(is_receipted(s, t));
    ends(s);
}

/* Whoever types somebody else's address, however it is written, cannot flood them. */
static void mail_receipt__goes__to_one_address_so_often_in_an_hour(void **state)
{
    (void)state;
    struct story *s = story_with(&MAIL);

    assert_true(is_receipted(s, leaves(s, "a", "victim@shop.example")));
    assert_true(is_receipted(s, leaves(s, "b", "Victim@Shop.Example")));
    assert_false(is_receipted(s, leaves(s, "c", "VICTIM@shop.example")));
    assert_true(is_receipted(s, leaves(s, "d", "other@shop.example")));
    pass_time(s, HOUR / 2);
    assert_true(is_receipted(s, leaves(s, "e", "victim@shop.example")));
    ends(s);
}

static void mail_receipt__goes__so_often_in_an_hour_to_all_together(void **state)
{
    (void)state;
    struct desk_mail_config config = MAIL;
    config.max_waiting = 100;
    struct story *s = story_with(&config);
    char visitor[] = "a";
    char email[] = "a@shop.example";

    for (char c = 'a'; c < 'a' + 10; c++) {
        visitor[0] = email[0] = c;
        assert_true(is_receipted(s, leaves(s, visitor, email)));
    }
    assert_false(is_receipted(s, leaves(s, "z", "z@shop.example")));
    pass_time(s, HOUR / 10);
    assert_true(is_receipted(s, leaves(s, "y", "y@shop.example")));
    ends(s);
}

static void mail_receipt__is__refused_when_too_many_wait(void **state)
{
    (void)state;
    struct story *s = story_with(&MAIL);
    char visitor[] = "a";
    char email[] = "a@shop.example";

    for (char c = 'a'; c < 'a' + 5; c++) {
        visitor[0] = email[0] = c;
        assert_true(is_receipted(s, leaves(s, visitor, email)));
    }
    const struct ticket t = leaves(s, "z", "z@shop.example");
    assert_false(is_receipted(s, t));
    says(s, t, "I cannot write to you");
    expect_note(s, &(struct mail_record){.ticket = t.record.number}, "mail-failed",
                "too many wait");
    assert_int_equal(desk_mail_count(desk_of(s)), 5);
    ends(s);
}

/* ---- what agents said ---- */

static void mail_reply__goes__after_a_while_with_what_was_said_since(void **state)
{
    (void)state;
    struct story *s = story_with(&MAIL);
    const struct ticket t = leaves(s, "ann", "ann@shop.example");
    int64_t first = says(s, t, "We have it");

    pass_time(s, UNSEEN - MINUTE);
    int64_t last = says(s, t, "and it is blue");
    assert_int_equal(desk_mail_count(desk_of(s)), 1);
    assert_false(desk_mail_is_due(desk_of(s)));
    pass_time(s, MINUTE);
    struct mail_record r = take(s);
    assert_int_equal(r.first, first);
    assert_int_equal(r.last, last);
    /* It was begun: what is said now is another mail. */
    int64_t third = says(s, t, "or green");
    assert_int_equal(desk_mail_count(desk_of(s)), 2);
    done(s, &r, MAIL_SENT, "");
    expect_note(s, &r, "mailed", "answer");
    assert_false(desk_mail_is_due(desk_of(s)));
    pass_time(s, UNSEEN);
    r = take(s);
    assert_int_equal(r.first, third);
    done(s, &r, MAIL_SENT, "");
    assert_int_equal(desk_mail_count(desk_of(s)), 0);
    ends(s);
}

static void mail_reply__does_not_go__when_a_page_has_shown_it(void **state)
{
    (void)state;
    struct story *s = story_with(&MAIL);
    const struct ticket t = leaves(s, "ann", "ann@shop.example");
    int64_t first = says(s, t, "We have it");
    int64_t last = says(s, t, "and it is blue");

    /* Received is not seen, and the first alone is not all. */
    desk_visitor_seen(desk_of(s), "visitor-ann", last, SEEN_RECEIVED);
    desk_visitor_seen(desk_of(s), "visitor-ann", first, SEEN_DISPLAYED);
    story_turn(s);
    assert_int_equal(desk_mail_count(desk_of(s)), 1);
    desk_visitor_seen(desk_of(s), "visitor-ann", last, SEEN_DISPLAYED);
    story_turn(s);
    assert_int_equal(desk_mail_count(desk_of(s)), 0);
    pass_time(s, 2 * UNSEEN);
    assert_false(desk_mail_is_due(desk_of(s)));
    ends(s);
}

/* Begun, but not sent: the server was down. */
static void mail_reply__is_not_tried__again_when_a_page_has_shown_it(void **state)
{
    (void)state;
    struct story *s = story_with(&MAIL);
    const struct ticket t = leaves(s, "ann", "ann@shop.example");
    int64_t line = says(s, t, "We have it");

    pass_time(s, UNSEEN);
    struct mail_record r = take(s);
    done(s, &r, MAIL_NO_SERVER, "");
    r = take(s);
    desk_visitor_seen(desk_of(s), "visitor-ann", line, SEEN_DISPLAYED);
    story_turn(s);
    assert_int_equal(desk_mail_count(desk_of(s)), 1); /* it may be on its way just now */
    done(s, &r, MAIL_NO_SERVER, "");
    assert_int_equal(desk_mail_count(desk_of(s)), 0);
    line = says(s, t, "and it is blue");
    pass_time(s, UNSEEN);
    r = take(s);
    done(s, &r, MAIL_PUT_OFF, "");
    desk_visitor_seen(desk_of(s), "visitor-ann", line, SEEN_DISPLAYED);
    story_turn(s);
    assert_int_equal(desk_mail_count(desk_of(s)), 0);
    ends(s);
}

static void mail_reply__does_not_go__to_who_gave_no_address(void **state)
{
    (void)state;
    struct story *s = story_with(&MAIL);

    says(s, leaves(s, "ann", NULL), "We have it");
    assert_int_equal(desk_mail_count(desk_of(s)), 0);
    ends(s);
}

static void desk_mail_carries__what__was_not_seen_and_not_taken_back(void **state)
{
    (void)state;
    const struct mail_record r = {.ticket = 1001, .first = 7, .last = 9};
    const struct entry_record line = {
        .sequence = 8, .chat = 1001, .kind = ENTRY_MESSAGE, .by = BY_AGENT};
    struct entry_record e = line;

    assert_true(desk_mail_carries(&r, &e));
    e.seen = SEEN_RECEIVED;
    assert_true(desk_mail_carries(&r, &e));
    e.seen = SEEN_DISPLAYED;
    assert_false(desk_mail_carries(&r, &e));
    e = line;
    e.fate = FATE_RETRACTED;
    assert_false(desk_mail_carries(&r, &e));
    e = line;
    e.sequence = 6;
    assert_false(desk_mail_carries(&r, &e));
    e.sequence = 10;
    assert_false(desk_mail_carries(&r, &e));
    e = line;
    e.kind = ENTRY_NOTE;
    assert_false(desk_mail_carries(&r, &e));
    e = line;
    e.by = BY_VISITOR;
    assert_false(desk_mail_carries(&r, &e));
    e = line;
    e.chat = 1002;
    assert_false(desk_mail_carries(&r, &e));
    assert_false(desk_mail_carries(&(struct mail_record){.ticket = 1001}, &line));
}

/* ---- what becomes of it ---- */

static void desk_mail_done__tries__again_later_each_time(void **state)
{
    (void)state;
    static const int MINUTES[] = {1, 5, 15, 30, 60, 60};
    struct story *s = story_with(&MAIL);

    assert_true(is_receipted(s, leaves(s, "ann", "ann@shop.example")));
    for (size_t i = 0; i < sizeof MINUTES / sizeof *MINUTES; i++) {
        struct mail_record r = take(s);
        assert_int_equal(r.tries, i + 1);
        done(s, &r, MAIL_PUT_OFF, "451 later");
        pass_time(s, MINUTES[i] * MINUTE - SECOND);
        assert_false(desk_mail_is_due(desk_of(s)));
        pass_time(s, SECOND);
    }
    struct mail_record r = take(s);
    done(s, &r, MAIL_NO_SERVER, "");
    assert_true(desk_mail_is_due(desk_of(s))); /* not its fault */
    ends(s);
}

static void desk_mail_done__gives_up__in_the_record(void **state)
{
    (void)state;
    struct desk_mail_config config = MAIL;
    config.give_up_ms = HOUR;
    struct story *s = story_with(&config);

    assert_true(is_receipted(s, leaves(s, "ann", "ann@shop.example")));
    struct mail_record r = take(s);
    done(s, &r, MAIL_REFUSED, "550 5.1.1 nobody is called so");
    expect_note(s, &r, "mail-failed", "receipt: 550 5.1.1 nobody is called so");
    assert_int_equal(desk_mail_count(desk_of(s)), 0);
    visitor_says(s, "joe", "keeps memory busy");
    const struct ticket t = leaves(s, "eve", "eve@shop.example");
    says(s, t, "We have it");
    pass_time(s, UNSEEN);
    r = take(s);
    done(s, &r, MAIL_NO_SERVER, "no connection");
    assert_int_equal(desk_mail_count(desk_of(s)), 1);
    clock_jumps(s, HOUR);
    r = take(s);
    done(s, &r, MAIL_NO_SERVER, "no connection");
    assert_int_equal(desk_mail_count(desk_of(s)), 0);
    ends(s);
}

static void desk_mail_done__is_silent__about_what_is_not_wanted_or_gone(void **state)
{
    (void)state;
    struct story *s = story_with(&MAIL);
    const struct ticket t = leaves(s, "ann", "ann@shop.example");
    size_t entries = desk_find_chat(desk_of(s), t.record.number)->transcript.count;

    assert_true(is_receipted(s, t));
    struct mail_record r = take(s);
    done(s, &r, MAIL_NOT_WANTED, "");
    assert_true(is_receipted(s, t));
    r = take(s);
    desk_forget_mails(desk_of(s), r.ticket);
    story_turn(s);
    done(s, &r, MAIL_SENT, "");
    assert_int_equal(desk_mail_count(desk_of(s)), 0);
    assert_int_equal(desk_find_chat(desk_of(s), r.ticket)->transcript.count, entries);
    ends(s);
}

/* ---- restarts, clocks, another configuration ---- */

static void desk_start__finds__what_was_to_go(void **state)
{
    (void)state;
    struct story *s = story_with(&MAIL);
    const struct ticket t = leaves(s, "ann", "ann@shop.example");
    int64_t number = t.record.number;

    assert_true(is_receipted(s, t));
    int64_t first = says(s, t, "We have it");
    struct mail_record before = take(s);
    desk_restarts(s); /* in the middle of sending */
    assert_int_equal(desk_mail_count(desk_of(s)), 2);
    struct mail_record again = take(s);
    assert_int_equal(again.ticket, before.ticket);
    assert_int_equal(again.first, 0);
    assert_int_equal(again.at, before.at); /* the same Message-ID */
    assert_int_equal(again.tries, 2);
    done(s, &again, MAIL_SENT, "");
    assert_false(desk_mail_is_due(desk_of(s)));
    pass_time(s, UNSEEN);
    again = take(s);
    assert_int_equal(again.ticket, number);
    assert_int_equal(again.first, first);
    ends(s);
}

/* Whatever they waited for before: all are due at once, and in whatever order they are read. */
static void desk_start__takes__any_number_that_are_overdue(void **state)
{
    struct story *s = story_with(&MAIL);
    static const char *const names[] = {"ann", "zoe", "eve"};
    size_t went = 0;

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        char *address = mem_print("%s@mail.example", names[i]);
        struct ticket t = leaves(s, names[i], address);
        assert_true(is_receipted(s, t));
        free(address);
    }
    assert_int_equal(desk_mail_count(desk_of(s)), 3);
    clock_jumps(s, 24 * HOUR);
    desk_restarts(s);
    for (; desk_mail_is_due(desk_of(s)); went++) {
        struct mail_record r = take(s);
        done(s, &r, MAIL_SENT, "");
    }
    assert_int_equal(went, 3);
    ends(s);
}

/* Forwards by a day: nothing goes early. Backwards, and a restart: at most an hour late. */
static void mails__survive__a_clock_that_jumps(void **state)
{
    (void)state;
    struct story *s = story_with(&MAIL);
    const struct ticket t = leaves(s, "ann", "ann@shop.example");

    says(s, t, "We have it");
    clock_jumps(s, 24 * HOUR);
    assert_false(desk_mail_is_due(desk_of(s)));
    pass_time(s, UNSEEN);
    assert_true(desk_mail_is_due(desk_of(s)));
    struct mail_record r = take(s);
    done(s, &r, MAIL_PUT_OFF, "");
    clock_jumps(s, -24 * HOUR);
    desk_restarts(s);
    assert_false(desk_mail_is_due(desk_of(s)));
    pass_time(s, HOUR);
    assert_true(desk_mail_is_due(desk_of(s)));
    ends(s);
}

static void desk_configure__keeps__mails_while_none_is_sent(void **state)
{
    (void)state;
    struct story *s = story_with(&MAIL);
    const struct ticket t = leaves(s, "ann", "ann@shop.example");

    assert_true(is_receipted(s, t));
    sends_mail(s, &(struct desk_mail_config){.is_on = false});
    desk_is_configured(s);
    assert_false(desk_mail_is_due(desk_of(s)));
    says(s, t, "goes nowhere");
    assert_int_equal(desk_mail_count(desk_of(s)), 1);
    sends_mail(s, &MAIL);
    desk_is_configured(s);
    assert_true(desk_mail_is_due(desk_of(s)));
    ends(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mail_receipt__goes__at_once_and_once),
        cmocka_unit_test(mail_receipt__is__refused_without_mail_or_an_address),
        cmocka_unit_test(mail_receipt__goes__to_one_address_so_often_in_an_hour),
        cmocka_unit_test(mail_receipt__goes__so_often_in_an_hour_to_all_together),
        cmocka_unit_test(mail_receipt__is__refused_when_too_many_wait),
        cmocka_unit_test(mail_reply__goes__after_a_while_with_what_was_said_since),
        cmocka_unit_test(mail_reply__does_not_go__when_a_page_has_shown_it),
        cmocka_unit_test(mail_reply__is_not_tried__again_when_a_page_has_shown_it),
        cmocka_unit_test(mail_reply__does_not_go__to_who_gave_no_address),
        cmocka_unit_test(desk_mail_carries__what__was_not_seen_and_not_taken_back),
        cmocka_unit_test(desk_mail_done__tries__again_later_each_time),
        cmocka_unit_test(desk_mail_done__gives_up__in_the_record),
        cmocka_unit_test(desk_mail_done__is_silent__about_what_is_not_wanted_or_gone),
        cmocka_unit_test(desk_start__finds__what_was_to_go),
        cmocka_unit_test(desk_start__takes__any_number_that_are_overdue),
        cmocka_unit_test(mails__survive__a_clock_that_jumps),
        cmocka_unit_test(desk_configure__keeps__mails_while_none_is_sent),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
