/* What agents read of a rating. */
#include "agents/words.h"

#include <string.h>

/* As rating_text_dup writes it, with one digit behind it. */
static const char STARS[] = "stars ";

void agent_words_rated(struct buf *out, enum language language, const char *text, const char *name,
                       const char *contact)
{
    size_t digits = strcspn(text, " ");
    const char *said = text + digits + strspn(text + digits, " ");
    size_t len = strcspn(said, "\n");

    buf_printf(out,
               /* translators: a visitor, a number, an address */
               language_text(language, "%s has rated chat %.*s (%s): "), name, (int)digits, text,
               contact);
    if (strncmp(said, STARS, sizeof STARS - 1) == 0) {
        /* translators: stars, 1 to 5 */
        buf_printf(out, language_text(language, "%u of 5"),
                   (unsigned)(said[sizeof STARS - 1] - '0'));
    } else if (strncmp(said, "thumbs up", len) == 0) {
        buf_add_text(out, language_text(language, "thumbs up"));
    } else {
        buf_add_text(out, language_text(language, "thumbs down"));
    }
    if (said[len] != '\0') {
        buf_printf(out, ". \"%s\"", said + len + 1);
    }
}
