#include "opening.h"

#include "base/calendar.h"
#include "base/text.h"
#include "config.h"

#include <jansson.h>

enum { DAY_MS = 24 * 60 * 60 * 1000 };

static const struct config_department *find_department(const struct config *c, const char *id)
{
    const char *wanted = id[0] != '\0' ? id : c->default_department;

    for (size_t i = 0; i < c->department_count; i++) {
        if (text_equal(c->departments[i].id, wanted)) {
            return &c->departments[i];
        }
    }
    return NULL;
}

static json_t *moment(time_ms utc)
{
    char stamp[CLOCK_STAMP_SIZE];

    clock_stamp(utc, stamp);
    return json_string(stamp);
}

/* 0: it is open, or does not open in so many days. */
static time_ms next_of(const struct calendar *hours, time_ms now, unsigned days)
{
    time_ms end = now + days * (time_ms)DAY_MS;
    struct calendar_stretch next;
    bool is_closed = !calendar_is_open(hours, now);

    return is_closed && calendar_next(hours, now, end, &next) ? next.from : 0;
}

time_ms opening_next(const struct config *c, const char *department, time_ms now)
{
    const struct config_department *p = find_department(c, department);

    return p != NULL && p->hours != NULL ? next_of(p->hours, now, OPENING_NEAR_DAYS) : 0;
}

static void add_opening(json_t *answer, const struct calendar *hours, time_ms now)
{
    time_ms next = next_of(hours, now, CALENDAR_AHEAD_DAYS);

    if (next != 0) {
        json_object_set_new(answer, "opens", moment(next));
    }
}

/* In other zones it is still yesterday, or tomorrow already. */
static void add_week(json_t *answer, const struct calendar *hours, time_ms now)
{
    time_ms offset = calendar_offset(hours, now) * (time_ms)1000;
    time_ms midnight = (now + offset) / DAY_MS * DAY_MS - offset;
    time_ms end = midnight + 8 * (time_ms)DAY_MS;
    struct calendar_stretch s = {.to = midnight - DAY_MS};
    json_t *list = json_array();

    while (json_array_size(list) < OPENING_STRETCHES &&
           calendar_next(hours, s.to, end + DAY_MS, &s) && s.from < end) {
        json_array_append_new(list, json_pack("[o, o]", moment(s.from), moment(s.to)));
    }
    json_object_set_new(answer, "hours", list);
}

char *opening_print(const struct config *c, const char *department, time_ms now)
{
    const struct config_department *p = find_department(c, department);

    if (p == NULL) {
        return NULL;
    }
    json_t *answer = json_object();
    if (p->hours != NULL) {
        json_object_set_new(answer, "offset", json_integer(calendar_offset(p->hours, now)));
        add_opening(answer, p->hours, now);
        add_week(answer, p->hours, now);
    }
    char *text = json_dumps(answer, JSON_COMPACT);
    json_decref(answer);
    return text;
}
