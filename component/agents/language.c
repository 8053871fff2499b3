#include "agents/language.h"

#include "agents/agents_state.h"
#include "base/log.h"

#include <libintl.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

/* The one "language" that gettext is ever switched to; ours are text domains (decision 0062). */
#define EVERYBODY "agents"

static const struct {
    const char *tag;
    const char *domain; /* NULL: the texts of the source */
} LANGUAGES[] = {
    [LANGUAGE_EN] = {"en", NULL},
    [LANGUAGE_DE] = {"de", "tresen-de"},
};
enum { LANGUAGE_COUNT = sizeof LANGUAGES / sizeof *LANGUAGES };

/* The text of nothing is the head of a catalogue. */
static bool is_known(const char *domain)
{
    return dgettext(domain, "")[0] != '\0';
}

void language_start(const char *folder)
{
    /* For messages only: numbers and times that programs read stay as they are. */
    setlocale(LC_MESSAGES, "C.UTF-8");
    setenv("LANGUAGE", EVERYBODY, 1);
    for (size_t i = 0; i < LANGUAGE_COUNT; i++) {
        const char *domain = LANGUAGES[i].domain;
        if (domain == NULL) {
            continue;
        }
        if (folder != NULL) {
            bindtextdomain(domain, folder);
        }
        bind_textdomain_codeset(domain, "UTF-8");
        if (!is_known(domain)) {
            log_warn("language: no texts in \"%s\" (%s.mo in %s): who chose it reads English",
                     LANGUAGES[i].tag, domain, folder != NULL ? folder : "no folder");
        }
    }
}

const char *language_text(enum language language, const char *text)
{
    const char *domain = LANGUAGES[language].domain;

    return domain != NULL ? dgettext(domain, text) : text;
}

const char *language_plural(enum language language, const char *one, const char *many,
                            unsigned long count)
{
    const char *domain = LANGUAGES[language].domain;

    if (domain != NULL) {
        return dngettext(domain, one, many, count);
    }
    return count == 1 ? one : many;
}

enum language agents_language(const struct agents *a, const char *jid)
{
    const enum language *own = map_get(a->languages, jid);

    return own != NULL ? *own : a->config.language;
}
