/* What stands in tickets and chats. What is typed is text, whatever it looks like; but for
 * "before=NUMBER" in front, which goes on with a longer answer. */
#include "agents/listing.h"
#include "agents/tickets.h"
#include "base/mem.h"

#include <string.h>

enum { TEXT_BYTES = 400 };
static const char BEFORE[] = "before=";

static char *typed_dup(const struct command_call *c, const char *arguments)
{
    const char *at = arguments + strspn(arguments, " \t\n");
    const char *number = at + strlen(BEFORE);

    (void)c;
    if (strncmp(at, BEFORE, strlen(BEFORE)) == 0) {
        size_t digits = strspn(number, "0123456789");
        if (digits > 0 && strchr(" \t\n", number[digits]) != NULL) {
            return mem_dup(number);
        }
    }
    return mem_print("0 %s", at);
}

static void run(struct command_call *c)
{
    const char *text = command_value(c, "text");
    const char *before = command_value(c, "before");

    if (strlen(text) > TEXT_BYTES) {
        command_fail(c, N_("At most %d bytes are searched for."), TEXT_BYTES);
    } else if (strspn(before, "0123456789") != strlen(before)) {
        command_fail(c, N_("\"%s\" is no number of a ticket."), before);
    } else {
        listing_start(c, &(struct ticket_query){.text = text, .before = tickets_number(before)},
                      c->command->word, text);
    }
}

const struct command command_search = {
    .word = "search",
    .alias = "suche",
    .places = AT_VISITOR | AT_DEPARTMENT | AT_SERVICE,
    .roles = BY_AGENTS | ROLE_BIT(ROLE_DISPATCHER) | ROLE_BIT(ROLE_SUPERVISOR) |
             ROLE_BIT(ROLE_DATA_PROTECTION),
    .only_reads = true,
    .usage = N_("TEXT"),
    .help = N_("tickets and chats in which all these words stand, the latest first"),
    .fields = {{.name = "before", .label = N_("Before the ticket number"), .kind = FIELD_WORD},
               {.name = "text",
                .label = N_("Words that are searched for"),
                .kind = FIELD_LINE,
                .required = true}},
    .typed_dup = typed_dup,
    .run = run,
};
