#include "dossier.h"

#include "base/mem.h"
#include "base/text.h"

#include <string.h>

static const char *const ACTS[] = {
    [DOSSIER_LOOK] = "look", [DOSSIER_ERASE] = "erase", [DOSSIER_EXPORT] = "export"};

enum { ACT_COUNT = sizeof ACTS / sizeof *ACTS };

char *dossier_order_print(const struct dossier_order *o, const char *person)
{
    return mem_print("%s\n%s\n%s\n%s", ACTS[o->act], o->ends ? "end" : "", person,
                     o->path != NULL ? o->path : "");
}

/* The piece up to the next line feed, which is cut off; *rest is behind it. */
static char *cut(char **rest)
{
    char *piece = *rest;
    char *feed = strchr(piece, '\n');

    if (feed != NULL) {
        *feed = '\0';
        *rest = feed + 1;
    } else {
        *rest = piece + strlen(piece);
    }
    return piece;
}

bool dossier_parse(char *text, const char *who, struct dossier_order *out)
{
    char *rest = text;
    const char *act = cut(&rest);
    const char *ends = cut(&rest);
    const char *person = cut(&rest);

    *out = (struct dossier_order){.who = who, .path = cut(&rest)};
    out->ends = text_equal(ends, "end");
    for (size_t i = 0; i < ACT_COUNT; i++) {
        if (text_equal(ACTS[i], act)) {
            out->act = (enum dossier_act)i;
            return dossier_read_person(person, &out->person);
        }
    }
    return false;
}
