/* The text format of Prometheus: escapes, numbers, histograms. */
#include "exposition.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void expect(struct exposition *e, const char *text)
{
    size_t len = 0;
    char *written = exposition_take(e, &len);

    assert_string_equal(written, text);
    assert_int_equal(len, strlen(text));
    free(written);
    exposition_finish(e);
}

static void exposition__writes__families_with_help_and_type(void **state)
{
    struct exposition e;

    (void)state;
    exposition_init(&e);
    exposition_family(&e, "a_total", EXPOSITION_COUNTER, "How often.");
    exposition_count(&e, NO_LABELS, 0);
    exposition_family(&e, "b", EXPOSITION_GAUGE, "How many.");
    exposition_count(&e, LABELS("department", "sales", "state", "queued"), UINT64_MAX);
    expect(&e, "# HELP a_total How often.\n# TYPE a_total counter\na_total 0\n"
               "# HELP b How many.\n# TYPE b gauge\n"
               "b{department=\"sales\",state=\"queued\"} 18446744073709551615\n");
}

/* What a name or a help could break out with; other bytes stay. */
static void exposition__escapes__what_would_end_a_value_or_a_line(void **state)
{
    struct exposition e;

    (void)state;
    exposition_init(&e);
    exposition_family(&e, "a", EXPOSITION_GAUGE, "One\nline with \\ and \"quotes\".");
    exposition_count(&e, LABELS("x", "\"} 1\nb{y=\"\\", "z", "K\xc3\xa4se {,=}"), 2);
    exposition_count(&e, LABELS("x", ""), 3);
    expect(&e, "# HELP a One\\nline with \\\\ and \"quotes\".\n# TYPE a gauge\n"
               "a{x=\"\\\"} 1\\nb{y=\\\"\\\\\",z=\"K\xc3\xa4se {,=}\"} 2\n"
               "a{x=\"\"} 3\n");
}

static void exposition_seconds__writes__thousandths_as_short_as_they_are(void **state)
{
    static const struct {
        time_ms ms;
        const char *text;
    } TIMES[] = {{0, "0"},
                 {1, "0.001"},
                 {10, "0.01"},
                 {100, "0.1"},
                 {250, "0.25"},
                 {999, "0.999"},
                 {1000, "1"},
                 {1001, "1.001"},
                 {60050, "60.05"},
                 {-5, "0"},
                 {1767607200123, "1767607200.123"}};

    (void)state;
    for (size_t i = 0; i < sizeof TIMES / sizeof *TIMES; i++) {
        struct exposition e;
        char line[64];
        exposition_init(&e);
        e.family = "t";
        exposition_seconds(&e, NO_LABELS, TIMES[i].ms);
        snprintf(line, sizeof line, "t %s\n", TIMES[i].text);
        expect(&e, line);
    }
}

static void exposition_histogram__ends__with_all_of_them(void **state)
{
    static const time_ms BOUNDS[] = {5, 2500};
    struct exposition e;
    struct histogram h;

    (void)state;
    histogram_init(&h, BOUNDS, 2);
    histogram_add(&h, 5);
    histogram_add(&h, 6);
    histogram_add(&h, 2501);
    exposition_init(&e);
    exposition_family(&e, "h", EXPOSITION_HISTOGRAM, "H.");
    exposition_histogram(&e, LABELS("d", "x"), &h);
    exposition_histogram(&e, NO_LABELS, &h);
    expect(&e, "# HELP h H.\n# TYPE h histogram\n"
               "h_bucket{d=\"x\",le=\"0.005\"} 1\nh_bucket{d=\"x\",le=\"2.5\"} 2\n"
               "h_bucket{d=\"x\",le=\"+Inf\"} 3\nh_sum{d=\"x\"} 2.512\nh_count{d=\"x\"} 3\n"
               "h_bucket{le=\"0.005\"} 1\nh_bucket{le=\"2.5\"} 2\nh_bucket{le=\"+Inf\"} 3\n"
               "h_sum 2.512\nh_count 3\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exposition__writes__families_with_help_and_type),
        cmocka_unit_test(exposition__escapes__what_would_end_a_value_or_a_line),
        cmocka_unit_test(exposition_seconds__writes__thousandths_as_short_as_they_are),
        cmocka_unit_test(exposition_histogram__ends__with_all_of_them),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
