/* administering.h - what the commands of administrators share: choices of their fields, the order
 * that they give, its answer. */
#pragma once

#include "agents/call.h"

/* Choices for add, change and remove. */
bool administering_act(const struct command_call *c, size_t at, struct command_choice *out);
/* Departments by id. */
bool administering_department(const struct command_call *c, size_t at, struct command_choice *out);
/* Words of the configuration, as they are. */
bool administering_word(const char *const *words, size_t count, size_t at,
                        struct command_choice *out);

/* Of a form that changes an item and says nothing else yet: fills in what there is, and asks again
 * (false). fields from at on. */
bool administering_check(struct command_call *c, enum setting_kind kind, size_t at);
/* Gives the order: fields[0] is the act, fields[1] the item, the others what is given. */
void administering_run(struct command_call *c, enum setting_kind kind);
/* A line each. */
void administering_list(struct command_call *c, enum setting_kind kind);
