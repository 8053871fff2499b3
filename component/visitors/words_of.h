/* words_of.h - the texts of words.h in the languages that have a file of their own. Of words.c
 * only. */
#pragma once

#include "visitors/words.h"

extern const char *const words_french[WORD_COUNT];
extern const char *const words_spanish[WORD_COUNT];
extern const char *const words_polish[WORD_COUNT];
extern const char *const words_turkish[WORD_COUNT];
extern const char *const words_arabic[WORD_COUNT];
