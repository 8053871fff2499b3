/* kept.h - answers to commands that keep or correct something (desk/keeping.c). */
#pragma once

#include "agents/call.h"

/* Says why not; false then. */
bool kept_well(struct command_call *c, enum desk_result result);
/* Corrects what is known of the visitor, and says what came of it. field: "name", "email", "phone"
 * or a free one; value "-": taken out. */
void kept_correct(struct command_call *c, const char *field, const char *value);
