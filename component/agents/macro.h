/* macro.h - steps: commands that run one after the other, each as if it had been typed.
 *
 * Steps are lines that begin with the prefix. Each is looked up, and the rights to it, when its
 * turn has come; the first that fails ends it, and the answer says which. A macro cannot contain
 * the command that runs it, so there is no end to look for. */
#pragma once

#include "agents/call.h"

enum { MACRO_STEPS = 8 };

/* Where the steps begin in a text: the first line that gives a command, or its end. */
const char *macro_find(const struct agents *a, const char *text);
/* NULL: these can be steps; else why not (free() it). */
char *macro_fault_dup(const struct agents *a, enum language language, const char *steps);
/* Does them, and finishes c; the caller is deferred. */
void macro_run(struct command_call *c, const char *steps);
/* call.c: that step has its answer; the caller destroys it. */
void macro_step_done(struct command_call *step);
