#include "report/spread.h"

#include "base/mem.h"

#include <stddef.h>
#include <stdlib.h>

static const struct band {
    int64_t from; /* seconds */
    int64_t step;
    size_t at; /* of its first step */
} BANDS[] = {
    {0, 1, 0},
    {600, 10, 600},
    {3600, 60, 600 + 300},
    {86400, 3600, 600 + 300 + 1380},
    {30 * 86400, 3600, SPREAD_STEPS - 1},
};

enum { BAND_COUNT = sizeof BANDS / sizeof *BANDS };

static size_t step_of(int64_t seconds)
{
    size_t i = BAND_COUNT - 1;

    while (seconds < BANDS[i].from) {
        i--;
    }
    size_t at = BANDS[i].at + (size_t)((seconds - BANDS[i].from) / BANDS[i].step);
    return at < SPREAD_STEPS ? at : SPREAD_STEPS - 1;
}

static int64_t seconds_of(size_t step)
{
    size_t i = BAND_COUNT - 1;

    while (step < BANDS[i].at) {
        i--;
    }
    return BANDS[i].from + (int64_t)(step - BANDS[i].at) * BANDS[i].step;
}

void spread_add(struct spread *s, int64_t ms)
{
    if (s->steps == NULL) {
        s->steps = mem_array(SPREAD_STEPS, sizeof *s->steps);
    }
    s->steps[step_of(ms > 0 ? ms / 1000 : 0)]++;
    s->count++;
}

int64_t spread_quantile(const struct spread *s, unsigned percent)
{
    uint64_t wanted = (s->count * percent + 99) / 100;
    uint64_t seen = 0;

    for (size_t i = 0; s->count > 0 && i < SPREAD_STEPS; i++) {
        seen += s->steps[i];
        if (seen >= wanted) {
            return seconds_of(i);
        }
    }
    return -1;
}

void spread_finish(struct spread *s)
{
    free(s->steps);
    s->steps = NULL;
    s->count = 0;
}
