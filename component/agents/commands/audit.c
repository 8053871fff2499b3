/* Who changed what of the configuration. */
#include "agents/call.h"

#include <stdlib.h>
#include <string.h>

enum { ROWS = 20, ROWS_MAX = 100, DIGITS = 3 };

static void on_rows(void *ctx, const struct audit_record *rows, size_t count)
{
    struct command_call *c = ctx;
    struct buf line;

    buf_init(&line, CALL_ANSWER_BYTES);
    for (size_t i = 0; i < count; i++) {
        buf_reset(&line);
        administration_write_audit(&line, c->language, &rows[i]);
        command_add(c, line.bytes);
    }
    buf_finish(&line);
    if (count == 0) {
        command_say(c, N_("Nothing was changed yet."));
    }
    command_finish(c);
}

static void run(struct command_call *c)
{
    const char *value = command_value(c, "number");
    size_t len = strlen(value);
    unsigned long rows = len == 0 ? ROWS
                         : len <= DIGITS && strspn(value, "0123456789") == len
                             ? strtoul(value, NULL, 10)
                             : 0;

    if (rows < 1 || rows > ROWS_MAX) {
        command_fail(c, N_("A number from 1 to %d is wanted."), ROWS_MAX);
        return;
    }
    command_defer(c);
    storage_audit(c->agents->storage, (unsigned)rows, on_rows, c);
}

const struct command command_audit = {
    .word = "audit",
    .alias = "protokoll",
    .places = AT_SERVICE,
    .roles = ROLE_BIT(ROLE_ADMINISTRATOR) | ROLE_BIT(ROLE_DATA_PROTECTION),
    .only_reads = true,
    .usage = N_("[NUMBER]"),
    .help = N_("who changed what of the configuration, the latest first"),
    .fields = {{.name = "number", .label = N_("How many lines"), .kind = FIELD_WORD}},
    .run = run,
};
