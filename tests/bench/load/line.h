/* line.h - the load's TCP connections to this machine, on one epoll.
 *
 * What an owner writes in a turn leaves in one system call at its end. The load may not be what
 * limits a measurement, so there is one thread, no timer a connection and no copy that can be
 * spared. Whatever fails ends the connection and tells its owner once; the line is freed at the end
 * of that turn. */
#pragma once

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct lines;
struct line;

struct line_kind {
    void (*on_up)(void *owner);
    /* How many bytes of all that is there were taken; the rest comes again with more. */
    size_t (*on_bytes)(void *owner, const char *bytes, size_t len);
    /* Not by line_close. */
    void (*on_end)(void *owner);
};

/* watched: a descriptor of somebody else, for lines_turn. */
struct lines *lines_create(int watched);
void lines_destroy(struct lines *all);
/* One turn: waits at most so long, reads, calls, writes. True: the watched one is readable. */
bool lines_turn(struct lines *all, int wait_ms);
/* Numbers stand for a few addresses of this machine that it comes from, so that ports do not run
 * out. NULL: no socket can be had. */
struct line *line_dial(struct lines *all, unsigned number, int port, const struct line_kind *kind,
                       void *owner);
/* An accepted socket; up already. */
struct line *line_take(struct lines *all, int fd, const struct line_kind *kind, void *owner);
/* Calls on_up with each turn in which fd, which listens, can be accepted from. */
struct line *line_listen(struct lines *all, int fd, const struct line_kind *kind, void *owner);
/* To append to. */
struct buf *line_out(struct line *l);
void line_close(struct line *l); /* NULL is fine */

int64_t line_now_us(void); /* monotonic */
