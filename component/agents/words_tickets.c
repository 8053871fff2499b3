/* What agents read at the address of a ticket. */
#include "agents/words.h"

void agent_words_unreached(struct buf *out, enum language language, char prefix, const char *number,
                           const char *address)
{
    buf_add_text(out, "— ");
    buf_printf(out,
               /* translators: a number; its address; what commands begin with */
               language_text(language,
                             "What was written in ticket %s has not reached you: your server sent "
                             "it back. You read it at %s with %chistory."),
               number, address, prefix);
}

void agent_words_requester(struct buf *out, enum language language, char prefix,
                           const struct visitor_view *visitor, int64_t ticket, const char *subject)
{
    struct buf name;

    buf_init(&name, 8 * 1024);
    agent_words_name(&name, language, visitor);
    buf_add_text(out, "— ");
    buf_printf(out,
               /* translators: who; a number; what it is about; what commands begin with */
               language_text(language,
                             "%s writes in ticket %lld (%s). What you answer here goes to "
                             "them; %chelp lists commands."),
               name.bytes, (long long)ticket, subject, prefix);
    buf_finish(&name);
}
