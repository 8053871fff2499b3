#include "report/timeline.h"

#include "base/date.h"

static bool begins(enum timeline_unit unit, int64_t day)
{
    return unit == TIMELINE_DAY || (unit == TIMELINE_WEEK && date_weekday(day) == 0) ||
           (unit == TIMELINE_MONTH && date_of_day(day).day == 1);
}

void timeline_make(struct timeline *t, const struct figures *f, int64_t first_day)
{
    size_t days = figures_count(f, FIGURES_DAY);

    *t = (struct timeline){.unit = days <= TIMELINE_DAYS       ? TIMELINE_DAY
                                   : days <= TIMELINE_DAYS * 7 ? TIMELINE_WEEK
                                                               : TIMELINE_MONTH};
    for (size_t i = 0; i < days; i++) {
        const struct tally *day = figures_tally(f, FIGURES_DAY, i);
        if (t->count == 0 || begins(t->unit, first_day + (int64_t)i)) {
            t->bars[t->count++].day = first_day + (int64_t)i;
        }
        for (size_t k = 0; k < OUTCOMES; k++) {
            t->bars[t->count - 1].outcomes[k] += day->outcomes[k];
        }
    }
}
