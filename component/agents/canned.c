#include "agents/canned.h"

#include "agents/agents_state.h"
#include "agents/macro.h"
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

void canned_begin(struct filling_value table[CANNED_PLACES + 1])
{
    static const char *const NAMES[CANNED_PLACES] = {"name",   "agent",      "page", "url",
                                                     "number", "department", "date"};

    for (size_t i = 0; i < CANNED_PLACES; i++) {
        table[i] = (struct filling_value){NAMES[i], ""};
    }
    table[CANNED_PLACES] = (struct filling_value){NULL, NULL};
}

char *canned_word_fault_dup(enum language language, const char *word)
{
    return desk_canned_is_word(word)
               ? NULL
               : mem_print(
                     language_text(language, N_("A canned answer is called by a word of at "
                                                "most %d small letters, digits and hyphens.")),
                     CANNED_WORD_BYTES);
}

char *canned_text_fault_dup(const struct agents *a, enum language language, const char *text)
{
    struct filling_value table[CANNED_PLACES + 1];

    canned_begin(table);
    char *unknown = filling_unknown_dup(text, table);
    if (unknown == NULL) {
        return macro_fault_dup(a, language, macro_find(a, text));
    }
    char *fault = mem_print(
        language_text(language,
                      N_("%s is not known. There are {name}, {agent}, {page}, {url}, {number}, "
                         "{department} and {date}; {name|you} says what stands there without a "
                         "name, {{ is a brace.")),
        unknown);
    free(unknown);
    return fault;
}
