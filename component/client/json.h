/* json.h - the interface for scripts and bots: one JSON object a line, both ways.
 *
 * Out: {"event": …} online, offline, contact, presence, removed, message, typing, receipt,
 * displayed, error, subscribe, sent, listed, complaint. In:  {"do": …} send, typing, displayed,
 * presence, accept, list, quit. The man page tresen-agent(1) has their members. */
#pragma once

#include "client/session.h"

#include <stdbool.h>

struct json;

extern const struct session_calls JSON_CALLS; /* with the json as their context */

struct json *json_create(void);
void json_destroy(struct json *j);
void json_connect(struct json *j, struct session *s);
/* False: quit. */
bool json_handle_line(void *j, char *line);
