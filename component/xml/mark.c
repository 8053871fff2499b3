#include "xml/mark.h"

#include "xml/ns.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

int64_t mark_sequence(const char *id)
{
    char *end = NULL;

    if (id[0] != 'e' || id[1] < '0' || id[1] > '9') {
        return 0;
    }
    errno = 0;
    long long sequence = strtoll(id + 1, &end, 10);
    return errno == 0 && *end == '\0' ? sequence : 0;
}

bool mark_next(const struct element *message, size_t *at, struct mark *out)
{
    static const struct {
        const char *name;
        const char *ns;
        bool displayed;
    } MARKS[] = {
        {"received", NS_RECEIPTS, false},
        {"received", NS_MARKERS, false},
        {"displayed", NS_MARKERS, true},
    };

    while (*at < sizeof MARKS / sizeof *MARKS) {
        size_t i = (*at)++;
        const struct element *e = element_child(message, MARKS[i].name, MARKS[i].ns);
        const char *id = e != NULL ? element_attr(e, "id") : NULL;
        if (id != NULL) {
            *out = (struct mark){MARKS[i].displayed, id, mark_sequence(id)};
            return true;
        }
    }
    return false;
}

void mark_id(int64_t sequence, char out[MARK_ID_SIZE])
{
    snprintf(out, MARK_ID_SIZE, "e%lld", (long long)sequence);
}
