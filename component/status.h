/* status.h - what `tresen status` prints of the daemon's answer (vitals.h): a page for people, or a
 * line for who writes it down. */
#pragma once

#include <jansson.h>
#include <stdbool.h>

struct config;

/* A page of some lines and a table of departments; what the daemon says is made harmless for
 * terminals. free() it. */
char *status_page_print(const json_t *status);
/* One line of names and values without blanks, without its end. free() it. */
char *status_line_print(const json_t *status);

/* Asks and prints every two seconds until SIGINT or SIGTERM: on a terminal the page, drawn over the
 * one before; else a line each time, as JSON if json. Goes on when the daemon does not answer, and
 * says so, and when it has been started again. Returns an exit code. */
int status_watch(const struct config *config, bool json);
