#include "agents/commands.h"

void command_help(const struct command_call *c)
{
    struct department_view p;
    bool under_visitor = c->local[0] != '\0' && !desk_department(c->agents->desk, c->local, &p);
    struct buf text;

    buf_init(&text, 4096);
    buf_add_text(&text, under_visitor
                            ? "— What you write here goes to the visitor. Commands:"
                            : "— Nobody reads what is written here; visitors appear as contacts "
                              "of their own. Commands:");
    for (const struct command *row = commands_table(); row->word != NULL; row++) {
        if (under_visitor ? row->for_visitor : row->for_department) {
            buf_printf(&text, "\n!%s – %s", row->word, row->help);
        }
    }
    messages_reply(c->agents, c->stanza, text.bytes);
    buf_finish(&text);
}
