/* counting.h - the figures of a period, counted from what is stored: for `tresen report` and for
 * who asks by XMPP. It blocks. */
#pragma once

#include "report/figures.h"

struct archive;
struct directory;

/* department: only this one; NULL: all; borrowed by the figures.
 * NULL, or why it cannot be read (free() it); *out is destroyed by the caller in any case. */
char *counting_read(struct archive *archive, const struct directory *directory,
                    const struct period *period, const char *department, struct figures **out);
