/* canned.h - what a canned answer may say: places to fill in (filling.h), and commands behind it
 * (macro.h). */
#pragma once

#include "agents/filling.h"
#include "agents/language.h"

struct agents;

enum canned_place {
    PLACE_NAME,
    PLACE_AGENT,
    PLACE_PAGE,
    PLACE_URL,
    PLACE_NUMBER,
    PLACE_DEPARTMENT,
    PLACE_DATE,
    CANNED_PLACES
};

/* Each place by its name, empty; and the end. */
void canned_begin(struct filling_value table[CANNED_PLACES + 1]);
/* NULL: it can be kept; else what is wrong with it (free() it). text is cleaned. */
char *canned_word_fault_dup(enum language language, const char *word);
char *canned_text_fault_dup(const struct agents *a, enum language language, const char *text);
