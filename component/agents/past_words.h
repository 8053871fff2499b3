/* past_words.h - what a note of the record says in words of its own (a state, a priority, a time
 * that is promised), as an agent reads it. What is stored stays English, whoever reads it. */
#pragma once

#include "agents/language.h"
#include "storage/storage.h"

/* free() it. NULL: its body is read as it is: it is somebody's words, or English is read. */
char *past_words_dup(enum language language, const struct entry_record *e);
