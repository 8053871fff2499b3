/* listener.h - a listening TCP socket on the event loop.
 *
 * Backlog 4096 (libevent's default of 128 makes connects wait a second in a storm). One descriptor
 * is held in reserve: when there are no more (EMFILE) it is given up for a moment to take the
 * waiting connection and close it, instead of being woken for it for ever. Where that does not help
 * the listener rests for a second (accept_pause.h). */
#pragma once

struct event_base;
struct listener;
struct sockaddr;

/* fd is non-blocking and close-on-exec, and the callee's. */
typedef void (*listener_accept)(void *ctx, int fd, const struct sockaddr *from);

/* whose: what log lines begin with, a constant. where: "127.0.0.1:8080", "[::1]:0". NULL and *error
 * (free() it) in words on failure. */
struct listener *listener_create(struct event_base *loop, const char *whose, const char *where,
                                 listener_accept on_accept, void *ctx, char **error);
void listener_destroy(struct listener *l); /* NULL is fine */
int listener_port(const struct listener *l);
