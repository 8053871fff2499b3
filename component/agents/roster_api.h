/* roster_api.h - ejabberd's HTTP API (mod_http_api): add_rosteritem, delete_rosteritem, get_roster,
 * and what removes from an archive (XEP-0313) what was said with one address; by libcurl on the
 * loop. */
#pragma once

#include <stdbool.h>

struct event_base;
struct roster_api;

enum roster_api_what { ROSTER_API_ADD, ROSTER_API_DELETE, ROSTER_API_LIST, ROSTER_API_FORGET };

/* text: words when it failed, the answer of a list when it did not. Borrowed. */
typedef void (*roster_api_done)(void *ctx, bool ok, const char *text);

/* url: "http://127.0.0.1:5280/api"; user a JID, both may be NULL for a server that trusts the
 * address. Copied. */
struct roster_api *roster_api_create(struct event_base *loop, const char *url, const char *user,
                                     const char *password);
/* Calls under way are dropped without an answer. */
void roster_api_destroy(struct roster_api *a);
/* One call; agent and contact are bare JIDs with a local part; name and group only to add, contact
 * not to list. The answer comes once, from the loop, within ten seconds. */
void roster_api_call(struct roster_api *a, enum roster_api_what what, const char *agent,
                     const char *contact, const char *name, const char *group, roster_api_done done,
                     void *ctx);
/* Each contact's JID in the answer of a list. */
void roster_api_each(const char *answer, void (*on_item)(void *ctx, const char *contact),
                     void *ctx);
