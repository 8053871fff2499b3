/* zone_rule.h - "CET-1CEST,M3.5.0,M10.5.0/3": the rule of a zone for the years behind its table
 * (POSIX TZ, with the hours of RFC 8536 section 3.3.1). For zone.c. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum zone_day { ZONE_NO_LEAP, ZONE_DAY, ZONE_WEEKDAY }; /* Jn, n, Mm.w.d */

struct zone_change {
    enum zone_day kind;
    int day;   /* 1 to 365, 0 to 365; of ZONE_WEEKDAY 0 (Sunday) to 6 */
    int week;  /* 1 to 5, 5: the last */
    int month; /* 1 to 12 */
    int time;  /* seconds behind midnight, local time before the change; may be another day */
};

struct zone_rule {
    int standard; /* seconds east of UTC */
    bool has_summer;
    int summer;
    struct zone_change begins;
    struct zone_change ends;
};

bool zone_rule_parse(struct zone_rule *r, const char *text);
int zone_rule_offset(const struct zone_rule *r, int64_t utc_s);
