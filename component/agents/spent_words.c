#include "agents/spent_words.h"

#include <stdio.h>

enum { MINUTE_MS = 60 * 1000, HOUR_MINUTES = 60 };

const char *spent_words(time_ms spent, char out[SPENT_WORDS_SIZE])
{
    long long minutes = spent > 0 ? (spent + MINUTE_MS - 1) / MINUTE_MS : 0;

    snprintf(out, SPENT_WORDS_SIZE, "%lld:%02lld h", minutes / HOUR_MINUTES,
             minutes % HOUR_MINUTES);
    return out;
}
