/* spent_words.h - how agents read the time that was spent (desk/spent.h). */
#pragma once

#include "base/clock.h"

enum { SPENT_WORDS_SIZE = 32 };

/* "1:05 h", as far as minutes were begun; less than nothing is nothing. Returns out. */
const char *spent_words(time_ms spent, char out[SPENT_WORDS_SIZE]);
