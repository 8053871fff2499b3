#include "tally.h"

#include "base/mem.h"

#include <stdlib.h>

enum { FIRST_SIZE = 4096 };

void tally_add(struct tally *t, int64_t us)
{
    if (t->count == t->size) {
        t->size = t->size > 0 ? 2 * t->size : FIRST_SIZE;
        t->times = mem_grow(t->times, t->size * sizeof *t->times);
    }
    t->times[t->count++] = us;
}

static int by_size(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a;
    int64_t y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

int64_t tally_at(struct tally *t, double share)
{
    if (t->count == 0) {
        return 0;
    }
    qsort(t->times, t->count, sizeof *t->times, by_size);
    size_t at = (size_t)(share * (double)t->count);
    return t->times[at < t->count ? at : t->count - 1];
}

void tally_reset(struct tally *t)
{
    free(t->times);
    *t = (struct tally){.times = NULL};
}
