#include "agents/words.h"

#include <string.h>

void agent_words_name(struct buf *out, const struct visitor_view *visitor)
{
    if (visitor->record->name[0] != '\0') {
        buf_add_text(out, visitor->record->name);
    } else {
        buf_printf(out, "Visitor %lld", (long long)visitor->chat);
    }
}

static void offered(struct buf *out, const struct visitor_view *visitor, const char *department,
                    const char *number)
{
    agent_words_name(out, visitor);
    buf_printf(out, " waits in %s (chat %s", department, number);
    if (visitor->record->page_url[0] != '\0') {
        buf_printf(out, ", on %s", visitor->record->page_url);
    }
    buf_add_text(out, "). Answer to take it, !decline to leave it to others.");
}

void agent_words_notice(struct buf *out, enum agent_notice notice, const char *text,
                        const struct visitor_view *visitor, const struct chat_view *chat,
                        const char *department)
{
    buf_add_text(out, "— ");
    switch (notice) {
    case NOTICE_OFFERED:
        offered(out, visitor, department, text);
        if (chat != NULL && chat->left && !visitor->online) {
            buf_add_text(out, " The visitor is not there now and left a message; your answer is "
                              "kept for the return.");
        }
        break;
    case NOTICE_TAKEN_BY:
        buf_printf(out, "%s has taken this chat.", text);
        break;
    case NOTICE_WITHDRAWN:
        buf_add_text(out, "This offer has ended: no seat is free for it at the moment.");
        break;
    case NOTICE_NOT_YOURS:
        if (text[0] != '\0') {
            buf_printf(out, "The visitor has not seen your line: %s has this chat.", text);
        } else {
            buf_add_text(out,
                         "The visitor has not seen your line: this chat is not offered to you.");
        }
        break;
    case NOTICE_ABSENT:
        buf_add_text(out, "The visitor is not there at the moment. Your lines are kept and shown "
                          "on return.");
        break;
    case NOTICE_CLOSED:
        if (strcmp(text, "visitor") == 0) {
            buf_add_text(out, "The visitor has ended the chat.");
        } else if (strcmp(text, "desk") == 0) {
            buf_add_text(out, "The chat has ended: the visitor did not come back.");
        } else {
            buf_add_text(out, "The chat has ended.");
        }
        break;
    case NOTICE_ADDED_TO_RECORD:
        buf_add_text(out, "This chat has ended. Your line was added to its record; the visitor "
                          "is not told.");
        break;
    case NOTICE_MOVED:
        buf_add_text(out, "You were away for too long: this chat was offered to others.");
        break;
    }
}

void agent_words_queue(struct buf *out, const struct department_view *department)
{
    static const char *const STATES[] = {"nobody is here", "all seats are taken",
                                         "only agents who are away", "open"};

    buf_printf(out, "%zu waiting, %zu active, %zu free (%s)", department->waiting,
               department->active, department->free_seats, STATES[department->state]);
}

void agent_words_page(struct buf *out, const struct visitor_view *visitor,
                      const struct chat_view *chat)
{
    if (chat != NULL && chat->state == CHAT_CLOSED) {
        buf_add_text(out, "chat ended");
        return;
    }
    if (!visitor->online) {
        buf_add_text(out, "not on the site now");
        return;
    }
    buf_add_text(out, visitor->record->page_title);
    if (visitor->record->page_url[0] != '\0') {
        buf_printf(out, visitor->record->page_title[0] != '\0' ? " – %s" : "%s",
                   visitor->record->page_url);
    }
}
