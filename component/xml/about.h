/* about.h - what a message says about an earlier one: correction (XEP-0308), retraction (XEP-0424),
 * reactions (XEP-0444), reply (XEP-0461), and the text that stands in the body for clients that do
 * not know them (XEP-0428). */
#pragma once

#include "base/act.h"
#include "base/buf.h"
#include "xml/element.h"
#include "xml/writer.h"

#include <stdbool.h>
#include <stddef.h>

/* Of one sender to one line, at once: so many, each so long. A flag of a country's part or a family
 * are one emoji of up to ten code points. */
enum { REACTIONS_MAX = 8, REACTION_POINTS = 12, REACTION_BYTES = 48 };
enum { REACTIONS_BYTES = REACTIONS_MAX * (REACTION_BYTES + 1) };

struct about {
    enum act act;                    /* ACT_SAY: about none */
    const char *id;                  /* of the earlier message; borrowed from the message */
    bool is_over;                    /* more or longer reactions than may be, or what is none */
    char reactions[REACTIONS_BYTES]; /* each once, with a blank between them; "": none any more */
};

void about_read(const struct element *message, struct about *out);
/* The body, cleaned (text_body_dup), free() it; NULL: none. quoted: with the quotation of a reply
 * that stands in it for others, else without (XEP-0428; never without anything that is left). */
char *about_text_dup(const struct element *message, bool quoted);

/* The beginning of a text as a quotation: "> " before each of its lines, a newline at the end. */
void about_quote(struct buf *out, const char *text);

struct about_words {
    enum act act;
    const char *id;        /* as the recipient knows the earlier message; "": nothing is written */
    const char *to;        /* ACT_REPLY: address of whom it answers */
    const char *quotation; /* ACT_REPLY: it begins the body, behind skip code points */
    size_t skip;
    const char *reactions; /* ACT_REACT: as in struct about */
};

/* All but the body, which the caller wrote: of a correction and a reply the text, of the others
 * words for who does not know them. */
void about_write(struct writer *w, const struct about_words *words);
