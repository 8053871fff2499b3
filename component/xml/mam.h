/* mam.h - questions to an archive and their answers (XEP-0313, in pages of XEP-0059). Ids of
 * entries are their sequences. */
#pragma once

#include "base/clock.h"
#include "xml/stanza.h"

#include <stdint.h>

/* Of a page; MAM_PAGE_BYTES: so that it fits what a stream may have on its way (256 KiB). */
enum { MAM_PAGE = 100, MAM_PAGE_BYTES = 96 * 1024, MAM_QUERYID_MAX = 64, MAM_IDS = 100 };
/* What stands around a body in a result, at most. */
enum { MAM_RESULT_BYTES = 1200 };

struct mam_query {
    const char *queryid; /* "": none; borrowed */
    /* The page. */
    int64_t after;
    int64_t before; /* -1: the last page */
    unsigned max;   /* 1 to MAM_PAGE */
    bool counts;    /* nothing but how many there are (XEP-0059 2.6) */
    bool flips;     /* its last line first */
    /* The filters; is_filtered: there are others than with. */
    bool is_filtered;
    const char *with; /* NULL: none; borrowed */
    time_ms from;     /* 0: none, as of all that follow */
    time_ms until;
    int64_t after_id;
    int64_t before_id;
    int64_t ids[MAM_IDS];
    size_t id_count;
};

/* A <query/> of type 'set'. The condition to answer with, or ERROR_NONE. */
enum stanza_error mam_read(const struct element *query, struct mam_query *out);
/* The form of the filters there are, into the answer to a <query/> of type 'get' that is open. */
void mam_write_form(struct writer *w);
/* Opens what stands in a result's message around the forwarded one. */
void mam_open_result(struct writer *w, const char *queryid, int64_t id, time_ms at);
/* <fin/> in the answer that is open. first: 0: the page is empty. */
void mam_write_fin(struct writer *w, int64_t first, int64_t last, int64_t total, bool complete);
/* Bytes of a text as it is written. */
size_t mam_bytes(const char *text);
