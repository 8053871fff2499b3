/* screen.h - the line interface for people: prints what happens, does what is typed. No curses;
 * pipes work. */
#pragma once

#include "client/session.h"

#include <stdbool.h>

struct screen;

extern const struct session_calls SCREEN_CALLS; /* with the screen as their context */

struct screen *screen_create(void);
void screen_destroy(struct screen *screen);
void screen_connect(struct screen *screen, struct session *s);
/* False: the agent wants to leave. The line is changed. */
bool screen_handle_line(void *screen, char *line);
