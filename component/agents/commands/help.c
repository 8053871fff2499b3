#include "agents/call.h"

static void add_row(struct command_call *c, const struct command *row)
{
    bool german = c->language == LANGUAGE_DE;
    struct buf line;

    buf_init(&line, 1024);
    buf_printf(&line, "%c%s", c->agents->config.command_prefix, german ? row->alias : row->word);
    if (row->usage != NULL) {
        buf_printf(&line, " %s", language_text(c->language, row->usage));
    }
    buf_printf(&line, " – %s", language_text(c->language, row->help));
    command_add(c, line.bytes);
    buf_finish(&line);
}

static void run(struct command_call *c)
{
    if (c->place == AT_TICKET) {
        command_say(c, N_("What you write here goes to the ticket's requester. Commands:"));
    } else if (c->place == AT_VISITOR) {
        command_say(c, N_("What you write here goes to the visitor. Commands:"));
    } else {
        command_say(c, N_("Nobody reads what is written here; visitors appear as contacts of "
                          "their own. Commands:"));
    }
    for (const struct command *const *row = commands_table(); *row != NULL; row++) {
        if (((*row)->places & c->place) != 0 && commands_may(c->agents, *row, c->agent, c->place)) {
            add_row(c, *row);
        }
    }
}

const struct command command_help = {
    .word = "help",
    .alias = "hilfe",
    .places = AT_VISITOR | AT_DEPARTMENT | AT_SERVICE | AT_TICKET,
    .roles = BY_ANYBODY,
    .only_reads = true,
    .help = N_("what can be typed here"),
    .run = run,
};
