/* agents.h - what an agent and the desk say to each other, in stanzas, through any XMPP client.
 *
 * Agents see departments and visitors as contacts. Files: availability.c (presence of the agent's
 * resources → free, away, busy, gone), doubt.c (is that true), arrival.c (has a line arrived),
 * ping.c (what both ask), contacts.c (what is in whose roster, the ledger), contact.c (one of
 * them), slots.c (a fixed number of contacts for many visitors: who stands behind which), roster.c
 * (the ways of putting it there), messages.c (lines in), lines.c (lines out: rows of the outbox),
 * portrait.c (the agent's own picture), attachments_api.c (files that agents send), clients.c (what
 * an agent's client can do), card.c (disco, caps, vCard of a visitor), commands.c + commands/ (text
 * commands), words.c, language.c + i18n/ (what they read). This folder writes the ledger, and what
 * is under way through outbox/; everything else is written by the desk.
 */
#pragma once

#include "agents/administration.h"
#include "agents/dossier.h"
#include "agents/language.h"
#include "agents/reports.h"
#include "desk/desk.h"
#include "storage/storage.h"
#include "xml/stanza.h"

struct event_base;
struct files;
struct outbox;

enum roster_choice { ROSTER_AUTO, ROSTER_PRIVILEGE, ROSTER_API, ROSTER_NONE };

struct agent_language {
    const char *jid; /* bare */
    enum language language;
};

enum contacts_choice { CONTACTS_AUTO, CONTACTS_VISITOR, CONTACTS_SLOTS };

struct agents_person {
    const char *jid;
    enum contacts_choice contacts;
    unsigned slots;  /* where there are */
    bool shows_face; /* the photo of the vCard is for visitors, too (portrait.h) */
};

struct agents_site {
    const char *id;
    const char *const *origins; /* scheme://host[:port] */
    size_t origin_count;
};

struct agents_config {
    const char *domain;
    enum roster_choice roster;
    const char *api_url; /* ejabberd's HTTP API, NULL: none */
    const char *api_user;
    const char *api_password;
    size_t body_points;
    size_t body_bytes;
    time_ms doubt_ms;       /* doubt.h; 0: never */
    char command_prefix;    /* commands.h */
    enum language language; /* of who is not among these, supervisors for example: */
    const struct agent_language *languages; /* copied */
    size_t language_count;
    const struct agents_person *people; /* copied; who is not in it: CONTACTS_AUTO without slots */
    size_t person_count;
    const struct agents_site *sites; /* copied; whose pages may be offered */
    size_t site_count;
    time_ms slot_rest_ms;
    time_ms slot_unread_ms;
    struct administration administration; /* order NULL: nothing can be changed */
    struct dossiers dossiers;             /* order NULL: nobody is erased or exported */
    struct reports reports;               /* of whoever may read figures */
    struct files *files;                  /* NULL: agents' files are not copied */
    const char *const *upload_services;   /* addresses below which they lie (attachments_api.h) */
    size_t upload_service_count;
};

struct agents;

/* config's strings, storage, outbox and post are borrowed and outlive it, config's strings until
 * the next agents_configure. loop: for the HTTP API. */
struct agents *agents_create(const struct agents_config *config, struct event_base *loop,
                             struct storage *storage, struct outbox *outbox,
                             const struct post *post);
void agents_destroy(struct agents *a);
const struct desk_agent_ports *agents_ports(struct agents *a);
void agents_connect(struct agents *a, struct desk *desk);
/* After the desk was configured: other limits, another way into rosters, and contacts as the desk
 * has departments and agents now. The domain stays. */
void agents_configure(struct agents *a, const struct agents_config *config);
void agents_load_contact(struct agents *a, const struct contact_record *r);
void agents_load_slot(struct agents *a, const struct slot_record *r);

/* A stanza from an agent, or a message from a supervisor, to any address of ours. Answers errors
 * itself. */
void agents_receive(struct agents *a, const struct stanza *s);
/* The link is up: the ledger is brought in line with the desk, departments are announced, agents
 * probed; then the outbox may send. */
void agents_link_up(struct agents *a);
/* The link is lost. */
void agents_link_down(struct agents *a);
/* Every second. */
void agents_tick(struct agents *a);
/* Before a clean exit: every contact is unavailable. */
void agents_goodbye(struct agents *a);
/* That visitor is erased: is their contact still in somebody's roster? Its name is known no more.
 * After desk_forget_visitor. */
bool agents_forget(struct agents *a, const char *visitor);
/* What agents' archives have of that visitor is removed, where their server's API is configured
 * (ejabberd); false: it is not. */
bool agents_forget_archives(struct agents *a, const char *visitor);
/* The picture of the one agent of that public name who shows it; borrowed until the loop goes on.
 * False: there is none. */
struct agent_face {
    const char *type; /* image/png, image/jpeg, image/webp */
    const unsigned char *bytes;
    size_t len;
    const char *etag; /* without quotes */
};
bool agents_face(const struct agents *a, const char *name, struct agent_face *out);
/* In words, which way contacts get into rosters: for `tresen status`. */
const char *agents_roster_way(const struct agents *a);
