/* story_server.h - an XMPP server for the link's tests that does exactly what the test says, on the
 * test's own loop: it listens on a free port of loopback and speaks to the connection that came
 * last. */
#pragma once

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>

struct event;
struct event_base;

struct story_server {
    struct event_base *loop;
    int listener;
    int port;
    struct event *acceptable;
    int fd; /* of the connection, or -1 */
    struct event *readable;
    struct buf got; /* everything that came over this connection */
    size_t seen;    /* what story_server_expect has walked past */
    unsigned connections;
    unsigned awaited; /* connections that story_server_await has met */
    unsigned closes;  /* connections that the peer closed */
    unsigned reads;   /* that brought something */
};

/* Runs the loop until the condition holds; fails the test after 20 s. */
#define story_until(loop, condition)                                                               \
    do {                                                                                           \
        struct event *story_guard = story_guard_start((loop), #condition);                         \
        while (!(condition)) {                                                                     \
            story_turn((loop));                                                                    \
        }                                                                                          \
        story_guard_stop(story_guard);                                                             \
    } while (0)

struct event *story_guard_start(struct event_base *loop, const char *condition);
void story_guard_stop(struct event *guard);
void story_turn(struct event_base *loop);
/* Runs the loop for that long. */
void story_run(struct event_base *loop, int ms);

void story_server_start(struct story_server *s, struct event_base *loop);
void story_server_stop(struct story_server *s);
/* Refuses connections from now on (the port stays known), and takes them again. */
void story_server_deafen(struct story_server *s);
void story_server_listen(struct story_server *s);
/* The next connection is there. */
void story_server_await(struct story_server *s);
void story_server_send(struct story_server *s, const char *bytes, size_t len);
void story_server_say(struct story_server *s, const char *text);
void story_server_expect(struct story_server *s, const char *text);
/* Has it come, behind what was expected so far? */
bool story_server_has(struct story_server *s, const char *text);
void story_server_pause(struct story_server *s); /* reads nothing more */
void story_server_resume(struct story_server *s);
void story_server_close(struct story_server *s);
void story_server_reset(struct story_server *s); /* with RST */
/* Plays a right XEP-0114 handshake; fails the test if the digest is wrong. */
void story_server_greet(struct story_server *s, const char *secret);
