/* When a mail that the desk has decided on is tried, and when not: with the real desk, a memory
 * store, a clock that stands still, and an SMTP server on this machine. */
#include "mail/mailer.h"

#include "base/log.h"
#include "desk/desk.h"
#include "house.h"
#include "storage/storage_test.h"
#include "story_peer.h"

#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { DISK_FULL = 13, PER_MINUTE = 10 };

struct office {
    struct house *house;
    struct mailer *mailer;
    struct peer peer;
    char log[600]; /* what was said of mails since one_goes began */
    unsigned visitors;
};

static void on_log(void *ctx, enum log_level level, const char *line)
{
    struct office *o = ctx;

    if (strstr(line, "mail: ") != NULL) {
        size_t len = strlen(o->log);
        snprintf(o->log + len, sizeof o->log - len, "%s\n", strstr(line, "mail: "));
    } else if (level == LOG_ERROR) {
        fprintf(stderr, "%s\n", line);
    }
}

/* Messages that are left at sales are tickets, and have receipts. */
static void desk_sends_mail(struct office *o)
{
    static const char *const OF_SALES[] = {"nina@example.org"};
    static const struct desk_agent_config AGENTS[] = {
        {.jid = "nina@example.org", .name = "Nina", .capacity = 2}};
    static const struct desk_department_config DEPARTMENTS[] = {{.id = "sales",
                                                                 .name = "Sales",
                                                                 .agents = OF_SALES,
                                                                 .agent_count = 1,
                                                                 .left_is_ticket = true}};
    const struct desk_config config = {.agents = AGENTS,
                                       .agent_count = 1,
                                       .departments = DEPARTMENTS,
                                       .department_count = 1,
                                       .agent_grace_ms = MINUTE,
                                       .visitor_grace_ms = 2 * MINUTE,
                                       .linger_ms = 10 * MINUTE,
                                       .max_queue = 5,
                                       .max_visitors = 8,
                                       .mail = {.is_on = true,
                                                .unseen_ms = 10 * MINUTE,
                                                .give_up_ms = 72 * 60 * (time_ms)MINUTE,
                                                .max_waiting = 10,
                                                .receipts_per_hour = 100,
                                                .receipts_per_address = 100}};

    desk_configure(house_desk(o->house), clock_utc_ms(), &config);
}

static struct mailer_config config_of(struct office *o, unsigned per_minute)
{
    return (struct mailer_config){
        .is_on = true,
        .server = {.url = o->peer.url, .ehlo = "desk.example"},
        .house = {.domain = "desk.example", .from = "desk@shop.example"},
        .per_minute = per_minute,
    };
}

static void office_opens(struct office *o)
{
    o->house = house_create();
    log_set_sink(on_log, o);
    desk_sends_mail(o);
    house_seconds(o->house, 2 * 60); /* no agent is expected any more */
    peer_is_silent(&o->peer);        /* what its port is */
    peer_is_gone(&(struct peer){.listener = o->peer.listener});
    const struct mailer_config config = config_of(o, PER_MINUTE);
    o->mailer = mailer_create(&config, house_storage(o->house), house_desk(o->house));
}

static void office_closes(struct office *o)
{
    mailer_destroy(o->mailer);
    house_destroy(o->house);
}

/* Somebody has left a message: its receipt is to go. */
static void message_is_left(struct office *o)
{
    char id[32];
    int64_t sequence;
    struct desk *d = house_desk(o->house);

    snprintf(id, sizeof id, "visitor-%u", ++o->visitors);
    const struct visitor_record v = {.id = id,
                                     .site = "default",
                                     .name = "Ann",
                                     .email = "ann@example.org",
                                     .page_url = "https://shop.example/",
                                     .page_title = "",
                                     .browser = "",
                                     .language = "en",
                                     .first_seen = clock_utc_ms()};
    assert_int_equal(desk_visitor_arrive(d, clock_utc_ms(), &v, NULL, 0), DESK_OK);
    desk_visitor_online(d, clock_utc_ms(), id, true);
    assert_int_equal(desk_visitor_say(d, clock_utc_ms(), id, "sales", "m1", "hello?", &sequence),
                     DESK_OK);
    house_turn(o->house);
    assert_true(desk_mail_is_due(d));
}

static void tick(struct office *o)
{
    mailer_tick(o->mailer);
    house_turn(o->house);
}

/* It is not even begun. */
static void none_goes(struct office *o)
{
    size_t waiting = desk_mail_count(house_desk(o->house));

    tick(o);
    assert_true(desk_mail_is_due(house_desk(o->house)));
    assert_int_equal(desk_mail_count(house_desk(o->house)), waiting);
}

/* One is tried now; the log says what came of it. */
static void one_goes(struct office *o, const char *logged)
{
    struct pollfd fd = {.fd = mailer_fd(o->mailer), .events = POLLIN};

    o->log[0] = '\0';
    tick(o);
    assert_int_equal(poll(&fd, 1, 60 * 1000), 1);
    mailer_dispatch(o->mailer);
    house_turn(o->house);
    if (strstr(o->log, logged) == NULL) {
        fail_msg("\"%s\" does not say \"%s\"", o->log, logged);
    }
}

static void waits(struct office *o, size_t count)
{
    assert_int_equal(desk_mail_count(house_desk(o->house)), count);
}

static void mailer__brings__what_the_desk_has_decided_on(void **state)
{
    (void)state;
    struct office o = {.peer = {.verb = ""}};
    office_opens(&o);

    peer_listens(&o.peer);
    message_is_left(&o);
    one_goes(&o, "sent ticket=1001 kind=receipt tries=1");
    waits(&o, 0);
    peer_is_gone(&o.peer);
    assert_non_null(strstr(o.peer.said, "MAIL FROM:<desk@shop.example>"));
    assert_non_null(strstr(o.peer.said, "RCPT TO:<ann@example.org>\r\n"));
    assert_non_null(strstr(o.peer.said, "1001"));
    assert_string_equal(mailer_trouble(o.mailer), "");
    office_closes(&o);
}

/* 2 s, 4 s, … and never longer than ten minutes. */
static void mailer__waits_longer_each_time__while_there_is_no_server(void **state)
{
    (void)state;
    struct office o = {.peer = {.verb = ""}};
    unsigned pauses[] = {2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600};
    char logged[80];
    office_opens(&o);

    message_is_left(&o);
    one_goes(&o, "not sent ticket=1001 kind=receipt tries=1 reply=-");
    assert_string_not_equal(mailer_trouble(o.mailer), "");
    for (unsigned i = 0; i < sizeof pauses / sizeof *pauses; i++) {
        house_seconds(o.house, pauses[i] - 1);
        none_goes(&o);
        house_seconds(o.house, 1);
        snprintf(logged, sizeof logged, "not sent ticket=1001 kind=receipt tries=%u", i + 2);
        one_goes(&o, logged);
        waits(&o, 1);
    }
    peer_listens(&o.peer);
    house_seconds(o.house, 600);
    one_goes(&o, "sent ticket=1001 kind=receipt tries=13");
    assert_string_equal(mailer_trouble(o.mailer), "");
    waits(&o, 0);
    message_is_left(&o);
    one_goes(&o, "sent ticket=1002 kind=receipt tries=1"); /* at once */
    peer_is_gone(&o.peer);
    office_closes(&o);
}

/* The trouble is that mail's alone: the others go on. */
static void mailer__goes_on__behind_one_that_is_put_off(void **state)
{
    (void)state;
    struct office o = {.peer = {.verb = "RCPT", .refusal = "450 4.2.1 greylisted"}};
    office_opens(&o);

    peer_listens(&o.peer);
    message_is_left(&o);
    one_goes(&o, "put off ticket=1001 kind=receipt tries=1 reply=450");
    assert_string_equal(mailer_trouble(o.mailer), "");
    message_is_left(&o);
    one_goes(&o, "put off ticket=1002 kind=receipt tries=1 reply=450");
    tick(&o);
    assert_false(desk_mail_is_due(house_desk(o.house)));
    waits(&o, 2);
    house_seconds(o.house, 60);
    one_goes(&o, "put off ticket=1001 kind=receipt tries=2 reply=450");
    peer_is_gone(&o.peer);
    office_closes(&o);
}

static void mailer__gives_up__what_is_refused(void **state)
{
    (void)state;
    struct office o = {.peer = {.verb = "RCPT", .refusal = "550 5.1.1 no such user"}};
    office_opens(&o);

    peer_listens(&o.peer);
    message_is_left(&o);
    one_goes(&o, "ticket=1001 kind=receipt tries=1 reply=550");
    waits(&o, 0);
    assert_string_equal(mailer_trouble(o.mailer), "");
    peer_is_gone(&o.peer);
    office_closes(&o);
}

static void mailer__keeps__to_so_many_a_minute(void **state)
{
    (void)state;
    struct office o = {.peer = {.verb = ""}};
    office_opens(&o);
    const struct mailer_config config = config_of(&o, 2);

    mailer_configure(o.mailer, &config);
    peer_listens(&o.peer);
    for (unsigned i = 0; i < 3; i++) {
        message_is_left(&o);
    }
    one_goes(&o, "sent ticket=1001");
    one_goes(&o, "sent ticket=1002");
    none_goes(&o);
    house_seconds(o.house, 29);
    none_goes(&o);
    house_seconds(o.house, 1);
    one_goes(&o, "sent ticket=1003");
    peer_is_gone(&o.peer);
    assert_int_equal(o.peer.clients, 3);
    office_closes(&o);
}

static void mailer_configure__tries_again__at_once(void **state)
{
    (void)state;
    struct office o = {.peer = {.verb = ""}};
    office_opens(&o);
    const struct mailer_config config = config_of(&o, PER_MINUTE);

    message_is_left(&o);
    one_goes(&o, "not sent ticket=1001");
    none_goes(&o);
    peer_listens(&o.peer);
    mailer_configure(o.mailer, &config);
    one_goes(&o, "sent ticket=1001 kind=receipt tries=2");
    peer_is_gone(&o.peer);
    office_closes(&o);
}

/* Between being begun and being read: it stays the desk's. */
static void mailer__lets_go__of_what_it_has_read_when_it_is_switched_off(void **state)
{
    (void)state;
    struct office o = {.peer = {.verb = ""}};
    office_opens(&o);
    struct mailer_config config = config_of(&o, PER_MINUTE);

    peer_listens(&o.peer);
    message_is_left(&o);
    mailer_tick(o.mailer); /* begun, and not read yet */
    assert_false(desk_mail_is_due(house_desk(o.house)));
    config.is_on = false;
    mailer_configure(o.mailer, &config);
    house_turn(o.house);
    assert_true(desk_mail_is_due(house_desk(o.house)));
    none_goes(&o);
    config.is_on = true;
    mailer_configure(o.mailer, &config);
    one_goes(&o, "sent ticket=1001 kind=receipt tries=2");
    peer_is_gone(&o.peer);
    assert_int_equal(o.peer.clients, 1);
    office_closes(&o);
}

/* A mail whose beginning is not on disk could go twice. */
static void mailer__begins_none__while_nothing_can_be_stored(void **state)
{
    (void)state;
    struct office o = {.peer = {.verb = ""}};
    office_opens(&o);

    peer_listens(&o.peer);
    message_is_left(&o);
    storage_test_fail(house_storage(o.house), DISK_FULL);
    message_is_left(&o);
    assert_true(storage_is_refusing(house_storage(o.house)));
    none_goes(&o);
    storage_test_fail(house_storage(o.house), 0);
    house_turn(o.house);
    assert_false(storage_is_refusing(house_storage(o.house)));
    one_goes(&o, "sent ticket=1001 kind=receipt tries=1");
    peer_is_gone(&o.peer);
    office_closes(&o);
}

static void mailer_destroy__leaves__what_is_under_way_to_the_next_start(void **state)
{
    (void)state;
    struct office o = {.peer = {.verb = ""}};
    office_opens(&o);

    message_is_left(&o);
    mailer_tick(o.mailer); /* its ticket is being read */
    mailer_destroy(o.mailer);
    const struct mailer_config config = config_of(&o, PER_MINUTE);
    o.mailer = mailer_create(&config, house_storage(o.house), house_desk(o.house));
    waits(&o, 1);
    peer_is_silent(&o.peer);
    house_turn(o.house);
    office_closes(&o);
    peer_is_gone(&(struct peer){.listener = o.peer.listener});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mailer__brings__what_the_desk_has_decided_on),
        cmocka_unit_test(mailer__waits_longer_each_time__while_there_is_no_server),
        cmocka_unit_test(mailer__goes_on__behind_one_that_is_put_off),
        cmocka_unit_test(mailer__gives_up__what_is_refused),
        cmocka_unit_test(mailer__keeps__to_so_many_a_minute),
        cmocka_unit_test(mailer_configure__tries_again__at_once),
        cmocka_unit_test(mailer__lets_go__of_what_it_has_read_when_it_is_switched_off),
        cmocka_unit_test(mailer__begins_none__while_nothing_can_be_stored),
        cmocka_unit_test(mailer_destroy__leaves__what_is_under_way_to_the_next_start),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
