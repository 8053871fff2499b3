/* mark.h - how far a line was seen, as messages say it: receipts (XEP-0184) and markers (XEP-0333);
 * and the ids by which lines of ours come back ("e120": the entry with sequence 120). */
#pragma once

#include "xml/element.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MARK_ID_SIZE = 24 };

struct mark {
    bool displayed;   /* else received */
    const char *id;   /* as it was given; borrowed from the message */
    int64_t sequence; /* of the entry, 0: the id is none of a line of ours */
};

/* The next mark of the message; at starts at 0. False behind the last. */
bool mark_next(const struct element *message, size_t *at, struct mark *out);
/* The id of the message that carries an entry. */
void mark_id(int64_t sequence, char out[MARK_ID_SIZE]);
/* The sequence that such an id means; 0: it is none. */
int64_t mark_sequence(const char *id);
