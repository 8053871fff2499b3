/* roster.h - the ways of putting a contact into an agent's roster (architecture section 7).
 *
 * The way is decided by the result of a roster set, never by what a server advertises
 * (ejabberd 23.01 advertises a privilege that fails): first XEP-0356 (a roster iq to the agent's
 * bare JID works with :2 and :1 alike), then ejabberd's HTTP API if it is configured. What has
 * worked once for agents of a domain is used first for them from then on. */
#pragma once

#include "xml/stanza.h"

#include <stdbool.h>

struct agents_config;
struct event_base;
struct roster;

/* ok: the roster says so. Called once per operation, never inside the call that began it. */
typedef void (*roster_done)(void *ctx, bool ok);

struct roster *roster_create(const struct agents_config *config, struct event_base *loop,
                             const struct post *post);
/* Another way: choice and API are taken from config, and what was learned is forgotten. What the
 * API was asked already is asked anew. */
void roster_configure(struct roster *r, const struct agents_config *config);
/* Operations under way are dropped without an answer. */
void roster_destroy(struct roster *r);
/* Adds or renames; subscription both. contact: bare JID. After the commit of this turn's writes. */
void roster_put(struct roster *r, const char *agent, const char *contact, const char *name,
                const char *group, roster_done done, void *ctx);
void roster_remove(struct roster *r, const char *agent, const char *contact, roster_done done,
                   void *ctx);
/* Who of ours is in that agent's roster: on_item for each contact of our domain (bare JID,
 * borrowed), then done. */
typedef void (*roster_item)(void *ctx, const char *agent, const char *contact);
void roster_list(struct roster *r, const char *agent, roster_item on_item, void *ctx);
/* That agent's archive is to have nothing of what was said with the contact, where the API is
 * configured: false, if it is not. What fails is logged. */
bool roster_forget(struct roster *r, const char *agent, const char *contact);
/* The link came up (so it is at first) or was lost: what asks over it ends at once while it is
 * down.
 */
void roster_link(struct roster *r, bool up);
/* Whether contacts can be put into that agent's roster, as far as it was tried. */
enum roster_verdict { ROSTER_UNKNOWN, ROSTER_OPEN, ROSTER_CLOSED };
enum roster_verdict roster_verdict(const struct roster *r, const char *agent);
/* Over the link: then an answer also says that the server has had what was sent before. */
bool roster_is_over_link(const struct roster *r, const char *agent);
/* "XEP-0356", "HTTP API", "none that works", "not tried yet", "switched off"; what works somewhere
 * goes before what does not (each domain has its own way, federated agents mostly none). */
const char *roster_way(const struct roster *r);
