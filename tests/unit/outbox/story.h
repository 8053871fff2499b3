/* story.h - the outbox with two edges that write down what it asks them, a memory store, a post
 * that writes down what is sent and a clock that stands still.
 *
 *     struct story *s = story_begins();          the link is up
 *     add(s, TO_NINA, "m1", "Hello");
 *     expect_sent(s, "m1", "Hello");
 *     assert_true(fence_answers(s, "example.org"));
 *
 * The edge of agents marks repeats, that of visitors does not. After every step the turn ends. */
#pragma once

#include "fake_clock.h"
#include "outbox/outbox.h"
#include "recorder.h"

struct story;

enum { ROWS_MAX = 20 };

/* Whom rows are for. */
enum whom { TO_NINA, TO_FRED, TO_VISITOR };
#define NINA "nina@example.org"
#define FRED "fred@far.example"
#define VISITOR "k1@anon.example/x"

struct story *story_begins(void);
void story_ends(struct story *s);
struct outbox *outbox_of(struct story *s);
struct recorder *post_of(struct story *s);
void seconds_pass(struct story *s, unsigned seconds);
/* The daemon ends and starts again on the same storage, the link down. */
void daemon_restarts(struct story *s);

/* ---- edges ---- */
void nothing_is_wanted(struct story *s, enum whom whom); /* after a restart */
void may_be_sent(struct story *s, enum whom whom, bool may);
const char *came_back(const struct story *s); /* message id of the last row that bounced, or "" */
const char *was_set_aside(const struct story *s); /* the same of what was set aside */
/* The number of the agents' row that was handed last, and waits for a receipt; 0: none. */
uint64_t was_routed(const struct story *s);
void add_again_on_bounce(struct story *s);

/* ---- rows ---- */
void add(struct story *s, enum whom whom, const char *id, const char *body);
/* So many rows are in storage, as a start would find them. */
size_t stored(struct story *s);

/* ---- the server ---- */
void link_is_lost(struct story *s);
void server_ends_link(struct story *s);                  /* for something that it was sent */
void link_comes_up(struct story *s, const char *server); /* of that make */
/* Answers the ping that is on its way to that domain; false: there is none. */
bool fence_answers(struct story *s, const char *domain);
bool fence_fails(struct story *s, const char *domain, const char *condition); /* NULL: in silence */

/* ---- what must have been sent ---- */
void expect_sent(struct story *s, const char *id, const char *body);
void expect_again(struct story *s, const char *id, const char *body); /* with <delay/> */
void expect_none(struct story *s);                                    /* no message */
