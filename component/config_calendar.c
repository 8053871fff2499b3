/* Calendars: their zones, hours and holidays; and which department has which. */
#include "base/calendar.h"
#include "base/mem.h"
#include "base/zone.h"
#include "config_table.h"

#include <stdlib.h>
#include <string.h>

/* Takes both. */
static bool complain(struct config_draft *d, char *take_key, char *take_text)
{
    config_complain(d, config_line(&d->config, take_key), take_key, take_text);
    free(take_key);
    return false;
}

static bool add_items(struct config_draft *d, size_t at, const char *name, char *const *items,
                      size_t count, char *(*add)(struct calendar *c, const char *text))
{
    for (size_t i = 0; i < count; i++) {
        char *complaint = add(d->config.calendars[at].made, items[i]);
        if (complaint != NULL) {
            return complain(d, mem_print("calendars[%zu].%s[%zu]", at, name, i), complaint);
        }
    }
    return true;
}

static bool make_calendar(struct config_draft *d, size_t at)
{
    struct config_calendar *c = &d->config.calendars[at];
    char *complaint = NULL;

    for (size_t i = 0; i < at; i++) {
        if (strcmp(d->config.calendars[i].id, c->id) == 0) {
            return complain(d, mem_print("calendars[%zu].id", at),
                            mem_print("\"%s\" is there twice", c->id));
        }
    }
    struct zone *zone = zone_load(c->zone != NULL ? c->zone : d->config.zone, &complaint);
    if (zone == NULL) {
        return complain(d, mem_print("calendars[%zu].zone", at), complaint);
    }
    c->made = calendar_create(zone);
    return add_items(d, at, "hours", c->hours, c->hours_count, calendar_add_hours) &&
           add_items(d, at, "holidays", c->holidays, c->holiday_count, calendar_add_holiday);
}

static char *ids_dup(const struct config *c)
{
    char *ids = mem_dup("");

    for (size_t i = 0; i < c->calendar_count; i++) {
        char *longer = mem_print("%s%s%s", ids, i > 0 ? " " : "", c->calendars[i].id);
        free(ids);
        ids = longer;
    }
    return ids;
}

static bool find_hours(struct config_draft *d, size_t department)
{
    struct config *c = &d->config;
    struct config_department *p = &c->departments[department];

    for (size_t i = 0; p->calendar != NULL && i < c->calendar_count; i++) {
        if (strcmp(c->calendars[i].id, p->calendar) == 0) {
            p->hours = c->calendars[i].made;
        }
    }
    if (p->calendar == NULL || p->hours != NULL) {
        return true;
    }
    char *ids = ids_dup(c);
    char *text = mem_print("\"%s\" is no calendar; there %s%s", p->calendar,
                           ids[0] != '\0' ? "are: " : "is none", ids);
    free(ids);
    return complain(d, mem_print("departments[%zu].calendar", department), text);
}

bool config_check_calendars(struct config_draft *d)
{
    struct config *c = &d->config;
    char *complaint = NULL;
    bool good = true;

    if (c->zone == NULL) {
        c->zone = mem_dup("");
    }
    struct zone *zone = zone_load(c->zone, &complaint);
    if (zone == NULL) {
        return complain(d, mem_dup("zone"), complaint);
    }
    c->days = calendar_create(zone);
    for (size_t i = 0; good && i < c->calendar_count; i++) {
        good = make_calendar(d, i);
    }
    for (size_t i = 0; good && i < c->department_count; i++) {
        good = find_hours(d, i);
    }
    return good;
}
