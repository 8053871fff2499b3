/* timeline.h - the days of a report as few enough bars: days, weeks from Monday on, or months. */
#pragma once

#include "report/figures.h"

enum { TIMELINE_BARS_MAX = 128, TIMELINE_DAYS = 62 };
enum timeline_unit { TIMELINE_DAY, TIMELINE_WEEK, TIMELINE_MONTH };

struct timeline {
    enum timeline_unit unit;
    size_t count;
    struct timeline_bar {
        int64_t day; /* the first of it that is in the report */
        unsigned outcomes[OUTCOMES];
    } bars[TIMELINE_BARS_MAX];
};

void timeline_make(struct timeline *t, const struct figures *f, int64_t first_day);
