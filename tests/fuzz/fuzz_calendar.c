/* fuzz_calendar.c - opening hours, holidays and time zones, from configurations and from
 * administrators' forms, and the days and moments that people type.
 *
 * The first byte says what the rest is: Z a TZif file, R the rule of a zone, else lines: h hours, d
 * a holiday, p a period of a report, m a moment, c a time as XMPP writes it, n a number of minutes
 * since the start from which the calendar is asked. What is accepted is a calendar that keeps its
 * own arithmetic. */
#include "base/calendar.h"
#include "base/clock.h"
#include "base/date.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/zone.h"
#include "base/zone_rule.h"
#include "report/period.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define NOW 1767607200000 /* 2026-01-05T10:00:00Z */

enum { MINUTE_MS = 60 * 1000, DAY_S = 24 * 60 * 60, LINES_MAX = 40, ASKED_MAX = 4 };

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void must(bool holds, const char *what)
{
    if (!holds) {
        BUG("does not hold: %s", what);
    }
}

static void check_zone(const struct zone *z)
{
    static const time_ms MOMENTS[] = {NOW, 0, -NOW, 4 * NOW, NOW + 200LL * DAY_S * 1000};

    for (size_t i = 0; i < sizeof MOMENTS / sizeof *MOMENTS; i++) {
        int offset = zone_offset(z, MOMENTS[i]);
        must(offset > -8 * DAY_S && offset < 8 * DAY_S, "some hours from UTC");
    }
}

static void check_rule(const char *text)
{
    struct zone_rule rule;

    if (!zone_rule_parse(&rule, text)) {
        return;
    }
    for (int64_t year = -1; year < 3; year++) {
        int offset = zone_rule_offset(&rule, NOW / 1000 + year * 200 * DAY_S);
        must(offset == rule.standard || (rule.has_summer && offset == rule.summer),
             "winter or summer");
    }
}

/* Of what the calendar says, one thing follows from the other. */
static void check_calendar(const struct calendar *c, time_ms from)
{
    static const time_ms OPEN_MS[] = {1, 90 * MINUTE_MS, 50LL * 60 * MINUTE_MS};
    struct calendar_stretch s = {0};
    time_ms to = from + 20LL * DAY_S * 1000;

    for (size_t i = 0; i < sizeof OPEN_MS / sizeof *OPEN_MS; i++) {
        time_ms end = calendar_after(c, from, OPEN_MS[i]);
        must(end == 0 || (end > from && calendar_open_between(c, from, end) == OPEN_MS[i]),
             "what lies between is what was asked for");
    }
    must(calendar_open_between(c, from, from) == 0, "nothing is open in no time");
    time_ms sum = 0;
    time_ms at = from;
    while (calendar_next(c, at, to, &s)) {
        must(s.from >= at && s.to > s.from && s.to <= to, "stretches are in order");
        must(calendar_is_open(c, s.from), "it is open where a stretch begins");
        sum += s.to - s.from;
        at = s.to;
    }
    must(sum == calendar_open_between(c, from, to), "stretches are all that is open");
    int64_t day = calendar_day(c, from);
    must(date_to_day(date_of_day(day)) == day && date_is_real(date_of_day(day)), "a day");
}

static void check_typed(const struct calendar *c, char kind, const char *text)
{
    struct period p;
    time_ms moment;

    if (kind == 'p' && period_read(&p, text, c, NOW)) {
        must(p.first <= p.last && p.from < p.to && p.last - p.first <= PERIOD_DAYS_MAX, "a period");
    } else if (kind == 'p' && period_between(&p, text, NULL, c, NOW)) {
        must(p.first <= p.last && p.from <= p.to, "a period from a day on");
    } else if (kind == 'm') {
        (void)!period_moment(text, c, &moment);
    } else if (kind == 'c' && clock_read(text, &moment)) {
        char printed[CLOCK_STAMP_SIZE];
        time_ms again;
        clock_stamp(moment, printed);
        must(clock_read(printed, &again) && again == moment, "times are undone");
    }
}

static void play(char *text)
{
    char *complaint = NULL;
    struct calendar *c = calendar_create(zone_load("UTC", &complaint));
    time_ms asked[ASKED_MAX] = {NOW};
    size_t count = 1;
    char *line;

    for (unsigned lines = 0; lines < LINES_MAX && (line = strsep(&text, "\n")) != NULL; lines++) {
        if (line[0] == 'h') {
            free(calendar_add_hours(c, line + 1));
        } else if (line[0] == 'd') {
            free(calendar_add_holiday(c, line + 1));
        } else if (line[0] == 'n' && count < ASKED_MAX) {
            asked[count++] = NOW + (time_ms)(strtol(line + 1, NULL, 10) % 10000000) * MINUTE_MS;
        } else if (line[0] != '\0') {
            check_typed(c, line[0], line + 1);
        }
    }
    for (size_t i = 0; i < count; i++) {
        check_calendar(c, asked[i]);
    }
    calendar_destroy(c);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    log_set_level(LOG_ERROR);
    if (len == 0) {
        return 0;
    }
    if (bytes[0] == 'Z') {
        struct zone *z = zone_parse(bytes + 1, len - 1);
        if (z != NULL) {
            check_zone(z);
        }
        zone_destroy(z);
        return 0;
    }
    char *text = mem_dup_n((const char *)bytes + 1, len - 1);
    if (bytes[0] == 'R') {
        check_rule(text);
    } else {
        play(text);
    }
    free(text);
    return 0;
}
