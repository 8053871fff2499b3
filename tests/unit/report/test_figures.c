/* A small house for a week, counted by hand. */
#include "report/figures.h"
#include "report/measure.h"
#include "report/timeline.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

enum { MINUTE_MS = 60 * 1000, HOUR_MS = 60 * MINUTE_MS };

#define DAY_MS (24 * (int64_t)HOUR_MS)
#define MONDAY 20514 /* 2026-03-02 */

static struct figures *make(const char *department, bool per_agent, const struct rate *rates,
                            size_t count)
{
    return figures_create(&(struct figures_config){.period = {.first = MONDAY, .last = MONDAY + 6},
                                                   .department = department,
                                                   .per_agent = per_agent,
                                                   .rates = rates,
                                                   .rate_count = count});
}

/* Of that day of the week, at that hour UTC; nothing has happened to it yet. */
static struct archive_chat chat(int day, int hour)
{
    return (struct archive_chat){.visitor = "visitor-a",
                                 .department = "sales",
                                 .owner = "",
                                 .state = CHAT_CLOSED,
                                 .closed_by = "",
                                 .created = (MONDAY + day) * DAY_MS + hour * (int64_t)HOUR_MS,
                                 .name = "",
                                 .email = "",
                                 .jid = ""};
}

static struct archive_chat answered(int day, int hour, int wait_s, int answer_s)
{
    struct archive_chat c = chat(day, hour);

    c.owner = "nina@example.org";
    c.closed_by = "agent";
    c.taken = c.created + wait_s * 1000;
    c.answered = c.created + answer_s * 1000;
    c.closed = c.taken + MINUTE_MS;
    return c;
}

/* On that chat of visitor-a's, by nina. */
static struct archive_spent spent(int64_t chat, int day, int hour, int seconds)
{
    return (struct archive_spent){.chat = chat,
                                  .department = "sales",
                                  .visitor = "visitor-a",
                                  .name = "",
                                  .email = "",
                                  .jid = "",
                                  .agent = "nina@example.org",
                                  .began = (MONDAY + day) * DAY_MS + hour * (int64_t)HOUR_MS,
                                  .lasted = seconds * (time_ms)1000};
}

static void outcome_of__tells(void **state)
{
    struct archive_chat c = chat(0, 9);

    (void)state;
    c.state = CHAT_QUEUED;
    assert_int_equal(outcome_of(&c), OUTCOME_WAITING);
    c.state = CHAT_CLOSED;
    c.closed_by = "visitor";
    assert_int_equal(outcome_of(&c), OUTCOME_ABANDONED);
    c.closed_by = "desk";
    assert_int_equal(outcome_of(&c), OUTCOME_MISSED);
    c.left = c.created + 1000;
    assert_int_equal(outcome_of(&c), OUTCOME_LEFT);
    c.left = c.created + 1001;
    assert_int_equal(outcome_of(&c), OUTCOME_ABANDONED);
    c.closing = true;
    assert_int_equal(outcome_of(&c), OUTCOME_MISSED);
    c.taken = c.left + 1; /* somebody read the message that was left */
    assert_int_equal(outcome_of(&c), OUTCOME_MISSED);
    c.taken = c.left - 1;
    assert_int_equal(outcome_of(&c), OUTCOME_ANSWERED);
    c.left = 0;
    assert_int_equal(outcome_of(&c), OUTCOME_ANSWERED);
}

static void figures__count__by_department_weekday_and_hour(void **state)
{
    struct figures *f = make(NULL, false, NULL, 0);
    struct archive_chat c = answered(0, 9, 10, 20);

    (void)state;
    figures_add_chat(f, &c, 0);
    c = answered(0, 9, 30, 40);
    figures_add_chat(f, &c, 0);
    c = answered(6, 23, 20, 90);
    c.department = "help";
    figures_add_chat(f, &c, 0);
    c = chat(2, 12);
    c.closed_by = "visitor";
    figures_add_chat(f, &c, 0);
    c.left = c.created;
    figures_add_chat(f, &c, 0);

    const struct tally *all = figures_tally(f, FIGURES_ALL, 0);
    assert_int_equal(all->chats, 5);
    assert_int_equal(all->outcomes[OUTCOME_ANSWERED], 3);
    assert_int_equal(all->outcomes[OUTCOME_ABANDONED], 1);
    assert_int_equal(all->outcomes[OUTCOME_LEFT], 1);
    assert_int_equal(all->left, 1);
    assert_int_equal(spread_quantile(&all->wait, 50), 20);
    assert_int_equal(spread_quantile(&all->wait, 90), 30);
    assert_int_equal(spread_quantile(&all->answer, 50), 40);
    assert_int_equal(figures_count(f, FIGURES_DEPARTMENT), 2);
    const struct tally *help = figures_tally(f, FIGURES_DEPARTMENT, 0);
    assert_string_equal(help->id, "help");
    assert_int_equal(help->chats, 1);
    assert_int_equal(spread_quantile(&help->answer, 50), 90);
    assert_int_equal(figures_tally(f, FIGURES_DEPARTMENT, 1)->chats, 4);
    assert_int_equal(figures_tally(f, FIGURES_WEEKDAY, 0)->chats, 2);
    assert_int_equal(figures_tally(f, FIGURES_WEEKDAY, 6)->chats, 1);
    assert_int_equal(figures_tally(f, FIGURES_HOUR, 9)->chats, 2);
    assert_int_equal(figures_chats_at(f, 2, 12), 2);
    assert_int_equal(figures_tally(f, FIGURES_DAY, 2)->outcomes[OUTCOME_LEFT], 1);
    assert_int_equal(figures_count(f, FIGURES_AGENT), 0);
    figures_destroy(f);
}

/* By the clock on the wall it is Tuesday, or still the day before the report. */
static void figures_add_chat__goes_by_the_departments_clock(void **state)
{
    struct figures *f = make(NULL, false, NULL, 0);
    struct archive_chat c = chat(0, 23);

    (void)state;
    figures_add_chat(f, &c, 2 * 3600);
    assert_int_equal(figures_chats_at(f, 1, 1), 1);
    assert_int_equal(figures_tally(f, FIGURES_DAY, 1)->chats, 1);
    c = chat(0, 1);
    figures_add_chat(f, &c, -5 * 3600);
    assert_int_equal(figures_chats_at(f, 6, 20), 1);
    assert_int_equal(figures_tally(f, FIGURES_DAY, 0)->chats, 1);
    figures_destroy(f);
}

static void figures__leave_out__other_departments(void **state)
{
    struct figures *f = make("help", true, NULL, 0);
    struct archive_chat c = answered(1, 8, 1, 2);
    struct archive_ticket t = {.ticket = {.department = "sales", .owner = "", .state = TICKET_NEW}};

    (void)state;
    figures_add_chat(f, &c, 0);
    figures_add_ticket(f, &t);
    assert_int_equal(figures_tally(f, FIGURES_ALL, 0)->chats, 0);
    assert_int_equal(figures_tally(f, FIGURES_ALL, 0)->tickets, 0);
    c.department = t.ticket.department = "help";
    figures_add_chat(f, &c, 0);
    figures_add_ticket(f, &t);
    assert_int_equal(figures_tally(f, FIGURES_ALL, 0)->chats, 1);
    assert_int_equal(figures_tally(f, FIGURES_ALL, 0)->states[TICKET_NEW], 1);
    assert_int_equal(figures_count(f, FIGURES_AGENT), 1);
    assert_string_equal(figures_tally(f, FIGURES_AGENT, 0)->id, "nina@example.org");
    figures_destroy(f);
}

static void figures__count__service_levels_that_are_known(void **state)
{
    struct figures *f = make(NULL, false, NULL, 0);
    struct archive_ticket t = {
        .ticket = {.department = "sales", .owner = "", .state = TICKET_OPEN},
        .service = {[SERVICE_FIRST_ANSWER] = SERVICE_KEPT, [SERVICE_SOLUTION] = SERVICE_BROKEN}};

    (void)state;
    figures_add_ticket(f, &t);
    figures_add_ticket(f, &t);
    t.service[SERVICE_FIRST_ANSWER] = SERVICE_BROKEN;
    figures_add_ticket(f, &t);
    const struct tally *all = figures_tally(f, FIGURES_ALL, 0);
    assert_int_equal(all->service[SERVICE_FIRST_ANSWER][SERVICE_KEPT], 2);
    assert_int_equal(all->service[SERVICE_FIRST_ANSWER][SERVICE_BROKEN], 1);
    assert_int_equal(all->service[SERVICE_NEXT_ANSWER][SERVICE_NONE], 3);
    assert_int_equal(all->service[SERVICE_SOLUTION][SERVICE_BROKEN], 3);
    figures_destroy(f);
}

static void figures__count__time_where_it_began(void **state)
{
    struct figures *f = make(NULL, true, NULL, 0);
    struct archive_spent s = spent(1001, 0, 9, 600);

    (void)state;
    figures_add_spent(f, &s, 0);
    s = spent(1001, 2, 23, -60); /* taken off later, and by the clock there on the next day */
    s.agent = "";
    figures_add_spent(f, &s, 7200);
    s = spent(1002, 6, 9, 1);
    s.department = "help";
    figures_add_spent(f, &s, 0);

    assert_int_equal(figures_tally(f, FIGURES_ALL, 0)->spent_s, 541);
    assert_int_equal(figures_tally(f, FIGURES_ALL, 0)->chats, 0);
    assert_int_equal(figures_tally(f, FIGURES_DEPARTMENT, 0)->spent_s, 1);
    assert_int_equal(figures_tally(f, FIGURES_DEPARTMENT, 1)->spent_s, 540);
    assert_int_equal(figures_tally(f, FIGURES_WEEKDAY, 0)->spent_s, 600);
    assert_int_equal(figures_tally(f, FIGURES_WEEKDAY, 3)->spent_s, -60);
    assert_int_equal(figures_tally(f, FIGURES_HOUR, 1)->spent_s, -60);
    assert_int_equal(figures_tally(f, FIGURES_DAY, 3)->spent_s, -60);
    assert_int_equal(figures_count(f, FIGURES_AGENT), 1);
    assert_int_equal(figures_tally(f, FIGURES_AGENT, 0)->spent_s, 601);
    figures_destroy(f);
    f = make("help", false, NULL, 0);
    figures_add_spent(f, &s, 0);
    s = spent(1001, 0, 9, 600);
    figures_add_spent(f, &s, 0);
    assert_int_equal(figures_tally(f, FIGURES_ALL, 0)->spent_s, 1);
    assert_int_equal(requesters_total(figures_requesters(f)).seconds, 1);
    figures_destroy(f);
}

/* 20 minutes at 90 an hour and 40 minutes at 120 an hour are 110. */
static void requesters__cost__what_the_first_rate_that_fits_says(void **state)
{
    const struct rate rates[] = {{.email = "big.example", .cents = 12000},
                                 {.department = "sales", .cents = 9000}};
    struct figures *f = make(NULL, false, rates, 2);
    struct archive_spent s = spent(1001, 0, 9, 1200);
    size_t count;

    (void)state;
    s.email = "Eva@example.org";
    s.name = "Eva";
    figures_add_spent(f, &s, 0);
    s.lasted = 300 * 1000; /* more of the same chat, by hand */
    figures_add_spent(f, &s, 0);
    s.lasted = -300 * 1000;
    figures_add_spent(f, &s, 0);
    s.chat = 1002;
    s.lasted = 1200 * 1000;
    s.email = "eva@EXAMPLE.org"; /* the same person, from another browser */
    s.visitor = "visitor-b";
    figures_add_spent(f, &s, 0);
    s = spent(1003, 1, 9, 2400);
    s.email = "jo@big.example";
    figures_add_spent(f, &s, 0);
    s = spent(1004, 1, 9, 60);
    s.department = "help"; /* no rate fits */
    s.jid = "kim@example.net";
    figures_add_spent(f, &s, 0);

    const struct requester *const *all = requesters_sorted(figures_requesters(f), &count);
    assert_int_equal(count, 3);
    assert_string_equal(all[0]->key, "eva@example.org");
    assert_string_equal(all[0]->name, "Eva");
    assert_int_equal(all[0]->chats, 2);
    assert_int_equal(all[0]->seconds, 2400);
    assert_int_equal(requester_cents(all[0]), 6000);
    assert_int_equal(requester_cents(all[1]), 8000);
    assert_string_equal(all[2]->key, "kim@example.net");
    assert_false(all[2]->has_price);
    struct requester total = requesters_total(figures_requesters(f));
    assert_int_equal(requester_cents(&total), 14000);
    assert_int_equal(total.seconds, 4860);
    figures_destroy(f);
}

static void requester_cents__rounds__to_the_nearest(void **state)
{
    const struct requester half = {.cost = 1800};
    const struct requester less = {.cost = 1799};
    const struct requester back = {.cost = -1800};

    (void)state;
    assert_int_equal(requester_cents(&half), 1);
    assert_int_equal(requester_cents(&less), 0);
    assert_int_equal(requester_cents(&back), -1);
}

static void what_was_taken_off__has__a_sign(void **state)
{
    char text[MEASURE_SIZE];

    (void)state;
    assert_string_equal(measure_spent(text, -300), "-5 min 00 s");
    assert_string_equal(measure_spent(text, 7500), "2 h 05 min");
    assert_string_equal(measure_spent(text, 0), "0 s");
    assert_string_equal(measure_money(text, PHRASE_EN, -5), "-0.05");
    assert_string_equal(measure_money(text, PHRASE_DE, -12345), "-123,45");
    assert_string_equal(measure_money(text, PHRASE_EN, 123450), "1234.50");
}

static void requesters__are__bounded(void **state)
{
    struct requesters *r = requesters_create(NULL, 0);
    struct archive_spent s = spent(1001, 0, 9, 10);
    size_t count;
    char key[32];

    (void)state;
    for (int i = 0; i < REQUESTERS_MAX + 2; i++) {
        snprintf(key, sizeof key, "v%d", i);
        requesters_add(r, key, &s, true);
    }
    const struct requester *const *all = requesters_sorted(r, &count);
    assert_int_equal(count, REQUESTERS_MAX + 1);
    assert_string_equal(all[count - 1]->key, "");
    assert_int_equal(all[count - 1]->chats, 2);
    assert_int_equal(requesters_total(r).seconds, 10 * (REQUESTERS_MAX + 2));
    requesters_destroy(r);
}

static void groups__are__bounded(void **state)
{
    struct figures *f = make(NULL, false, NULL, 0);
    struct archive_chat c = chat(0, 9);
    char id[32];

    (void)state;
    c.department = id;
    for (int i = 0; i < FIGURES_IDS_MAX + 3; i++) {
        snprintf(id, sizeof id, "d%04d", i);
        figures_add_chat(f, &c, 0);
    }
    assert_int_equal(figures_count(f, FIGURES_DEPARTMENT), FIGURES_IDS_MAX + 1);
    const struct tally *others = figures_tally(f, FIGURES_DEPARTMENT, FIGURES_IDS_MAX);
    assert_string_equal(others->id, "");
    assert_int_equal(others->chats, 3);
    figures_destroy(f);
}

/* 62 days are bars of their own; 63 are weeks from Monday on, and the first may be shorter. */
static void timeline_make__takes__days_weeks_or_months(void **state)
{
    const struct {
        int days;
        enum timeline_unit unit;
        size_t count;
    } CASES[] = {{7, TIMELINE_DAY, 7},      {62, TIMELINE_DAY, 62},
                 {63, TIMELINE_WEEK, 10},   {62 * 7, TIMELINE_WEEK, 63},
                 {435, TIMELINE_MONTH, 15}, {3660, TIMELINE_MONTH, 121}};

    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        int64_t first = MONDAY + 1;
        struct timeline t;
        struct figures *f = figures_create(&(struct figures_config){
            .period = {.first = first, .last = first + CASES[i].days - 1}});
        struct archive_chat c = chat(1, 9);
        figures_add_chat(f, &c, 0);
        timeline_make(&t, f, first);
        assert_int_equal(t.unit, CASES[i].unit);
        assert_int_equal(t.count, CASES[i].count);
        assert_int_equal(t.bars[0].day, first);
        assert_int_equal(t.bars[0].outcomes[OUTCOME_MISSED], 1);
        figures_destroy(f);
    }
}

static void figures__count__ratings_by_scale(void **state)
{
    struct figures *f = make(NULL, true, NULL, 0);
    struct archive_chat c = answered(0, 9, 1, 2);

    (void)state;
    figures_add_chat(f, &c, 0); /* without */
    c.rating = RATING_STARS;
    for (unsigned stars = 3; stars <= 5; stars++) {
        c.rated = stars;
        figures_add_chat(f, &c, 0);
    }
    c.rated = 5;
    figures_add_chat(f, &c, 0);
    c.rating = RATING_THUMBS;
    c.department = "help";
    c.rated = 1;
    figures_add_chat(f, &c, 0);
    c.rated = 0;
    figures_add_chat(f, &c, 0);
    const struct tally *all = figures_tally(f, FIGURES_ALL, 0);
    assert_int_equal(tally_stars(all), 4);
    assert_int_equal((int)(tally_mean(all) * 100), 425);
    assert_int_equal(tally_thumbs(all), 2);
    assert_int_equal(all->thumbs[1], 1);
    assert_int_equal(all->stars[5], 2);
    assert_int_equal(tally_stars(figures_tally(f, FIGURES_DEPARTMENT, 0)), 0); /* help */
    assert_int_equal(tally_thumbs(figures_tally(f, FIGURES_DEPARTMENT, 1)), 0);
    assert_int_equal(tally_stars(figures_tally(f, FIGURES_AGENT, 0)), 4);
    figures_destroy(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(outcome_of__tells),
        cmocka_unit_test(figures__count__by_department_weekday_and_hour),
        cmocka_unit_test(figures_add_chat__goes_by_the_departments_clock),
        cmocka_unit_test(figures__leave_out__other_departments),
        cmocka_unit_test(figures__count__service_levels_that_are_known),
        cmocka_unit_test(figures__count__time_where_it_began),
        cmocka_unit_test(what_was_taken_off__has__a_sign),
        cmocka_unit_test(requesters__cost__what_the_first_rate_that_fits_says),
        cmocka_unit_test(requester_cents__rounds__to_the_nearest),
        cmocka_unit_test(requesters__are__bounded),
        cmocka_unit_test(groups__are__bounded),
        cmocka_unit_test(timeline_make__takes__days_weeks_or_months),
        cmocka_unit_test(figures__count__ratings_by_scale),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
