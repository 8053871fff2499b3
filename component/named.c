#include "named.h"

#include "base/mem.h"
#include "base/text.h"
#include "desk/desk.h"

#include <stdlib.h>
#include <string.h>

static bool has(const struct named *named, const char *id)
{
    for (size_t i = 0; i < named->count; i++) {
        if (text_equal(named->list[i].id, id)) {
            return true;
        }
    }
    return false;
}

static bool add(struct named *named, const struct desk *d, const char *id)
{
    if (has(named, id)) {
        return true;
    }
    if (named->count == NAMED_MAX || !desk_department(d, id, &named->list[named->count])) {
        return false;
    }
    named->count++;
    return true;
}

bool named_find(struct named *named, const struct desk *d, const char *ids, const char *fallback)
{
    const char *at = ids[0] != '\0' ? ids : fallback;

    *named = (struct named){.are_several = strchr(at, ' ') != NULL};
    for (at += strspn(at, " "); *at != '\0'; at += strspn(at, " ")) {
        size_t len = strcspn(at, " ");
        char *id = mem_dup_n(at, len);
        bool is_one = add(named, d, id);

        free(id);
        if (!is_one) {
            return false;
        }
        at += len;
    }
    return named->count > 0;
}
