/* What all visitors of a site and a department are told (desk/bulletin.h). */
#include "desk/bulletin.h"

#include "visitors/visitors_state.h"
#include "xml/ns.h"

#include <stdlib.h>

enum { LINES_BYTES = 4096 };

char *bulletins_dup(const struct visitors *v, const char *site, const char *department,
                    char between)
{
    const struct bulletin_record *lines[] = {
        desk_bulletin_of(v->desk, BULLETIN_SITE, site),
        desk_bulletin_of(v->desk, BULLETIN_DEPARTMENT, department)};
    struct buf out;

    buf_init(&out, LINES_BYTES);
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        if (lines[i] != NULL && out.len > 0) {
            buf_add_char(&out, between);
        }
        if (lines[i] != NULL) {
            buf_add_text(&out, lines[i]->text);
        }
    }
    return buf_detach(&out);
}

void bulletins_write(struct writer *w, const struct visitors *v, const char *site,
                     const char *department)
{
    char *text = bulletins_dup(v, site, department, '\n');

    if (text[0] != '\0') {
        writer_leaf(w, "bulletin", NS_VISIT, text);
    }
    free(text);
}
