/* What administrators read. */
#include "agents/administration.h"

#include "base/log.h"

#include <stdio.h>
#include <time.h>

bool administration_has_failed(const struct administration_result *r)
{
    return r->outcome != ADMINISTRATION_DONE && r->outcome != ADMINISTRATION_UNCHANGED &&
           r->outcome != ADMINISTRATION_KEPT;
}

static void write_done(struct buf *out, enum language language,
                       const struct administration_result *r)
{
    switch (r->act) {
    case ADMINISTRATION_ADD:
        buf_printf(out, language_text(language, N_("%s is added and in force.")), r->id);
        break;
    case ADMINISTRATION_CHANGE:
        buf_printf(out, language_text(language, N_("%s is changed and in force.")), r->id);
        break;
    case ADMINISTRATION_REMOVE:
        buf_printf(out, language_text(language, N_("%s is removed.")), r->id);
        break;
    }
    if (r->chats > 0) {
        buf_add_char(out, ' ');
        buf_printf(out,
                   language_plural(language, "%u open chat goes to others.",
                                   "%u open chats go to others.", r->chats),
                   r->chats);
    }
}

void administration_write_result(struct buf *out, enum language language,
                                 const struct administration_result *r)
{
    switch (r->outcome) {
    case ADMINISTRATION_DONE:
        write_done(out, language, r);
        break;
    case ADMINISTRATION_UNCHANGED:
        buf_printf(out, language_text(language, N_("%s is so already. Nothing was changed.")),
                   r->id);
        break;
    case ADMINISTRATION_NAMED:
        buf_printf(out,
                   language_text(language, N_("%s stands in the configuration file, which wins: "
                                              "change it there, %s:%d.")),
                   r->id, r->file, r->line);
        break;
    case ADMINISTRATION_THERE:
        buf_printf(out, language_text(language, N_("%s is there already. It can be changed.")),
                   r->id);
        break;
    case ADMINISTRATION_UNKNOWN:
        buf_printf(out, language_text(language, N_("There is no %s to change.")), r->id);
        break;
    case ADMINISTRATION_INVALID:
        buf_printf(out, language_text(language, N_("This does not fit. Nothing was changed: %s")),
                   r->words);
        break;
    case ADMINISTRATION_BUSY:
        buf_add_text(out, language_text(language, N_("Another change is being kept. Nothing was "
                                                     "changed; try again.")));
        break;
    case ADMINISTRATION_REFUSING:
        buf_add_text(out, language_text(language, N_("Nothing can be kept right now. Nothing was "
                                                     "done.")));
        break;
    case ADMINISTRATION_KEPT:
        buf_printf(out,
                   language_text(language, N_("This is kept, but not in force yet: %s. A reload "
                                              "tries again.")),
                   r->words);
        break;
    }
}

void administration_write_item(struct buf *out, enum language language,
                               const struct administration_item *i)
{
    buf_printf(out, "%s (%s)%s%s – ", i->id, i->name, i->facts[0] != '\0' ? ": " : "", i->facts);
    if (i->line > 0) {
        buf_printf(out, "%s:%d", i->file, i->line);
    } else {
        buf_add_text(out, language_text(language, N_("database")));
    }
}

void administration_write_audit(struct buf *out, enum language language,
                                const struct audit_record *r)
{
    char at[32];
    struct tm day;
    time_t seconds = (time_t)(r->at / 1000);

    (void)strftime(at, sizeof at, "%Y-%m-%d %H:%M:%S", gmtime_r(&seconds, &day));
    buf_printf(out, "%s %s: %s", at, r->who, r->what);
    if (r->before[0] != '\0') {
        buf_printf(out, language_text(language, N_("; before: %s")), r->before);
    }
    if (r->after[0] != '\0') {
        buf_printf(out, language_text(language, N_("; now: %s")), r->after);
    }
}
