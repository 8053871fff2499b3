#include "desk/tags.h"

#include "base/mem.h"

#include <string.h>

/* Where the tag stands in the list; NULL: it does not. count: how many there are. */
static const char *find_tag(const char *tags, const char *tag, size_t *count)
{
    size_t len = strlen(tag);
    const char *found = NULL;

    *count = 0;
    for (const char *word = tags; *word != '\0'; word += strspn(word, " ")) {
        size_t own = strcspn(word, " ");
        if (own == len && strncmp(word, tag, len) == 0) {
            found = word;
        }
        word += own;
        ++*count;
    }
    return found;
}

static char *without_dup(const char *tags, const char *at, const char *tag)
{
    const char *behind = at + strlen(tag);

    /* The blank before it goes too, or that behind the first. */
    return at > tags ? mem_print("%.*s%s", (int)(at - tags - 1), tags, behind)
                     : mem_dup(*behind == ' ' ? behind + 1 : behind);
}

enum desk_result tags_change_dup(const char *tags, const char *tag, bool present, char **out)
{
    size_t count;
    const char *at = find_tag(tags, tag, &count);

    if ((at != NULL) == present) {
        return DESK_REPEATED;
    }
    if (present && (count >= DESK_TAGS || strlen(tag) > DESK_TAG_BYTES)) {
        return DESK_FULL;
    }
    *out =
        present ? mem_print("%s%s%s", tags, count > 0 ? " " : "", tag) : without_dup(tags, at, tag);
    return DESK_OK;
}
