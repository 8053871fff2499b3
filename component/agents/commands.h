/* commands.h - what an agent can type: one table, one file a command.
 *
 * "!word arguments" under a visitor's contact or a department's; "!!" sends a line that starts with
 * the prefix. A new command is a file in commands/, a row in commands.c and a scenario. */
#pragma once

#include "agents/agents_state.h"

struct command_call {
    struct agents *agents;
    const struct stanza *stanza;
    const char *agent;     /* bare JID */
    const char *local;     /* visitor's or department's local part, "" for the service */
    const char *arguments; /* without leading blanks */
};

struct command {
    const char *word;
    bool for_visitor;    /* under a visitor's contact */
    bool for_department; /* under a department's, or the service's */
    const char *help;    /* one line */
    void (*run)(const struct command_call *c);
};

/* The table; ends with a row without word. */
const struct command *commands_table(void);

void command_decline(const struct command_call *c);
void command_end(const struct command_call *c);
void command_help(const struct command_call *c);
void command_queue(const struct command_call *c);
