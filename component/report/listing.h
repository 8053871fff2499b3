/* listing.h - tickets as lines, and their records: for a terminal, a spreadsheet, programs, paper.
 *
 *   listing.c        lists: a line for each ticket
 *   listing_record.c records: what was said and noted, a ticket after the other
 *
 * A list is begun, rows are added as they are read, and it is ended: nothing is kept in memory. */
#pragma once

#include "report/phrase.h"
#include "storage/archive.h"

#include <stdbool.h>
#include <stdio.h>

struct calendar;

enum listing_format { LISTING_TEXT, LISTING_CSV, LISTING_JSON, LISTING_HTML };

/* Strings are borrowed. */
struct listing {
    FILE *out;
    enum listing_format format;
    enum phrase_language language;
    const char *house;
    bool is_public; /* records without notes */
    const void *names_ctx;
    /* As people call it; the id if it is known no more. */
    const char *(*department)(const void *ctx, const char *id);
    const char *(*agent)(const void *ctx, const char *jid);
    const struct calendar *(*clock)(const void *ctx, const char *department);
    unsigned count; /* rows so far; 0 to begin with */
    bool is_open;   /* of records: one has begun */
};

void listing_begin(struct listing *l);
void listing_add(struct listing *l, const struct archive_ticket *t);
void listing_end(struct listing *l);

void listing_records_begin(struct listing *l);
void listing_record_begin(struct listing *l, const struct archive_ticket *t);
void listing_record_entry(struct listing *l, const struct archive_ticket *t,
                          const struct entry_record *e);
void listing_record_end(struct listing *l);
void listing_records_end(struct listing *l);

/* The subject that somebody named, or the visitor's first line. */
const char *listing_subject(const struct archive_ticket *t);
/* The ticket's, which may have been handed on; of what is none, the chat's. */
/* Its own fields, "order: 17" each; free() it. */
char *listing_own_dup(const struct archive_ticket *t, const char *between);
const char *listing_department(const struct archive_ticket *t);
/* "new" and the like, the words that commands know. */
const char *listing_state(enum ticket_state state);
/* By the department's clock. */
const char *listing_moment(const struct listing *l, const struct archive_ticket *t, time_ms at,
                           char *out);
