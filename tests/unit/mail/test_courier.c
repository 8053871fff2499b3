/* What comes of a mail, by what a server on this machine says: for good, for now, or nothing of the
 * mail's. */
#include "mail/courier.h"

#include "base/mem.h"

#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

/* A server that takes everything, but says refusal to one verb ("END": to the whole mail). */
struct peer {
    const char *verb;
    const char *refusal;
    int listener;
    char url[40];
    char said[4096]; /* by the client; of the mail each line, too */
    size_t len;
    pthread_t thread;
};

static void keep(struct peer *p, const char *line)
{
    int len = snprintf(p->said + p->len, sizeof p->said - p->len, "%s", line);
    p->len += (size_t)len < sizeof p->said - p->len ? (size_t)len : 0;
}

static void answer(const struct peer *p, FILE *out, const char *verb, const char *usual)
{
    fprintf(out, "%s\r\n", strcmp(verb, p->verb) == 0 ? p->refusal : usual);
    fflush(out);
}

static void take_mail(struct peer *p, FILE *in, FILE *out)
{
    char line[1100];

    while (fgets(line, sizeof line, in) != NULL && strcmp(line, ".\r\n") != 0) {
        keep(p, line);
    }
    answer(p, out, "END", "250 2.0.0 taken");
}

static void serve(struct peer *p, FILE *in, FILE *out)
{
    char line[1100];
    char verb[5];

    answer(p, out, "HELO", "220 peer ESMTP");
    while (fgets(line, sizeof line, in) != NULL) {
        keep(p, line);
        snprintf(verb, sizeof verb, "%.4s", line);
        bool refused = strcmp(verb, p->verb) == 0;
        answer(p, out, verb, strcmp(verb, "DATA") == 0 ? "354 go on" : "250 2.0.0 ok");
        if (strcmp(verb, "QUIT") == 0) {
            return;
        }
        if (strcmp(verb, "DATA") == 0 && !refused) {
            take_mail(p, in, out);
        }
    }
}

static void *run(void *ctx)
{
    struct peer *p = ctx;
    int client = accept(p->listener, NULL, NULL);

    if (client >= 0) {
        FILE *in = fdopen(client, "r");
        FILE *out = fdopen(dup(client), "w");
        serve(p, in, out);
        fclose(in);
        fclose(out);
    }
    return NULL;
}

static void listens(struct peer *p)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof at;

    p->listener = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(p->listener, (struct sockaddr *)&at, size), 0);
    assert_int_equal(listen(p->listener, 1), 0);
    assert_int_equal(getsockname(p->listener, (struct sockaddr *)&at, &size), 0);
    snprintf(p->url, sizeof p->url, "smtp://127.0.0.1:%u", ntohs(at.sin_port));
    assert_int_equal(pthread_create(&p->thread, NULL, run, p), 0);
}

static void is_gone(struct peer *p)
{
    shutdown(p->listener, SHUT_RDWR); /* nobody need have come */
    pthread_join(p->thread, NULL);
    close(p->listener);
}

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
    listens(p);
    struct smtp_answer a = send_to(p->url, false);
    is_gone(p);
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
    listens(&p);
    is_gone(&p); /* its port is free, and nobody listens there */
    struct smtp_answer a = send_to(p.url, false);

    assert_int_equal(a.result, SMTP_NO_SERVER);
    assert_string_not_equal(a.words, "");
}

static void courier__sends__nothing_in_clear_text(void **state)
{
    (void)state;
    struct peer p = {.verb = ""};
    listens(&p);
    struct smtp_answer a = send_to(p.url, true);
    is_gone(&p);

    assert_int_equal(a.result, SMTP_NO_SERVER);
    assert_non_null(strstr(a.words, "no STARTTLS"));
    assert_null(strstr(p.said, "MAIL"));
}

/* A server that says nothing: it is broken off, and nobody is told. */
static void courier_destroy__breaks_off__what_is_under_way(void **state)
{
    (void)state;
    struct outcome o = {.is_done = false};
    struct peer p = {.listener = socket(AF_INET, SOCK_STREAM, 0)};
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof at;
    assert_int_equal(bind(p.listener, (struct sockaddr *)&at, size), 0);
    assert_int_equal(listen(p.listener, 1), 0);
    assert_int_equal(getsockname(p.listener, (struct sockaddr *)&at, &size), 0);
    snprintf(p.url, sizeof p.url, "smtp://127.0.0.1:%u", ntohs(at.sin_port));
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
