/* zone.h - a time zone of the system's database (tzdata): how far its local time is from UTC.
 *
 * Read from the TZif file (RFC 8536), its rule for the future included; so the process's own zone
 * (TZ, tzset) plays no part, and several zones live side by side. */
#pragma once

#include "base/clock.h"

#include <stddef.h>

struct zone;

enum { ZONE_FILE_MAX = 256 * 1024 };

/* name: "Europe/Berlin"; "UTC" needs no file; "" is the machine's own (/etc/localtime, UTC where
 * there is none). NULL and *complaint, which reads on behind the name of a key (free() it). */
struct zone *zone_load(const char *name, char **complaint);
/* NULL: no TZif of version 2 or later, or a damaged one. */
struct zone *zone_parse(const unsigned char *bytes, size_t len);
void zone_destroy(struct zone *z);
/* Seconds east of UTC at that moment. */
int zone_offset(const struct zone *z, time_ms utc);
