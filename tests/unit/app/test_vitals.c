/* The figures, told as JSON, as Prometheus's text, as a page, and as a line: the same ones. */
#include "vitals.h"

#include "base/mem.h"
#include "exposition.h"
#include "status.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { DEPARTMENTS = 200 }; /* as many as there may be */

static const time_ms BOUNDS[] = {1, 5, 1000};

struct scene {
    struct vitals vitals;
    struct histogram commits;
    struct census_counts counts;
    char *ids[DEPARTMENTS];
};

/* A daemon in trouble, with so many departments. */
static void scene_init(struct scene *s, size_t departments)
{
    memset(s, 0, sizeof *s);
    histogram_init(&s->commits, BOUNDS, 3);
    histogram_add(&s->commits, 3);
    histogram_add(&s->commits, 5);
    census_init(&s->counts);
    histogram_add(&s->counts.waits, 42 * 1000);
    s->counts.begun = 7;
    s->vitals = (struct vitals){
        .version = "1.2.3",
        .started = 1767607200123,
        .uptime = ((3 * 24 + 4) * 60 + 12) * 60 * 1000LL,
        .memory_bytes = 62000000,
        .used_bytes = 41000000,
        .processor = 41500,
        .unready = "nothing can be stored",
        .fault = LINK_BAD_SECRET,
        .handshakes = 2,
        .roster = "XEP-0356",
        .streams = 14,
        .connections = 20,
        .max_connections = 16000,
        .visitors = {.online = 12, .chatting = 9},
        .is_refusing = true,
        .waiting_writes = 17,
        .commits = &s->commits,
        .is_outbox_full = true,
        .outbox =
            {.queued = 1, .sent = 2, .handed = 3, .sendings = 99, .bounced = 4, .set_aside = 5},
        .gateway_refused = {[GATEWAY_REFUSED_ORIGIN] = 6},
        .visitors_refused = {[VISITORS_REFUSED_PACE] = 8},
        .has_mail = true,
        .mail_waiting = 2,
        .mail_trouble = "no \033[31mserver\n there",
    };
    s->vitals.departments = mem_array(departments, sizeof *s->vitals.departments);
    s->vitals.department_count = departments;
    for (size_t i = 0; i < departments; i++) {
        s->ids[i] = mem_print("department-%03zu-with-a-name-of-forty-characters", i);
        s->ids[i][40] = '\0';
        s->vitals.departments[i] = (struct vitals_department){
            .view = {.id = s->ids[i], .state = DEPARTMENT_OPEN, .waiting = 4, .free_seats = 4},
            .census = {.queued = 1,
                       .active = 3,
                       .left = 3,
                       .longest_wait = 83000,
                       .agents = {[AVAILABILITY_FREE] = 2, [AVAILABILITY_GONE] = 5},
                       .counts = &s->counts}};
    }
}

static void scene_finish(struct scene *s)
{
    for (size_t i = 0; i < s->vitals.department_count; i++) {
        free(s->ids[i]);
    }
    vitals_finish(&s->vitals);
}

/* The first department. */
static void call_sales(struct scene *s)
{
    free(s->ids[0]);
    s->ids[0] = mem_dup("sales");
    s->vitals.departments[0].view.id = s->ids[0];
}

static json_t *json_of(const struct scene *s)
{
    char *text = vitals_json_print(&s->vitals);
    json_t *status = json_loads(text, 0, NULL);

    assert_non_null(status);
    free(text);
    return status;
}

static void expect_line(const char *text, const char *line)
{
    if (strstr(text, line) == NULL) {
        fail_msg("no line \"%s\" in:\n%s", line, text);
    }
}

static const char *const FIGURES[] = {
    "\ntresen_build_info{version=\"1.2.3\"} 1\n",
    "\nprocess_start_time_seconds 1767607200.123\n",
    "\nprocess_cpu_seconds_total 41.5\n",
    "\nprocess_resident_memory_bytes 62000000\n",
    "\ntresen_used_memory_bytes 41000000\n",
    "\ntresen_ready 0\n",
    "\ntresen_link_up 0\n",
    "\ntresen_link_fault{fault=\"wrong secret\"} 1\n",
    "\ntresen_link_fault{fault=\"conflict\"} 0\n",
    "\ntresen_link_handshakes_total 2\n",
    "\ntresen_visitors{chat=\"yes\"} 9\n",
    "\ntresen_visitors{chat=\"no\"} 3\n",
    "\ntresen_streams 14\n",
    "\ntresen_connections 20\n",
    "\ntresen_connections_limit 16000\n",
    "\ntresen_gateway_refused_total{reason=\"origin\"} 6\n",
    "\ntresen_visitors_refused_total{reason=\"pace\"} 8\n",
    "\ntresen_visitors_refused_total{reason=\"storage\"} 0\n",
    "\ntresen_department_open{department=\"sales\"} 1\n",
    "\ntresen_agents{department=\"sales\",availability=\"gone\"} 5\n",
    "\ntresen_free_seats{department=\"sales\"} 4\n",
    "\ntresen_chats{department=\"sales\",state=\"queued\"} 1\n",
    "\ntresen_chats{department=\"sales\",state=\"left\"} 3\n",
    "\ntresen_queue_longest_wait_seconds{department=\"sales\"} 83\n",
    "\ntresen_queue_wait_seconds_bucket{department=\"sales\",le=\"30\"} 0\n",
    "\ntresen_queue_wait_seconds_bucket{department=\"sales\",le=\"60\"} 1\n",
    "\ntresen_queue_wait_seconds_sum{department=\"sales\"} 42\n",
    "\ntresen_chats_begun_total{department=\"sales\"} 7\n",
    "\ntresen_outbox_messages{state=\"handed\"} 3\n",
    "\ntresen_outbox_full 1\n",
    "\ntresen_outbox_sent_total 99\n",
    "\ntresen_outbox_bounced_total 4\n",
    "\ntresen_outbox_set_aside_total 5\n",
    "\ntresen_storage_refusing 1\n",
    "\ntresen_storage_waiting_writes 17\n",
    "\ntresen_commit_seconds_bucket{le=\"0.005\"} 2\n",
    "\ntresen_mail_waiting 2\n",
    "\ntresen_mail_trouble 1\n",
};

static void vitals_exposition__tells__every_figure(void **state)
{
    struct scene s;
    size_t len = 0;

    (void)state;
    scene_init(&s, 1);
    call_sales(&s);
    char *text = vitals_exposition_print(&s.vitals, &len);
    assert_int_equal(strlen(text), len);
    for (size_t i = 0; i < sizeof FIGURES / sizeof *FIGURES; i++) {
        expect_line(text, FIGURES[i]);
    }
    free(text);
    s.vitals.link_up = true;
    s.vitals.has_mail = false;
    s.vitals.memory_bytes = 0;
    text = vitals_exposition_print(&s.vitals, &len);
    expect_line(text, "\ntresen_link_fault{fault=\"wrong secret\"} 0\n");
    assert_null(strstr(text, "tresen_mail"));
    assert_null(strstr(text, "resident_memory"));
    free(text);
    scene_finish(&s);
}

/* As many departments as there may be, with ids as long as they may be: far from the bound. */
static void vitals__fit__with_all_departments(void **state)
{
    struct scene s;
    size_t len = 0;

    (void)state;
    scene_init(&s, DEPARTMENTS);
    char *text = vitals_exposition_print(&s.vitals, &len);
    assert_in_range(len, 100000, EXPOSITION_MAX / 2);
    free(text);
    text = vitals_json_print(&s.vitals);
    assert_in_range(strlen(text), 10000, 512 * 1024); /* of control.h's 1 MiB */
    free(text);
    json_t *status = json_of(&s);
    text = status_page_print(status);
    expect_line(text, "department-199");
    free(text);
    json_decref(status);
    scene_finish(&s);
}

static void status_page__tells__what_people_look_for(void **state)
{
    struct scene s;

    (void)state;
    scene_init(&s, 1);
    call_sales(&s);
    json_t *status = json_of(&s);
    char *page = status_page_print(status);
    static const char HEAD[] =
        "tresen 1.2.3   up 3 d 04:12   memory 62 MB   processor 0:41\n\nready ";
    assert_memory_equal(page, HEAD, strlen(HEAD));
    static const char *const LINES[] = {
        "\nready      NO: nothing can be stored\n",
        ("\nlink       DOWN; handshakes since the start: 2\n           the server refuses our "
         "secret"),
        "\nrosters    XEP-0356\n",
        "\nvisitors   online: 12, in a chat: 9; streams: 14, connections: 20 of 16000\n",
        "\nstorage    REFUSING; commits: 2, mean 4 ms, 99 % within 5 ms; waiting writes: 17\n",
        "\noutbox     FULL; queued: 1, sent: 2, handed: 3; came back: 4, set aside: 5\n",
        "\nrefused    origin: 6, pace: 8\n",
        "\nmail       waiting: 2; NONE CAN BE SENT\n           no [31mserver there\n",
    };
    for (size_t i = 0; i < sizeof LINES / sizeof *LINES; i++) {
        expect_line(page, LINES[i]);
    }
    expect_line(
        page, "\ndepartment state  queued offered active left longest seats  free away busy gone\n"
              "sales      open        1       0      3    3    1:23     4     2    0    0    5\n");
    assert_null(strchr(page, '\033'));
    for (const char *at = page; *at != '\0'; at += strcspn(at, "\n") + 1) {
        assert_in_range(strcspn(at, "\n"), 0, 80);
    }
    free(page);
    json_decref(status);
    scene_finish(&s);
}

static void status_line__tells__sums_of_all_departments(void **state)
{
    struct scene s;

    (void)state;
    scene_init(&s, 2);
    s.vitals.departments[1].census.longest_wait = 5000;
    json_t *status = json_of(&s);
    char *line = status_line_print(status);
    assert_string_equal(line, "ready=no link=down storage=refusing visitors=12 streams=14 queued=2 "
                              "offered=0 active=6 left=6 longest_wait_s=83 free_seats=8 outbox=6 "
                              "set_aside=5 refused=14 memory_bytes=62000000");
    free(line);
    json_decref(status);
    scene_finish(&s);
}

/* What is not known, of an older daemon, is nothing, and no crash. */
static void status_page__takes__an_answer_without_anything(void **state)
{
    json_t *nothing = json_object();
    char *page = status_page_print(nothing);
    char *line = status_line_print(nothing);

    (void)state;
    expect_line(page, "\nrefused    nothing\n");
    expect_line(line, "ready=no link=down");
    free(page);
    free(line);
    json_decref(nothing);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vitals_exposition__tells__every_figure),
        cmocka_unit_test(vitals__fit__with_all_departments),
        cmocka_unit_test(status_page__tells__what_people_look_for),
        cmocka_unit_test(status_line__tells__sums_of_all_departments),
        cmocka_unit_test(status_page__takes__an_answer_without_anything),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
