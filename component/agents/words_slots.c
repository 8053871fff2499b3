/* What agents read in slots and of them. */
#include "agents/words.h"

void agent_words_slot_begin(struct buf *out, enum language language,
                            const struct visitor_view *visitor)
{
    struct buf name;

    buf_init(&name, 1024);
    agent_words_name(&name, language, visitor);
    buf_add_text(out, "— ");
    /* translators: "Ada (visitor 1042)", and the number of the chat */
    buf_printf(out, language_text(language, "%s is here now (chat %lld)."), name.bytes,
               (long long)visitor->chat);
    buf_finish(&name);
}

void agent_words_slot_end(struct buf *out, enum language language, int64_t chat, bool is_kept)
{
    buf_add_text(out, "— ");
    buf_printf(out,
               is_kept ? language_text(language, "End of chat %lld. What you still write here is "
                                                 "added to its record.")
                       : language_text(language, "End of chat %lld."),
               (long long)chat);
}

void agent_words_slot_refusal(struct buf *out, enum language language, enum slot_refusal why)
{
    static const char *const WORDS[] = {
        [SLOT_OTHER_CHAT] =
            N_("The visitor has not seen your line: it refers to one of a chat that "
               "has ended. Write it as a line of its own if it is meant for this "
               "visitor."),
        [SLOT_TOO_EARLY] =
            N_("The visitor has not seen your line: it came before you could see who "
               "is here now. Write it again if it is meant for this visitor."),
    };

    buf_add_text(out, "— ");
    buf_add_text(out, language_text(language, WORDS[why]));
}

void agent_words_slot_name(struct buf *out, enum language language, unsigned number)
{
    buf_printf(out, language_text(language, "Slot %u"), number);
}

void agent_words_no_slot(struct buf *out, enum language language)
{
    buf_add_text(out, ". ");
    buf_add_text(out, language_text(language, "All of your slots are in use or rest."));
}

const char *agent_words_slot_request(enum language language)
{
    return language_text(language, "Visitors of the live chat will take turns at this contact. "
                                   "Please allow it once.");
}
