/* block.h - who may not write here, in memory: by number.
 *
 * A block names a visitor, and the address that they came from. By the address only those are
 * refused who came after the block and have no open chat: others behind the same address go on. Its
 * number is that of the chat it ended: no other visitor ever has it. Who may do what is in
 * desk_block.c. */
#pragma once

#include "base/list.h"
#include "desk/desk.h"

struct block {
    struct list link;           /* blocks::list */
    struct block_record record; /* its strings are owned */
};

struct blocks {
    struct list list; /* block::link, by number */
    size_t count;
};

void blocks_init(struct blocks *b);
void blocks_finish(struct blocks *b);
/* Copies. */
const struct block_record *blocks_add(struct blocks *b, const struct block_record *r);
void blocks_drop(struct blocks *b, struct block *block);
struct block *blocks_find(const struct blocks *b, int64_t number);
struct block *blocks_of(const struct blocks *b, const char *visitor);
/* Is that address blocked for who came first at that time? */
bool blocks_have_origin(const struct blocks *b, const char *origin, time_ms first_seen);
/* The ones whose time is over go. */
void blocks_tick(struct desk *d, time_ms now);
void blocks_verify(const struct desk *d);
