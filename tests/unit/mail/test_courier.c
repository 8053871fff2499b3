/* What comes of a mail, by what a server on this machine says: for good, for now, or nothing of the
 * mail's. */
#include "mail/courier.h"

#include "story_peer.h"

#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

struct outcome {
    bool is_done;
    struct smtp_answer answer;
};

static void on_done(void *ctx, const struct smtp_answer *a)
{
    struct outcome *o = ctx;

    assert_false(o->is_done);
    o->is_done = true;
    o->answer = *a;
}

static const struct smtp_mail MAIL = {"desk@shop.example", "ann@example.org",
                                      "Subject: x\r\n\r\nHello,\r\n.\r\n..two\r\nbye\r\n"};

/* Through the courier's thread, as the mailer does it. */
static struct smtp_answer send_to(const char *url, bool tls)
{
    struct outcome o = {.is_done = false};
    struct courier *c = courier_create(on_done, &o);
    const struct smtp_server server = {.url = url, .ehlo = "desk.example", .tls = tls};

    courier_take(c, &server, &MAIL);
    while (!o.is_done) {
        struct pollfd fd = {.fd = courier_fd(c), .events = POLLIN};
        assert_int_equal(poll(&fd, 1, 60 * 1000), 1);
        courier_dispatch(c);
    }
    courier_destroy(c);
    return o.answer;
}

static struct smtp_answer send_past(struct peer *p)
{
    peer_listens(p);
    struct smtp_answer a = send_to(p->url, false);
    peer_is_gone(p);
    return a;
}

static void courier__brings__a_mail_as_it_is(void **state)
{
    (void)state;
    struct peer p = {.verb = ""};
    struct smtp_answer a = send_past(&p);

    assert_int_equal(a.result, SMTP_DONE);
    assert_string_equal(a.words, "");
    assert_false(a.has_auth);
    assert_non_null(strstr(p.said, "EHLO desk.example\r\n"));
    assert_non_null(strstr(p.said, "MAIL FROM:<desk@shop.example>"));
    assert_non_null(strstr(p.said, "RCPT TO:<ann@example.org>\r\n"));
    /* A line that is a dot does not end it (RFC 5321, 4.5.2). */
    assert_non_null(strstr(p.said, "Subject: x\r\n\r\nHello,\r\n..\r\n...two\r\nbye\r\n"));
}

static void courier__tells_apart__what_is_for_good_for_now_and_of_no_mail(void **state)
{
    static const struct {
        const char *verb;
        const char *refusal;
        enum smtp_result result;
    } CASES[] = {
        {"RCPT", "550 5.1.1 no such user", SMTP_REFUSED},
        {"RCPT", "553 bad mailbox", SMTP_REFUSED},
        {"RCPT", "550 5.7.1 relaying denied", SMTP_PUT_OFF}, /* of who we are, not of them */
        {"RCPT", "450 4.2.1 greylisted", SMTP_PUT_OFF},
        {"RCPT", "452 4.2.2 mailbox full", SMTP_PUT_OFF},
        {"RCPT", "421 4.3.2 closing", SMTP_NO_SERVER},
        {"DATA", "554 5.6.0 no", SMTP_REFUSED},
        {"DATA", "451 4.3.0 later", SMTP_PUT_OFF},
        {"END", "554 5.6.0 it looks like spam", SMTP_REFUSED},
        {"END", "451 4.7.1 try again", SMTP_PUT_OFF},
        {"END", "421 4.3.2 closing", SMTP_NO_SERVER},
        {"MAIL", "550 5.7.1 who are you?", SMTP_NO_SERVER},
        {"MAIL", "451 4.3.0 later", SMTP_NO_SERVER},
        {"HELO", "554 5.3.2 go away", SMTP_NO_SERVER},
    };
    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct peer p = {.verb = CASES[i].verb, .refusal = CASES[i].refusal};
        struct smtp_answer a = send_past(&p);
        if (a.result != CASES[i].result || strstr(a.words, CASES[i].refusal) == NULL) {
            fail_msg("%s %s: %d, \"%s\"", CASES[i].verb, CASES[i].refusal, (int)a.result, a.words);
        }
    }
}

/* One line for people, whatever the server says. */
static void courier__passes_on__no_control_characters(void **state)
{
    (void)state;
    struct peer p = {.verb = "RCPT", .refusal = "550 5.1.1 no\x1b[31m such\tuser"};
    struct smtp_answer a = send_past(&p);

    assert_int_equal(a.result, SMTP_REFUSED);
    for (const char *c = a.words; *c != '\0'; c++) {
        assert_true((unsigned char)*c >= ' ' && *c != 0x7f);
    }
}

static void courier__finds__no_server(void **state)
{
    (void)state;
    struct peer p = {.verb = ""};
    peer_listens(&p);
    peer_is_gone(&p); /* its port is free, and nobody listens there */
    struct smtp_answer a = send_to(p.url, false);

    assert_int_equal(a.result, SMTP_NO_SERVER);
    assert_string_not_equal(a.words, "");
}

static void courier__sends__nothing_in_clear_text(void **state)
{
    (void)state;
    struct peer p = {.verb = ""};
    peer_listens(&p);
    struct smtp_answer a = send_to(p.url, true);
    peer_is_gone(&p);

    assert_int_equal(a.result, SMTP_NO_SERVER);
    assert_non_null(strstr(a.words, "no STARTTLS"));
    assert_null(strstr(p.said, "MAIL"));
}

/* A server that says nothing: it is broken off, and nobody is told. */
static void courier_destroy__breaks_off__what_is_under_way(void **state)
{
    (void)state;
    struct outcome o = {.is_done = false};
    struct peer p = {.verb = ""};

    peer_is_silent(&p);
    struct courier *c = courier_create(on_done, &o);
    courier_take(c, &(struct smtp_server){.url = p.url, .ehlo = "desk.example"}, &MAIL);
    int client = accept(p.listener, NULL, NULL); /* it waits for a greeting now */
    assert_true(client >= 0);
    courier_destroy(c);
    assert_false(o.is_done);
    close(client);
    close(p.listener);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(courier__brings__a_mail_as_it_is),
        cmocka_unit_test(courier__tells_apart__what_is_for_good_for_now_and_of_no_mail),
        cmocka_unit_test(courier__passes_on__no_control_characters),
        cmocka_unit_test(courier__finds__no_server),
        cmocka_unit_test(courier__sends__nothing_in_clear_text),
        cmocka_unit_test(courier_destroy__breaks_off__what_is_under_way),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
