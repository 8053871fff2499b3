/* who.h - whom a command names: an agent or a department, as a choice of its form and as a word.
 *
 * A department is named by its id, an agent by the part before the @, or by the whole address where
 * that part names another one, too. As text the public name does as well. */
#pragma once

#include "agents/commands.h"

enum { WHO_BYTES = COMMAND_WORD_BYTES };

/* For struct command_field: agents; agents and departments. Without who gives the command. */
bool who_agents(const struct command_call *c, size_t at, struct command_choice *out);
bool who_everybody(const struct command_call *c, size_t at, struct command_choice *out);
/* Whose chat is meant: of the contact that it was given under, or of the number in that field;
 * NULL: nobody's. */
const char *who_visitor(const struct command_call *c, const char *field);
/* What that value of a choice is: the agent's bare JID, else NULL. */
const char *who_agent(const struct command_call *c, const char *value);
/* The name of that agent or department. */
const char *who_name(const struct command_call *c, const char *value);
