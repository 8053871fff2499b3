/* How a visitor is called, and where they are. */
#include "agents/words.h"

#include <string.h>

/* Who has no chat has no number: the beginning of the address tells them apart. */
static void browsing_name(struct buf *out, enum language language,
                          const struct visitor_view *visitor)
{
    if (visitor->record->name[0] != '\0') {
        /* translators: a name that the visitor gave, or the website */
        buf_printf(out, language_text(language, "%s (on the site)"), visitor->record->name);
    } else {
        buf_printf(out, language_text(language, "On the site: %.4s"),
                   visitor->record->id + strlen("visitor-"));
    }
}

void agent_words_name(struct buf *out, enum language language, const struct visitor_view *visitor)
{
    if (visitor->browses[0] != '\0') {
        browsing_name(out, language, visitor);
    } else if (visitor->record->name[0] != '\0') {
        /* translators: a name that the visitor gave, and the number of the chat */
        buf_printf(out, language_text(language, "%s (visitor %lld)"), visitor->record->name,
                   (long long)visitor->chat);
    } else {
        buf_printf(out, language_text(language, "Visitor %lld"), (long long)visitor->chat);
    }
}

void agent_words_page(struct buf *out, enum language language, const struct visitor_view *visitor,
                      const struct chat_view *chat)
{
    if (chat != NULL && chat->state == CHAT_CLOSED) {
        buf_add_text(out, language_text(language, "chat ended"));
        return;
    }
    if (!visitor->online) {
        buf_add_text(out, language_text(language, "not on the site now"));
        return;
    }
    buf_add_text(out, visitor->record->page_title);
    if (visitor->record->page_url[0] != '\0') {
        buf_printf(out, visitor->record->page_title[0] != '\0' ? " – %s" : "%s",
                   visitor->record->page_url);
    }
    if (visitor->browses[0] != '\0') {
        char since[CLOCK_TEXT_SIZE];
        clock_text(visitor->browses_since, since);
        /* translators: a time of day, behind a page's title and address */
        buf_printf(out, language_text(language, " (on the site since %s)"), strchr(since, ' ') + 1);
    }
}
