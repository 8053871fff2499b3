/* who.h - whom a command names: an agent, a department or a level, as a choice of its form and as a
 * word.
 *
 * A department is named by its id, an agent by the part before the @, or by the whole address where
 * that part names another one, too. As text the public name does as well. A level is "level2", as
 * text also "2" or what its name is in the agent's language, where nobody else is called so; there
 * are none where all agents are of the first. */
#pragma once

#include "agents/commands.h"

enum { WHO_BYTES = COMMAND_WORD_BYTES };

/* For struct command_field: agents; departments, agents and levels. Without who gives the command,
 * but for all. */
bool who_agents(const struct command_call *c, size_t at, struct command_choice *out);
/* All of them. */
bool who_all_agents(const struct command_call *c, size_t at, struct command_choice *out);
bool who_everybody(const struct command_call *c, size_t at, struct command_choice *out);
/* What was typed, with a level that stands first written as its choice is. */
char *who_typed_dup(const struct command_call *c, const char *arguments);
/* Whose chat is meant: of the contact that it was given under, or of the number in that field;
 * NULL: nobody's. */
const char *who_visitor(const struct command_call *c, const char *field);
/* Why a supervisor does not come into the chat of who_visitor. */
void who_refuse(struct command_call *c, enum desk_result result);
/* What that value of a choice is: the agent's bare JID, else NULL. */
const char *who_agent(const struct command_call *c, const char *value);
/* Which level that value is, else 0. */
unsigned who_level(const struct command_call *c, const char *value);
/* The name of that agent, department or level; until the next call. */
const char *who_name(const struct command_call *c, const char *value);
