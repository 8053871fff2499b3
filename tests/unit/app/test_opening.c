/* A department's hours, as a page is told them: moments of a week. */
#include "config_test.h"

#include "opening.h"

#include <jansson.h>

#define CONFIG                                                                                     \
    "domain: support.localhost\n"                                                                  \
    "server: {secret: hidden}\n"                                                                   \
    "web: {origins: [\"http://127.0.0.1:8080\"]}\n"                                                \
    "storage: sqlite:tresen.db\n"                                                                  \
    "default_department: sales\n"                                                                  \
    "calendars:\n"                                                                                 \
    "  - {id: office, zone: Europe/Berlin, hours: [\"mon-fri 09:00-12:30 13:30-18:00\"], "         \
    "holidays: [2026-03-31]}\n"                                                                    \
    "  - {id: night, zone: UTC, hours: [\"mon-sun 22:00-02:00\"]}\n"                               \
    "  - {id: summer, zone: UTC, hours: [\"mon-sun 09:00-10:00\"], holidays: "                     \
    "[2026-07-01..2026-07-31]}\n"                                                                  \
    "  - {id: never, zone: UTC, hours: [\"mon 09:00-10:00\"], holidays: "                          \
    "[2000-01-01..2999-12-31]}\n"                                                                  \
    "  - {id: busy, zone: UTC, hours: [\"mon-sun 00:00-00:30 01:00-01:30 02:00-02:30 03:00-03:30 " \
    "04:00-04:30 05:00-05:30\", \"mon-sun 06:00-06:30 07:00-07:30 08:00-08:30 09:00-09:30 "        \
    "10:00-10:30\"]}\n"                                                                            \
    "departments:\n"                                                                               \
    "  - {id: sales, agents: [agent@localhost], calendar: office}\n"                               \
    "  - {id: late, agents: [agent@localhost], calendar: night}\n"                                 \
    "  - {id: gone, agents: [agent@localhost], calendar: never}\n"                                 \
    "  - {id: many, agents: [agent@localhost], calendar: busy}\n"                                  \
    "  - {id: open, agents: [agent@localhost]}\n"                                                  \
    "  - {id: away, agents: [agent@localhost], calendar: summer}\n"

static int make(void **state)
{
    *state = accept(CONFIG);
    return 0;
}

static int drop(void **state)
{
    config_destroy(*state);
    return 0;
}

static json_t *ask(void **state, const char *department, const char *now)
{
    time_ms utc;
    assert_true(clock_read(now, &utc));
    char *text = opening_print(*state, department, utc);
    assert_non_null(text);
    json_t *answer = json_loads(text, 0, NULL);
    assert_non_null(answer);
    free(text);
    return answer;
}

static const char *opens(const json_t *answer)
{
    const char *text = json_string_value(json_object_get(answer, "opens"));
    return text != NULL ? text : "";
}

static size_t count(const json_t *answer)
{
    return json_array_size(json_object_get(answer, "hours"));
}

static const char *stretch(const json_t *answer, size_t at, size_t end)
{
    return json_string_value(
        json_array_get(json_array_get(json_object_get(answer, "hours"), at), end));
}

static void opening_print__says__when_it_opens_and_the_days_around_a_week(void **state)
{
    json_t *answer = ask(state, "sales", "2026-03-27T20:00:00Z"); /* a Friday evening */
    assert_string_equal(opens(answer), "2026-03-30T07:00:00.000Z");
    assert_int_equal(json_integer_value(json_object_get(answer, "offset")), 3600);
    assert_int_equal(count(answer), 12); /* six days of two: Tuesday is a holiday */
    assert_string_equal(stretch(answer, 0, 0), "2026-03-26T08:00:00.000Z");
    assert_string_equal(stretch(answer, 1, 1), "2026-03-26T17:00:00.000Z");
    assert_string_equal(stretch(answer, 4, 0), "2026-03-30T07:00:00.000Z");
    assert_string_equal(stretch(answer, 6, 0), "2026-04-01T07:00:00.000Z");
    assert_string_equal(stretch(answer, 11, 1), "2026-04-03T16:00:00.000Z");
    json_decref(answer);
    answer = ask(state, "", "2026-03-27T10:00:00Z"); /* the default one, and it is open */
    assert_string_equal(opens(answer), "");
    assert_int_equal(count(answer), 12);
    json_decref(answer);
}

static void opening_print__says__hours_over_midnight_as_they_are(void **state)
{
    json_t *answer = ask(state, "late", "2026-03-27T01:00:00Z");
    assert_int_equal(count(answer), 10); /* what is left of a night, and nine evenings */
    assert_string_equal(stretch(answer, 0, 1), "2026-03-26T02:00:00.000Z");
    assert_string_equal(stretch(answer, 1, 0), "2026-03-26T22:00:00.000Z");
    assert_string_equal(stretch(answer, 9, 1), "2026-04-04T02:00:00.000Z");
    json_decref(answer);
}

static void opening_print__says__nothing_where_there_is_nothing(void **state)
{
    json_t *answer = ask(state, "open", "2026-03-27T20:00:00Z");
    assert_int_equal(json_object_size(answer), 0);
    json_decref(answer);
    answer = ask(state, "gone", "2026-03-27T20:00:00Z");
    assert_string_equal(opens(answer), "");
    assert_int_equal(count(answer), 0);
    json_decref(answer);
    assert_null(opening_print(*state, "nobody", 0));
}

static void opening_print__has__a_limit(void **state)
{
    json_t *answer = ask(state, "many", "2026-03-27T20:00:00Z"); /* eleven a day */
    assert_int_equal(count(answer), OPENING_STRETCHES);
    assert_string_equal(opens(answer), "2026-03-28T00:00:00.000Z");
    json_decref(answer);
}

static time_ms next(void **state, const char *department, const char *now)
{
    time_ms utc;
    assert_true(clock_read(now, &utc));
    return opening_next(*state, department, utc);
}

static void opening_next__says__when_a_closed_one_opens(void **state)
{
    time_ms monday;
    assert_true(clock_read("2026-03-30T07:00:00Z", &monday));
    assert_int_equal(next(state, "sales", "2026-03-27T20:00:00Z"), monday);
    assert_int_equal(next(state, "", "2026-03-27T20:00:00Z"), monday);
    assert_int_equal(next(state, "sales", "2026-03-27T10:00:00Z"), 0); /* it is open */
    assert_int_equal(next(state, "open", "2026-03-27T20:00:00Z"), 0);  /* always */
    assert_int_equal(next(state, "gone", "2026-03-27T20:00:00Z"), 0);  /* never again */
    assert_int_equal(next(state, "nobody", "2026-03-27T20:00:00Z"), 0);
    time_ms august;
    assert_true(clock_read("2026-08-01T09:00:00Z", &august));
    assert_int_equal(next(state, "away", "2026-07-01T09:00:00.001Z"), august);
    assert_int_equal(next(state, "away", "2026-07-01T09:00:00Z"), 0); /* 31 days to the moment */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            opening_print__says__when_it_opens_and_the_days_around_a_week, make, drop),
        cmocka_unit_test_setup_teardown(opening_print__says__hours_over_midnight_as_they_are, make,
                                        drop),
        cmocka_unit_test_setup_teardown(opening_print__says__nothing_where_there_is_nothing, make,
                                        drop),
        cmocka_unit_test_setup_teardown(opening_print__has__a_limit, make, drop),
        cmocka_unit_test_setup_teardown(opening_next__says__when_a_closed_one_opens, make, drop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
