/* connection.h - a socket on the event loop with an output buffer, and the set of all of them.
 *
 * What speaks on a connection (HTTP, later perhaps a WebSocket stream) is a struct
 * connection_protocol. Output is gathered and written once a turn (connections_flush). Nothing is
 * freed under anybody's feet: a connection that was killed is silent at once and freed by the loop
 * afterwards. Time is that of the last connections_tick, so deadlines are exact to a second and
 * cost no system call. */
#pragma once

#include "base/clock.h"
#include "transport/address.h"

#include <stdbool.h>
#include <stddef.h>

struct event_base;
struct connection;
struct connections;

enum {
    CONNECTION_OUT_MAX = 256 * 1024,
    CONNECTION_READ_MAX = 64 * 1024, /* bytes in one on_bytes */
    CONNECTION_STALL_MS = 30 * 1000,
    CONNECTION_LINGER_MS = 2 * 1000
};

struct connection_protocol {
    /* Who has said all may still want to hear the answer; else the end of input ends everything. */
    bool outlives_input;
    /* Bytes came; they may be changed in place. */
    void (*on_bytes)(void *speaker, char *bytes, size_t len);
    /* All output is with the kernel. */
    void (*on_drained)(void *speaker);
    /* Every second. */
    void (*on_tick)(void *speaker, time_ms now);
    /* The program ends: says so and finishes. */
    void (*on_stop)(void *speaker);
    /* The connection is over: frees the speaker. Called once, at the top of the loop. */
    void (*on_gone)(void *speaker);
};

struct connections *connections_create(struct event_base *loop);
/* Every connection is gone (on_gone is called). */
void connections_destroy(struct connections *set);
/* Deadlines, stalled peers; sets the time. now is monotonic. */
void connections_tick(struct connections *set, time_ms now);
/* Tells every speaker that the program ends. */
void connections_stop(struct connections *set);
/* Writes what was gathered, one system call a connection. */
void connections_flush(struct connections *set);
size_t connections_count(const struct connections *set);
time_ms connections_now(const struct connections *set);
/* Is there output that the kernel has not taken? */
bool connections_are_drained(const struct connections *set);
/* Is every one gone, or our half of it closed behind all output? */
bool connections_are_over(const struct connections *set);

/* Takes the non-blocking fd. */
struct connection *connection_create(struct connections *set, int fd, const struct address *peer,
                                     const struct connection_protocol *protocol, void *speaker);
/* Somebody else speaks from now on; the old speaker is not told. */
void connection_speak(struct connection *c, const struct connection_protocol *protocol,
                      void *speaker);
const struct address *connection_peer(const struct connection *c);
struct connections *connection_set(const struct connection *c);

/* The output buffer, to append to; then connection_wrote. Over its maximum the caller decides. */
struct buf *connection_out(struct connection *c);
void connection_wrote(struct connection *c);
/* Bytes that are not copied, behind all that was written. They outlive the connection, or release,
 * if not NULL, is called once when they are not needed any more. One at a time: until on_drained
 * nothing else may be written. */
void connection_write_static(struct connection *c, const char *bytes, size_t len,
                             void (*release)(const char *bytes, size_t len));
bool connection_is_drained(const struct connection *c);

/* Stops or goes on reading. */
void connection_pause(struct connection *c, bool is_paused);
/* on_bytes is called with nothing at the top of the loop: what was put off goes on. */
void connection_wake(struct connection *c);
/* Output is flushed, then our half is closed, and what still comes is thrown away for a moment, so
 * that the last answer is not lost to a reset. */
void connection_finish(struct connection *c);
/* Over now; output is dropped. */
void connection_kill(struct connection *c);
/* False once it was killed or is being finished: then it is not to be spoken on. */
bool connection_is_live(const struct connection *c);
