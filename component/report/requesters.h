/* requesters.h - the time that was spent on each requester, and what it costs: the base of an
 * invoice.
 *
 * One requester is who gave the same e-mail address, else who came by the same JID, else one
 * visitor. Beyond REQUESTERS_MAX the rest is one line without a key. */
#pragma once

#include "storage/archive.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { REQUESTERS_MAX = 20000 };

struct requester {
    const char *key;
    const char *name; /* as given last */
    unsigned chats;
    int64_t seconds; /* less than 0: more was taken off than was spent */
    int64_t cost;    /* each piece's seconds times the cents of an hour: requester_cents divides */
    bool has_price;  /* a rate fitted, of some chat at least */
};

/* First that fits. Strings are borrowed. */
struct rate {
    const char *department; /* NULL: any */
    const char *email;      /* the domain of the requester's address; NULL: any */
    int64_t cents;          /* an hour */
};

struct requesters;

struct requesters *requesters_create(const struct rate *rates, size_t count);
void requesters_destroy(struct requesters *r); /* NULL is fine */
/* Whole seconds of s, so that a time and its price agree. is_first: of its chat. */
void requesters_add(struct requesters *r, const char *key, const struct archive_spent *s,
                    bool is_first);
/* The one with the most time first; what is beyond the limit last. Good until the next
 * requesters_add. */
const struct requester *const *requesters_sorted(struct requesters *r, size_t *count);
/* Of all together. */
struct requester requesters_total(const struct requesters *r);
/* Rounded to hundredths of the currency. */
int64_t requester_cents(const struct requester *r);
