/* All that is kept of a person, as lines, a page at a time. */
#include "agents/call.h"
#include "agents/dossier.h"
#include "base/mem.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

enum { PAGE_BYTES = 30 * 1024, DIGITS = 4 };

static unsigned long page_of(const struct command_call *c)
{
    const char *value = command_value(c, "page");
    size_t len = strlen(value);

    if (len == 0) {
        return 1;
    }
    return len <= DIGITS && strspn(value, "0123456789") == len ? strtoul(value, NULL, 10) : 0;
}

/* From the line behind the pages before; a page ends with a line. */
static void add_page(struct command_call *c, const char *text, unsigned long page)
{
    const char *at = text;

    for (unsigned long i = 1; i < page && *at != '\0'; i++) {
        size_t len = strnlen(at, PAGE_BYTES);
        while (at[len] != '\0' && len > 0 && at[len] != '\n') {
            len--;
        }
        at += len > 0 ? len : strnlen(at, PAGE_BYTES);
    }
    if (*at == '\0') {
        command_fail(c, N_("There is no such page."));
        return;
    }
    size_t len = strnlen(at, PAGE_BYTES);
    while (at[len] != '\0' && len > 0 && at[len] != '\n') {
        len--;
    }
    len = len > 0 ? len : strnlen(at, PAGE_BYTES);
    char *part = mem_dup_n(at, len);
    command_add(c, part + strspn(part, "\n"));
    free(part);
    if (at[len] != '\0') {
        command_say(c, N_("There is more: %cexport %s %lu"), c->agents->config.command_prefix,
                    command_value(c, "person"), page + 1);
    }
}

static void on_done(void *ctx, const struct dossier_result *r)
{
    struct command_call *c = ctx;
    struct buf text;

    buf_init(&text, 2 * EXPORT_BYTES_MAX);
    dossier_write_result(&text, c->language, r);
    if (dossier_has_failed(r)) {
        command_fail(c, "%s", text.bytes);
    } else if (r->outcome == DOSSIER_NOBODY) {
        command_add(c, text.bytes);
    } else {
        add_page(c, text.bytes, page_of(c));
    }
    buf_finish(&text);
    command_finish(c);
}

static void run(struct command_call *c)
{
    const struct dossiers *dossiers = &c->agents->config.dossiers;
    struct dossier_order o = {.who = c->agent, .act = DOSSIER_EXPORT, .path = ""};

    if (!dossier_read_person(command_value(c, "person"), &o.person) || page_of(c) == 0) {
        command_fail(c, N_("Whom? The visitor (visitor-...), an e-mail address, or jid: and an "
                           "XMPP address; and perhaps the number of a page."));
        return;
    }
    command_defer(c);
    dossiers->order(dossiers->ctx, &o, on_done, c);
}

const struct command command_export = {
    .word = "export",
    .alias = "auskunft",
    .places = AT_SERVICE,
    .roles = ROLE_BIT(ROLE_DATA_PROTECTION),
    .usage = N_("WHO [PAGE]"),
    .help = N_("all that is kept of a person"),
    .fields = {{.name = "person",
                .label = N_("Visitor (visitor-...), e-mail address, or jid:ADDRESS"),
                .kind = FIELD_WORD,
                .required = true},
               {.name = "page", .label = N_("Page"), .kind = FIELD_WORD}},
    .run = run,
};
