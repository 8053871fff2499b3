/* consent.h - what a department's visitors agree to before a chat begins: a text of the
 * configuration, known by its version, so that who agreed to another one is asked again.
 *
 * A visitor's consent (visitor_record.consent) is "VERSION TIME", of the text they agreed to last.
 * Each chat that begins with it has a note (event consent): the same, and in the lines below the
 * text itself. */
#pragma once

#include "base/clock.h"

#include <stdbool.h>

enum { CONSENT_VERSION_SIZE = 13 }; /* the first digits of its SHA-256 */

struct chat;
struct department;
struct desk;
struct visitor;

/* text NULL: nothing is asked. */
void consent_configure(struct department *p, const char *text);
bool consent_is_given(const struct department *p, const struct visitor *v);
/* A chat has begun: the note of its record, where something was to be agreed to. */
void consent_note(struct desk *d, time_ms now, struct chat *c);
