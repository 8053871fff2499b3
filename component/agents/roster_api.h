/* roster_api.h - ejabberd's HTTP API (mod_http_api): add_rosteritem and delete_rosteritem, by
 * libcurl on the loop. */
#pragma once

#include <stdbool.h>

struct event_base;
struct roster_api;

/* why: words when it failed. */
typedef void (*roster_api_done)(void *ctx, bool ok, const char *why);

/* url: "http://127.0.0.1:5280/api"; user a JID, both may be NULL for a server that trusts the
 * address. Copied. */
struct roster_api *roster_api_create(struct event_base *loop, const char *url, const char *user,
                                     const char *password);
/* Calls under way are dropped without an answer. */
void roster_api_destroy(struct roster_api *a);
/* One call; agent and contact are bare JIDs with a local part; name and group NULL when it removes.
 * The answer comes once, from the loop, within ten seconds. */
void roster_api_call(struct roster_api *a, bool removes, const char *agent, const char *contact,
                     const char *name, const char *group, roster_api_done done, void *ctx);
