/* transcript.h - the last lines of a chat, in memory: to recognise repeats, to map receipts, to
 * show a new agent what was said. The whole of it is in storage.
 *
 * At most TRANSCRIPT_LINES lines; bodies of the oldest are let go beyond TRANSCRIPT_BYTES. */
#pragma once

#include "storage/storage.h"

enum { TRANSCRIPT_LINES = 200, TRANSCRIPT_BYTES = 64 * 1024 };

struct line {
    struct entry_record entry; /* its strings are owned; body and shown "" when it was let go */
    uint32_t id_hash; /* of its sender_id: what is another's is told without looking at it */
};

struct transcript {
    struct line *lines; /* a ring that grows to TRANSCRIPT_LINES */
    size_t size;
    size_t first;
    size_t count;
    size_t bytes; /* of bodies */
};

void transcript_finish(struct transcript *t);
void transcript_add(struct transcript *t, const struct entry_record *e); /* copies */
/* In order, 0 = oldest kept; NULL behind the last. */
struct entry_record *transcript_at(struct transcript *t, size_t at);
/* The last that is no note; NULL: none. */
const struct entry_record *transcript_last(const struct transcript *t);
struct entry_record *transcript_find(struct transcript *t, int64_t sequence);
/* The line of that sender with that id; agent is NULL for the visitor's. body: the same text,
 * unless that was let go; NULL: any. */
struct entry_record *transcript_find_id(struct transcript *t, const char *agent,
                                        const char *sender_id, const char *body);
/* What became of that line of it: fate, shown and reactions of change, copied. */
void transcript_change(struct transcript *t, struct entry_record *e,
                       const struct entry_record *change);
