/* story.h - the visitors' edge with the real desk, a memory store, a post that writes down what is
 * sent and a clock that stands still.
 *
 *     struct story *s = story_begins();
 *     agent_is_there(s);
 *     const char *tab = a_tab(s);
 *     checks_in(s, tab, "");
 *     sends(s, tab, "<message to='sales@desk.example' id='m1'><body>Hello</body></message>");
 *     expect(s, "<message from='sales@desk.example' to='*' …>…</message>");
 *     story_ends(s);
 *
 * The domain is desk.example; departments are sales (Nina, nina@example.org) and help (Otto,
 * otto@example.org, asks for a name); there is a form, return. After every step the turn ends:
 * writes are committed, reads are answered, desk_verify runs. Patterns are those of recorder.h. */
#pragma once

#include "desk/desk.h"
#include "fake_clock.h"
#include "outbox/outbox.h"
#include "recorder.h"
#include "storage/storage.h"
#include "visitors/visitors.h"

struct story;

#define SALES "sales@desk.example"
#define NINA "nina@example.org"
#define BOSS "boss@example.org" /* supervises */

enum { OUTBOX_MAX = 20 };

/* Before it begins: who may be a visitor over the link (default: local, of desk.example's parent).
 */
struct story *story_begins(void);
struct story *story_begins_with(enum visitors_xmpp xmpp, size_t max_visitors);
void story_ends(struct story *s); /* what was not taken may be anything */

struct desk *desk_of(struct story *s);
struct storage *storage_of(struct story *s);
struct outbox *outbox_of(struct story *s);
struct visitors *visitors_of(struct story *s);
struct recorder *post_of(struct story *s);
void story_turn(struct story *s);
void seconds_pass(struct story *s, unsigned seconds); /* desk_tick and visitors_tick each second */

/* ---- who is there ---- */
const char *a_tab(struct story *s); /* full JID of a new gateway stream of site "default" */
const char *a_tab_of(struct story *s, const char *site, const char *address);
void tab_closes(struct story *s, const char *tab);
void nina_is(struct story *s, enum availability availability);

/* ---- what happens ---- */
/* A stanza of a tab (any of a_tab's), or of whoever is on the link. */
void sends(struct story *s, const char *from, const char *xml);
/* Check-in with what stands inside <visit/>. The visitor's id; the token is token_of. */
const char *checks_in(struct story *s, const char *from, const char *inside);
const char *token_of(const struct story *s); /* of the last check-in */
void link_is_lost(struct story *s);
void link_comes_back(struct story *s);
void server_is(struct story *s, const char *name); /* before it is asked; default: Prosody */
void server_is_mute(struct story *s, bool mute);   /* it answers no ping */
/* It ends and starts again on the same storage, the link up; nobody is online. */
void daemon_restarts(struct story *s);
void daemon_restarts_with(struct story *s, enum visitors_xmpp xmpp);
void says_goodbye(struct story *s); /* before a clean exit */
void nina_says(struct story *s, const char *visitor, const char *text);

/* ---- what must have been sent ---- */
const struct element *expect(struct story *s, const char *pattern);
void expect_nothing_like(struct story *s, const char *pattern);
void expect_nothing(struct story *s);
void forget(struct story *s); /* what was sent so far does not matter */
/* An error of that condition and type to whoever sent the stanza with that id. */
void expect_error(struct story *s, const char *kind, const char *id, const char *type,
                  const char *condition);

/* What agents were told, in order, a word each: "entry:Hello", "typing:composing". Taken out. */
void expect_agents_heard(struct story *s, const char *what);
void expect_agents_heard_nothing(struct story *s);
unsigned absences_told(const struct story *s); /* how often an agent was told of one so far */
