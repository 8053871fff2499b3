/* Who read whose record. */
#include "agents/call.h"
#include "agents/facts.h"

#include <stdlib.h>
#include <string.h>

enum { ROWS = 50 };

static const char *name_of(const char *what)
{
    static const struct {
        const char *what;
        const char *name;
    } NAMES[] = {
        {"history", N_("list of chats")},
        {"transcript", N_("what was said")},
        {"ticket", N_("ticket")},
        {"files", N_("list of files")},
        {"search", N_("found by a search")},
        {"tickets", N_("list of tickets")},
        {"export", N_("all of it")},
    };

    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++) {
        if (strcmp(NAMES[i].what, what) == 0) {
            return NAMES[i].name;
        }
    }
    return what;
}

static void on_rows(void *ctx, const struct read_record *rows, size_t count)
{
    struct command_call *c = ctx;
    char date[FACTS_DATE_SIZE];
    struct buf line;

    buf_init(&line, 8 * 1024);
    for (size_t i = 0; i < count; i++) {
        buf_reset(&line);
        facts_date(rows[i].at, date);
        buf_printf(&line, "%s %s: %s", date, rows[i].who,
                   language_text(c->language, name_of(rows[i].what)));
        if (rows[i].chat > 0) {
            buf_printf(&line, ", %lld", (long long)rows[i].chat);
        }
        if (rows[i].visitor[0] != '\0') {
            buf_printf(&line, ", %s", rows[i].visitor);
        }
        command_add(c, line.bytes);
    }
    buf_finish(&line);
    if (count == 0) {
        command_say(c, N_("Nobody has read anything."));
    }
    command_finish(c);
}

static void run(struct command_call *c)
{
    command_defer(c);
    storage_reads(c->agents->storage, command_value(c, "visitor"), ROWS, on_rows, c);
}

const struct command command_reads = {
    .word = "reads",
    .alias = "einsicht",
    .places = AT_SERVICE,
    .roles = ROLE_BIT(ROLE_DATA_PROTECTION),
    .only_reads = true,
    .usage = N_("[VISITOR]"),
    .help = N_("who read whose record, the latest first"),
    .fields = {{.name = "visitor",
                .label = N_("Visitor (visitor-...), or all"),
                .kind = FIELD_WORD}},
    .run = run,
};
