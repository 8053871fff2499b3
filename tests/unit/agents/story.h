/* story.h - the agents' edge with the real desk, a memory store, a post that writes down what is
 * sent and a clock that stands still.
 *
 *     struct story *s = story_begins();     the link is up, rosters work, nobody is there yet
 *     is_there(s, NINA);
 *     visitor_says(s, "visitor-ada", "Hello?");
 *     expect(s, "<message from='visitor-ada@desk.example/web' to='" NINA "' …>…</message>");
 *
 * Department sales has nina@example.org (Nina) and otto@example.org (Otto), far has
 * fred@far.example (Fred), whose server lets nobody into his roster. After every step the turn
 * ends: writes are committed, roster questions are answered if rosters_answer says so, desk_verify
 * runs. Patterns are those of recorder.h. */
#pragma once

#include "agents/agents.h"
#include "fake_clock.h"
#include "outbox/outbox.h"
#include "recorder.h"

struct story;

#define NINA "nina@example.org"
#define OTTO "otto@example.org"
#define FRED "fred@far.example"
#define BOSS "boss@example.org" /* a supervisor, and no agent; Otto is both */
#define ADA "visitor-ada"
#define ADAS ADA "@desk.example"
#define SALES "sales@desk.example"

enum roster_mood { ROSTER_ACCEPTS, ROSTER_REFUSES, ROSTER_SILENT };

struct story *story_begins(void);
/* The same, but the link is down, and the roster's mood is to be chosen. */
struct story *story_before_the_link(void);
void story_ends(struct story *s);
struct desk *desk_of(struct story *s);
struct agents *agents_of(struct story *s);
struct storage *storage_of(struct story *s);
struct recorder *post_of(struct story *s);
void story_turn(struct story *s);
void seconds_pass(struct story *s, unsigned seconds);
/* The daemon ends and starts again on the same storage, the link down. */
void daemon_restarts(struct story *s);

/* Another configuration: without that agent (NULL: with all of them), and what sales is called. */
void is_configured(struct story *s, const char *without, const char *sales_name);

/* That agent has chosen; everybody else reads English. */
void reads(struct story *s, const char *agent, enum language language);
/* That agent has so many slots where there are slots at all; before the link. Lines of a chat that
 * has ended are for it two minutes, or an hour if they are not read. Nobody is doubted. */
void has_slots(struct story *s, const char *agent, enum contacts_choice contacts, unsigned count);

/* That agent's picture may be shown, or may not any more. */
void shows_face(struct story *s, const char *agent, bool agreed);

/* ---- the server ---- */
void rosters(struct story *s, enum roster_mood mood);
/* Answers what was asked of rosters so far. */
void rosters_answer(struct story *s, enum roster_mood mood);
void link_comes_up(struct story *s); /* servers say that they are of that make: */
void servers_are(struct story *s, const char *name);
void link_is_lost(struct story *s);
void server_ends_link(struct story *s); /* for something that it was sent */
/* Answers the ping that is on its way to that domain; false: there is none. */
bool fence_answers(struct story *s, const char *domain);
bool fence_fails(struct story *s, const char *domain, const char *condition); /* NULL: in silence */
/* Messages that are not known to have arrived. */
size_t on_their_way(const struct story *s);
/* doubt_s: 0, nobody is ever asked whether their client lives. */
void nobody_is_asked(struct story *s);

/* ---- who does what ---- */
void is_there(struct story *s, const char *agent); /* one resource, /pc */
void is_gone(struct story *s, const char *agent);
void agent_sends(struct story *s, const char *from, const char *xml);
void agent_writes(struct story *s, const char *agent, const char *id, const char *text);
void visitor_comes(struct story *s, const char *visitor, const char *name);
void visitor_says(struct story *s, const char *visitor, const char *text); /* comes if need be */
/* Ada has written, Nina has answered: everything is taken. */
void nina_talks_with_ada(struct story *s);

/* ---- what must have been sent ---- */
const struct element *expect(struct story *s, const char *pattern);
void expect_nothing_like(struct story *s, const char *pattern);
void expect_no_message(struct story *s);
/* A line under that visitor's contact. */
void expect_line(struct story *s, const char *agent, const char *text);
/* Its text begins so. */
void expect_notice(struct story *s, const char *agent, const char *beginning);
void expect_error(struct story *s, const char *kind, const char *id, const char *type,
                  const char *condition);
void forget(struct story *s);
