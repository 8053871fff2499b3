/* story_client.h - clients of the gateway in its tests, on the test's own loop: plain sockets, HTTP
 * and WebSocket by hand, so that they can also do what is wrong. */
#pragma once

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct event_base;

struct client {
    int fd;
    struct buf got; /* all that has come */
    bool is_ended;  /* the other side closed */
};

/* Connects to a port of loopback; from another of its addresses (127.0.0.x) if last is not 0. */
struct client *client_connect(int port, int last);
struct client *client_of_fd(int fd); /* takes a connected socket */
void client_close(struct client *c); /* NULL is fine */
void client_send(struct client *c, const void *bytes, size_t len);
void client_say(struct client *c, const char *text);
/* One turn of the loop, then flush(ctx), then what came is read. */
void client_turn(struct client *c, struct event_base *loop, void (*flush)(void *ctx), void *ctx);
/* Forgets what has come so far. */
void client_forget(struct client *c);
bool client_has(const struct client *c, const char *text);

/* A masked frame; head is the first byte (0x81: a whole text). */
void client_frame(struct client *c, int head, const void *payload, size_t len);
void client_text(struct client *c, const char *xml);
/* The code of the close frame that is last in what has come, or 0. */
int client_close_code(const struct client *c);
/* A right opening handshake, with further header lines. */
void client_upgrade(struct client *c, const char *lines);

/* Turns until the condition holds; fails the test after 20 s. */
#define client_until(client, loop, flush, ctx, condition)                                          \
    do {                                                                                           \
        int64_t until_end = client_deadline();                                                     \
        while (!(condition)) {                                                                     \
            client_turn((client), (loop), (flush), (ctx));                                         \
            client_check_deadline(until_end, #condition, (client));                                \
        }                                                                                          \
    } while (0)

int64_t client_deadline(void);
void client_check_deadline(int64_t end, const char *condition, const struct client *c);
